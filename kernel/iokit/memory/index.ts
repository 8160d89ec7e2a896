/** Memory descriptors and their mappings. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { IOBufferMemoryDescriptor } from './IOBufferMemoryDescriptor.ts'
import { IODeviceMemory } from './IODeviceMemory.ts'
import { IOGeneralMemoryDescriptor } from './IOGeneralMemoryDescriptor.ts'
import { IOMemoryDescriptor } from './IOMemoryDescriptor.ts'
import { IOMemoryMap } from './IOMemoryMap.ts'
import { IOMultiMemoryDescriptor } from './IOMultiMemoryDescriptor.ts'
import { IOSubMemoryDescriptor } from './IOSubMemoryDescriptor.ts'

export {
  IOBufferMemoryDescriptor, IODeviceMemory, IOGeneralMemoryDescriptor, IOMemoryDescriptor, IOMemoryMap,
  IOMultiMemoryDescriptor, IOSubMemoryDescriptor,
}
export type { PhysicalSegment } from './IOMemoryDescriptor.ts'
export * from './options.ts'

defineKernelClasses([
  IOMemoryDescriptor, IOGeneralMemoryDescriptor, IOBufferMemoryDescriptor, IODeviceMemory, IOMemoryMap,
  IOSubMemoryDescriptor, IOMultiMemoryDescriptor,
])
