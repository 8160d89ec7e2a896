import {
  kIOReturnBadArgument, kIOReturnMessageTooLarge, kIOReturnNotAligned, kIOReturnNotReady, kIOReturnOverrun,
  kIOReturnSuccess, type IOReturn,
} from '../../abi/index.ts'
import { pageSizeBytes, panic } from '../../mach/index.ts'
import { IOMDDMAWalkSegmentState } from '../memory/index.ts'
import { kWalkClient, kWalkComplete, overAlignment, type DMAState } from './DMAState.ts'
import type { Segment64 } from './segments.ts'

/** Takes one segment; anything but success stops the generation. The segment is only lent. */
export interface SegmentSink {
  take(segment: Readonly<Segment64>, index: number): IOReturn
}

/** In: from where on and how many at most. Out: behind the last one, and how many there were. */
export interface SegmentPosition {
  offset: number
  count: number
}

/**
 * Cuts prepared memory into segments that obey a command's specification. A generation goes on where the last
 * one
 * stopped. Allocates nothing.
 * @xnu iokit/Kernel/IODMACommand.cpp genIOVMSegments — faithful
 */
export class SegmentGenerator {
  private readonly walk = new IOMDDMAWalkSegmentState()
  private readonly current: Segment64 = { fIOVMAddr: 0, fLength: 0 }
  private hasCurrent = false
  /** The walk's segment is yet to be used. */
  private hasNext = false
  private nextCopyPage = 0
  /** Behind what was emitted and pulled into the current segment. */
  private offset = 0
  private mapIndex = 0

  constructor(private readonly state: DMAState) {}

  /** @xnu iokit/Kernel/IODMACommand.cpp genIOVMSegments — simplified: a walk without end stops the machine */
  generate(op: number, sink: SegmentSink, position: SegmentPosition): IOReturn {
    const { state } = this
    if ((op & kWalkComplete) === 0 && state.active === 0) return kIOReturnNotReady
    if (position.count < 1) return kIOReturnBadArgument
    const end = state.preparedOffset + state.preparedLength
    this.offset = position.offset + state.preparedOffset
    if (this.offset >= end) return kIOReturnOverrun
    this.begin()
    let index = 0
    let result: IOReturn = kIOReturnSuccess
    while (this.hasNext || this.walk.fOffset < end) {
      if (!this.hasNext) {
        result = this.fetch(end)
        if (result !== kIOReturnSuccess) return result
      }
      if (!this.hasCurrent) this.pull()
      if (!this.hasNext) {
        result = this.shape(op, index)
        if (result !== kIOReturnSuccess || this.offset >= end) {
          if (result === kIOReturnSuccess) this.clipAt(end)
          break
        }
      }
      if (this.hasNext) {
        if (index + 1 === position.count) break
        result = sink.take(this.current, index++)
        this.hasCurrent = false
        if (result !== kIOReturnSuccess) break
      }
    }
    if (this.hasCurrent) result = sink.take(this.current, index++)
    if (result !== kIOReturnSuccess) return result
    this.walk.fOffset = this.offset
    position.offset = this.offset - state.preparedOffset
    position.count = index
    return kIOReturnSuccess
  }

  private begin(): void {
    const { state, walk } = this
    this.hasCurrent = false
    const isNew = this.offset === state.preparedOffset || this.offset !== walk.fOffset || state.newMD
    if (!isNew) return
    walk.reset(0, false)
    walk.fIOVMAddr = 0
    walk.fLength = 0
    this.hasNext = false
    this.nextCopyPage = 0
    this.mapIndex = 0
    state.newMD = false
  }

  /** The memory's next run; joined with the current segment where it follows at once. */
  private fetch(end: number): IOReturn {
    const { state, walk, current } = this
    walk.fOffset = this.offset
    walk.fLength = end - this.offset
    const result = state.localMapperAllocValid ? this.fetchMapped(end) : state.source.walkSegments(walk)
    if (result === kIOReturnOverrun) {
      panic(`IODMACommand::genIOVMSegments does not return: prepared 0x${end.toString(16)} bytes `
        + `of 0x${this.offset.toString(16)}`)
    }
    if (result !== kIOReturnSuccess) return result
    this.hasNext = true
    if (this.hasCurrent && current.fIOVMAddr + current.fLength === walk.fIOVMAddr) {
      this.offset += walk.fLength
      current.fLength += walk.fLength
      this.dropNext()
    }
    return kIOReturnSuccess
  }

