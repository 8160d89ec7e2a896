/** Memory descriptors and their mappings. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { IOBufferMemoryDescriptor } from './IOBufferMemoryDescriptor.ts'
import { IODeviceMemory } from './IODeviceMemory.ts'
import { IOGeneralMemoryDescriptor } from './IOGeneralMemoryDescriptor.ts'
import { IOGuardPageMemoryDescriptor } from './IOGuardPageMemoryDescriptor.ts'
import { IOInterleavedMemoryDescriptor } from './IOInterleavedMemoryDescriptor.ts'
import { IOMemoryDescriptor } from './IOMemoryDescriptor.ts'
import { IOMemoryMap } from './IOMemoryMap.ts'
import { IOMultiMemoryDescriptor } from './IOMultiMemoryDescriptor.ts'
import { IORangeAllocator } from './IORangeAllocator.ts'
import { IOSubMemoryDescriptor } from './IOSubMemoryDescriptor.ts'

export {
  IOBufferMemoryDescriptor, IODeviceMemory, IOGeneralMemoryDescriptor, IOGuardPageMemoryDescriptor,
  IOInterleavedMemoryDescriptor, IOMemoryDescriptor, IOMemoryMap, IOMultiMemoryDescriptor, IORangeAllocator,
  IOSubMemoryDescriptor,
}
export {
  setSystemMapper, systemMapper, type DMAMapAnswer, type DMAMapper, type DMAMapRequest, type IODMAMapPageList,
  type IODMAMapSpecification,
} from './DMAMapper.ts'
export {
  emptyCharacteristics, IOMDDMAWalkSegmentState, type IOMDDMACharacteristics, type IOMDDMAMapArgs,
} from './dmaOperations.ts'
export type { DeviceMemoryRange } from './IODeviceMemory.ts'
export type { DescriptorOptions } from './descriptorTypes.ts'
export type { Upl } from './WiredPages.ts'
export type {
  IOAddressRange, MappingOptions, PhysicalSegment, PurgeableAnswer,
} from './IOMemoryDescriptor.ts'
export { IOFreePageable, IOMallocPageable } from './kernelMemory.ts'
export * from './options.ts'

defineKernelClasses([
  IOMemoryDescriptor, IOGeneralMemoryDescriptor, IOBufferMemoryDescriptor, IODeviceMemory, IOMemoryMap,
  IOSubMemoryDescriptor, IOMultiMemoryDescriptor, IOInterleavedMemoryDescriptor, IOGuardPageMemoryDescriptor, IORangeAllocator,
])
