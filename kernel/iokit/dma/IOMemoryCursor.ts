import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import { IOLog } from '../../mach/index.ts'
import { kernelState } from '../../sim/index.ts'
import type { IOMemoryDescriptor } from '../memory/index.ts'
import { putSegment64, type Segment64, type SegmentList } from './segments.ts'

/**
 * Puts one segment into the list. The segment is only lent. @xnu iokit/IOKit/IOMemoryCursor.h
 * SegmentFunction — faithful
 */
export type CursorSegmentFunction = (
  segment: Readonly<Segment64>, segments: SegmentList, index: number,
) => void

/** From where on, and how much at most; no limits unless told. */
export interface CursorRequest {
  readonly fromPosition?: number
  readonly maxSegments: number
  /** 0: what the cursor was made with. */
  readonly maxTransferSize?: number
}

/** How many segments there were, and how many bytes they have. */
export interface CursorAnswer {
  readonly count: number
  readonly transferSize: number
}

/** What the `mseg` boot-arg says, and the limit once a cursor has asked. */
const segmentLimits = kernelState(() => ({ asked: null as number | null, limit: 0 }))

/**
 * Takes the `mseg` boot-arg: no segment of a memory cursor is larger.
 * @xnu ours: there the first cursor reads the boot-arg
 */
export function setDBDMASegmentLimit(limit: number | null): void {
  segmentLimits().asked = limit
}

function segmentLimit(): number {
  const state = segmentLimits()
  if (state.limit !== 0) return state.limit
  state.limit = state.asked ?? 0xffffffff
  if (state.asked !== null) IOLog(`Setting MaxDBDMASegment to ${state.asked}\n`)
  return state.limit
}

/**
 * Walks a prepared descriptor and writes its segments for an older device: no addresses checked, nothing
 * copied. Any context. @xnu iokit/Kernel/IOMemoryCursor.cpp IOMemoryCursor — faithful
 */
export class IOMemoryCursor extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOMemoryCursor', IOMemoryCursor, OSObject)

  private outSeg: CursorSegmentFunction | null = null
  private maxSegmentSize = 0
  private maxTransferSize = Infinity

  /**
   * Null without a function or with a transfer size beyond 32 bits. One reference to the caller.
   * @xnu iokit/Kernel/IOMemoryCursor.cpp withSpecification — faithful
   */
  static withSegmentFunction(
    outSeg: CursorSegmentFunction | null, maxSegmentSize: number, maxTransferSize: number,
  ): IOMemoryCursor | null {
    const cursor = new IOMemoryCursor()
    if (cursor.initWithSpecification(outSeg, maxSegmentSize, maxTransferSize)) return cursor
    cursor.release()
    return null
  }

  /** @xnu iokit/Kernel/IOMemoryCursor.cpp initWithSpecification — faithful */
  initWithSpecification(
    outSeg: CursorSegmentFunction | null, maxSegmentSize: number, maxTransferSize: number,
  ): boolean {
    const limit = segmentLimit()
    if (outSeg === null || maxTransferSize > 0xffffffff) return false
    this.outSeg = outSeg
    this.maxSegmentSize = Math.min(maxSegmentSize, limit)
    this.maxTransferSize = maxTransferSize === 0 ? Infinity : maxTransferSize
    return true
  }

  /**
   * Segments of a descriptor: joined where they touch, cut at the largest size, until the transfer or the
   * list is full. @xnu iokit/Kernel/IOMemoryCursor.cpp genPhysicalSegments — faithful
   */
  genPhysicalSegments(
    memory: IOMemoryDescriptor | null, segments: SegmentList, request: CursorRequest,
  ): CursorAnswer {
    if (memory === null || request.maxSegments === 0) return { count: 0, transferSize: 0 }
    const limit = request.maxTransferSize ?? 0
    const maxTransfer = limit === 0 ? this.maxTransferSize : limit
    const next = { address: 0, length: 0 }
    const current: Segment64 = { fIOVMAddr: 0, fLength: 0 }
    let position = request.fromPosition ?? 0
    let count = 0
    let transferSize = 0
    while (next.address !== 0 || position < memory.getLength()) {
      if (next.address === 0) {
        Object.assign(next, memory.getPhysicalSegment(position))
        if (next.address === 0) break
        position += next.length
      }
      if (current.fIOVMAddr === 0 || current.fIOVMAddr + current.fLength === next.address) {
        if (current.fIOVMAddr === 0) Object.assign(current, { fIOVMAddr: next.address, fLength: 0 })
        current.fLength += next.length
        transferSize += next.length
        next.address = 0
        const over = current.fLength - this.maxSegmentSize
        if (over > 0) {
          Object.assign(next, { address: current.fIOVMAddr + this.maxSegmentSize, length: over })
          transferSize -= over
          current.fLength -= over
        }
        if (transferSize >= maxTransfer) {
          current.fLength -= transferSize - maxTransfer
          transferSize = maxTransfer
          break
        }
      }
      if (next.address === 0) continue
      if (count + 1 === request.maxSegments) break
      this.outSeg?.(current, segments, count++)
      current.fIOVMAddr = 0
    }
    if (current.fIOVMAddr !== 0) this.outSeg?.(current, segments, count++)
    return { count, transferSize }
  }
}