  private fetchMapped(end: number): IOReturn {
    const { state, walk } = this
    const { mapSegments } = state
    if (mapSegments.length === 0) {
      walk.fIOVMAddr = state.localMapperAlloc + this.offset - state.preparedOffset
      return kIOReturnSuccess
    }
    if (this.mapIndex > 0 && mapSegments[this.mapIndex]!.dmaOffset > this.offset) this.mapIndex = 0
    while (this.offset >= (mapSegments[this.mapIndex + 1]?.dmaOffset ?? Infinity)) this.mapIndex++
    const run = mapSegments[this.mapIndex]!
    const inside = this.offset - run.dmaOffset + run.pageOffset
    walk.fIOVMAddr = state.localMapperAllocBase + run.mapOffset + inside
    walk.fLength = (mapSegments[this.mapIndex + 1]?.dmaOffset ?? end) - this.offset
    return kIOReturnSuccess
  }

  private pull(): void {
    const { walk, current } = this
    this.offset += walk.fLength
    current.fIOVMAddr = walk.fIOVMAddr
    current.fLength = walk.fLength
    this.hasCurrent = true
    this.dropNext()
  }

  private dropNext(): void {
    this.hasNext = false
    this.walk.fIOVMAddr = 0
  }

  /** Cuts the current segment to what the specification allows; what is cut off comes next. */
  private shape(op: number, index: number): IOReturn {
    const { state, current, walk } = this
    if ((op & kWalkClient) !== 0 && current.fIOVMAddr + current.fLength - 1 > state.maxPhys) {
      if (state.cursor) {
        this.hasCurrent = false
        return kIOReturnMessageTooLarge
      }
      this.keepBelowLimit()
    }
    let leftover = 0
    const overSize = current.fLength - state.maxSegmentSize
    if (overSize > 0) leftover += this.shorten(overSize)
    const overLength = overAlignment(current.fLength, state.alignmentLength)
    if (overLength > 0 && current.fLength > overLength) leftover += this.shorten(overLength)
    const overAddress = overAlignment(walk.fIOVMAddr, state.alignmentInternal)
    if (overAddress > 0 && current.fLength > overAddress) leftover += this.shorten(overAddress)
    if (leftover > 0) {
      walk.fLength = leftover
      this.offset -= leftover
    }
    if (!state.cursor) return kIOReturnSuccess
    const alignment = index === 0 ? state.sourceAlignment : state.alignmentInternal
    const isAligned = overAlignment(current.fIOVMAddr, alignment) === 0
    if (isAligned && overAlignment(current.fLength, state.alignmentLength) === 0) return kIOReturnSuccess
    this.hasCurrent = false
    return kIOReturnNotAligned
  }

  private shorten(by: number): number {
    this.current.fLength -= by
    this.walk.fIOVMAddr = this.current.fIOVMAddr + this.current.fLength
    this.hasNext = true
    return by
  }

  /** Cuts a segment at the address limit, or puts the copy of its first page in its place. */
  private keepBelowLimit(): void {
    const { state, current, walk } = this
    const address = current.fIOVMAddr
    let newLength = state.maxPhys + 1 - address
    if (newLength <= 0) {
      const page = pageSizeBytes()
      const inPage = address % page
      current.fIOVMAddr = this.copyPageOf(address - inPage) + inPage
      newLength = page - inPage
      if (newLength >= current.fLength) return
    }
    const remain = current.fLength - newLength
    walk.fIOVMAddr = address + newLength
    walk.fLength = remain
    this.hasNext = true
    current.fLength = newLength
    this.offset -= remain
  }

  private copyPageOf(source: number): number {
    const pages = this.state.copyPages ?? []
    let index = this.nextCopyPage
    if (pages[index]?.source !== source) index = pages.findIndex((copy) => copy.source === source)
    const found = pages[index]
    if (found === undefined) panic('no remap page found')
    this.nextCopyPage = index + 1
    return found.frame
  }

  private clipAt(end: number): void {
    this.current.fLength -= this.offset - end
    this.offset = end
    this.dropNext()
    this.walk.fLength = 0
  }
}
