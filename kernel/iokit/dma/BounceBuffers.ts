import {
  kIOReturnNoResources, kIOReturnNotAligned, kIOReturnSuccess, kIOReturnUnderrun, type IOReturn,
} from '../../abi/index.ts'
import { copypv, kernel_task, pageSizeBytes, physicalPages } from '../../mach/index.ts'
import { IOBufferMemoryDescriptor, kIOMemoryMapperNone, kIOMemoryPreparedReadOnly } from '../memory/index.ts'
import {
  kWalkComplete, kWalkDoubleBuffer, kWalkPreflight, kWalkPrepare, kWalkSyncIn, kWalkSyncOut, type CopyPage,
  type DMAState,
} from './DMAState.ts'
import type { SegmentGenerator, SegmentPosition, SegmentSink } from './SegmentGenerator.ts'
import type { Segment64 } from './segments.ts'

/** Pages for copies lie below 4 GiB, whatever the address bits are. */
const LOW_MEMORY_END = 0xffffffff
const COPY_MASK = 0xfffff000n

/**
 * Copies of memory that a device cannot reach or that is misaligned: single low pages for single pages out of
 * reach,
 * or one buffer for the whole prepared range.
 * @xnu iokit/Kernel/IODMACommand.cpp walkAll — faithful
 */
export class BounceBuffers implements SegmentSink {
  private op = 0
  private nextPage = 0
  private readonly position: SegmentPosition = { offset: 0, count: 0 }

  constructor(private readonly state: DMAState, private readonly generator: SegmentGenerator) {}

  /** Does what `op` says on all of the prepared range. */
  walkAll(asked: number): IOReturn {
    const { state } = this
    let op = asked
    let result: IOReturn = kIOReturnSuccess
    if ((op & kWalkPreflight) !== 0) {
      state.startCopies()
      if ((op & kWalkDoubleBuffer) === 0) result = this.walk(op)
      op &= ~kWalkPreflight
      const needed = this.allocate()
      if (needed === null) return kIOReturnNoResources
      if (needed === 'pages') {
        result = this.walk(op)
        state.prepared = true
        op &= ~(kWalkSyncIn | kWalkSyncOut)
      } else if (needed === 'buffer') {
        result = kIOReturnSuccess
        state.prepared = true
      }
    }
    if (state.prepared && (op & (kWalkSyncIn | kWalkSyncOut)) !== 0 && state.copyPageCount > 0) {
      result = this.synchronize(op)
    }
    if ((op & kWalkComplete) !== 0) this.free()
    return result
  }

  /** @xnu iokit/Kernel/IODMACommand.cpp segmentOp — faithful */
  take(segment: Readonly<Segment64>, index: number): IOReturn {
    const { state } = this
    let address = segment.fIOVMAddr
    let length = segment.fLength
    const alignment = index === 0 ? state.sourceAlignment : state.alignmentInternal
    state.misaligned ||= address % alignment !== 0 || length % state.alignmentLength !== 0
    if (state.misaligned && (this.op & kWalkPreflight) !== 0) return kIOReturnNotAligned
    const limit = state.limitsAddresses ? state.maxPhys : Infinity
    if (!state.doubleBuffer) {
      if (address + length - 1 <= limit) return kIOReturnSuccess
      if (address <= limit) {
        length -= limit + 1 - address
        address = limit + 1
      }
    }
    const page = pageSizeBytes()
    const pageCount = Math.ceil(((address % page) + length) / page)
    if ((this.op & kWalkPreflight) !== 0) state.copyPageCount += pageCount
    else this.copyRun(address, length, pageCount)
    return kIOReturnSuccess
  }

  private walk(op: number): IOReturn {
    this.op = op
    this.nextPage = 0
    this.position.offset = 0
    this.position.count = Infinity
    return this.generator.generate(op, this, this.position)
  }

  /** What the preflight found to be needed is there; null without memory. */
  private allocate(): 'nothing' | 'pages' | 'buffer' | null {
    const { state } = this
    state.doubleBuffer = state.misaligned || state.forceDoubleBuffer
    state.forceDoubleBuffer = false
    if (state.doubleBuffer) state.copyPageCount = Math.ceil(state.preparedLength / pageSizeBytes())
    if (state.copyPageCount === 0) return 'nothing'
    if (state.mapper === null && !state.doubleBuffer) {
      const frames = physicalPages().allocatePages(state.copyPageCount, { maxAddress: LOW_MEMORY_END })
      state.copyPages = frames?.map((frame): CopyPage => ({ source: -1, frame })) ?? null
      if (frames !== null) return 'pages'
    }
    state.copyMD = createCopyBuffer(state.summary.fDirection, state.preparedLength)
    return state.copyMD === null ? null : 'buffer'
  }

  private synchronize(op: number): IOReturn {
    const { state } = this
    if (state.copyPages !== null) return this.walk(op)
    if (state.copyMD === null || !state.shouldCopy(op)) return kIOReturnSuccess
    const isIn = (op & kWalkSyncIn) !== 0
    if (isIn && (state.memory!.getFlags() & kIOMemoryPreparedReadOnly) !== 0) return kIOReturnUnderrun
    for (let done = 0; done < state.preparedLength;) {
      const copy = state.copyMD.getPhysicalSegment(done, kIOMemoryMapperNone)
      const own = state.memory!.getPhysicalSegment(state.preparedOffset + done, kIOMemoryMapperNone)
      const size = Math.min(copy.length, own.length, state.preparedLength - done)
      if (size === 0) return kIOReturnUnderrun
      if (isIn) copypv(copy.address, own.address, size)
      else copypv(own.address, copy.address, size)
      done += size
    }
    return kIOReturnSuccess
  }

  /** Names the pages of a run that is out of reach, and copies them where the walk is to. */
  private copyRun(start: number, length: number, pageCount: number): void {
    const { state } = this
    const pages = state.copyPages ?? []
    const page = pageSizeBytes()
    const first = start - (start % page)
    if ((this.op & kWalkPrepare) !== 0) {
      for (let index = 0; index < pageCount; index++) {
        const copy = pages[this.nextPage + index]
        if (copy !== undefined) copy.source = first + index * page
      }
    }
    if (state.shouldCopy(this.op)) {
      let address = start
      let left = length
      for (let index = 0; index < pageCount; index++) {
        const chunk = Math.min(page - (address % page), left)
        const frame = (pages[this.nextPage + index]?.frame ?? 0) + (address % page)
        if ((this.op & kWalkSyncIn) !== 0) copypv(frame, address, chunk)
        else copypv(address, frame, chunk)
        address += chunk
        left -= chunk
      }
    }
    this.nextPage += pageCount
  }

  private free(): void {
    const { state } = this
    for (const { frame } of state.copyPages ?? []) physicalPages().free(frame, pageSizeBytes())
    if (state.copyPages !== null) state.copyPageCount = 0
    state.copyPages = null
    state.copyMD?.release()
    state.copyMD = null
    state.prepared = false
  }
}

/** @xnu iokit/Kernel/IODMACommand.cpp createCopyBuffer — faithful */
function createCopyBuffer(direction: number, length: number): IOBufferMemoryDescriptor | null {
  return IOBufferMemoryDescriptor.inTaskWithPhysicalMask(kernel_task(), direction, length, COPY_MASK)
}