/** Segments as objects. @xnu iokit/Kernel/IOMemoryCursor.cpp IONaturalMemoryCursor — faithful */
export class IONaturalMemoryCursor extends IOMemoryCursor {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IONaturalMemoryCursor', IONaturalMemoryCursor, IOMemoryCursor)

  /**
   * One reference to the caller. @xnu iokit/Kernel/IOMemoryCursor.cpp
   * IONaturalMemoryCursor::withSpecification — faithful
   */
  static withSpecification(maxSegmentSize: number, maxTransferSize: number): IONaturalMemoryCursor | null {
    const cursor = new IONaturalMemoryCursor()
    const output: CursorSegmentFunction = (segment, list, index) => {
      const target = list instanceof DataView ? undefined : list[index]
      if (target !== undefined) Object.assign(target, segment)
    }
    return cursor.initWithSpecification(output, maxSegmentSize, maxTransferSize) ? cursor : null
  }
}

/** Segments as big-endian bytes. @xnu iokit/Kernel/IOMemoryCursor.cpp IOBigMemoryCursor — faithful */
export class IOBigMemoryCursor extends IOMemoryCursor {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOBigMemoryCursor', IOBigMemoryCursor, IOMemoryCursor)

  /**
   * One reference to the caller. @xnu iokit/Kernel/IOMemoryCursor.cpp IOBigMemoryCursor::withSpecification —
   * faithful
   */
  static withSpecification(maxSegmentSize: number, maxTransferSize: number): IOBigMemoryCursor | null {
    const cursor = new IOBigMemoryCursor()
    const output: CursorSegmentFunction = (segment, list, index) => {
      putSegment64(list, segment, index, false)
    }
    return cursor.initWithSpecification(output, maxSegmentSize, maxTransferSize) ? cursor : null
  }
}

/** Segments as little-endian bytes. @xnu iokit/Kernel/IOMemoryCursor.cpp IOLittleMemoryCursor — faithful */
export class IOLittleMemoryCursor extends IOMemoryCursor {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOLittleMemoryCursor', IOLittleMemoryCursor, IOMemoryCursor)

  /**
   * One reference to the caller. @xnu iokit/Kernel/IOMemoryCursor.cpp
   * IOLittleMemoryCursor::withSpecification — faithful
   */
  static withSpecification(maxSegmentSize: number, maxTransferSize: number): IOLittleMemoryCursor | null {
    const cursor = new IOLittleMemoryCursor()
    const output: CursorSegmentFunction = (segment, list, index) => {
      putSegment64(list, segment, index, true)
    }
    return cursor.initWithSpecification(output, maxSegmentSize, maxTransferSize) ? cursor : null
  }
}
