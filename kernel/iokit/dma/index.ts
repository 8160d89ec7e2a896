/** DMA commands: memory as the bus sees it. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { IODMACommand } from './IODMACommand.ts'
import { IOMapper } from './IOMapper.ts'
import {
  IOBigMemoryCursor, IOLittleMemoryCursor, IOMemoryCursor, IONaturalMemoryCursor,
} from './IOMemoryCursor.ts'

export {
  IOBigMemoryCursor, IODMACommand, IOLittleMemoryCursor, IOMapper, IOMemoryCursor, IONaturalMemoryCursor,
}
export { setDBDMASegmentLimit } from './IOMemoryCursor.ts'
export type { CursorAnswer, CursorRequest, CursorSegmentFunction } from './IOMemoryCursor.ts'
export { DeviceAddressSpace, type PageTableWriter } from './DeviceAddressSpace.ts'
export type { PrepareOptions } from './IODMACommand.ts'
export { gIOMapperIDKey } from './IOMapper.ts'
export type { SegmentPosition } from './SegmentGenerator.ts'
export {
  kBypassed, kForceDoubleBuffer, kIterateOnly, kMapped, kNoCacheStore, kNonCoherent, kOnChip, kUnmapped,
  OutputBig32, OutputBig64, OutputHost32, OutputHost64, OutputLittle32, OutputLittle64, segmentOptions,
  type Segment64, type SegmentFunction, type SegmentList, type SegmentOptions,
} from './segments.ts'

defineKernelClasses([
  IOMapper, IODMACommand, IOMemoryCursor, IONaturalMemoryCursor, IOBigMemoryCursor, IOLittleMemoryCursor,
])
