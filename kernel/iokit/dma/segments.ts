import type { IODMACommand } from './IODMACommand.ts'

/** One run of memory as the device sees it. @xnu iokit/IOKit/IODMACommand.h Segment64 — faithful */
export interface Segment64 {
  fIOVMAddr: number
  fLength: number
}

/** Where segments go: objects for the host's formats, bytes for those with a byte order. */
export type SegmentList = Segment64[] | DataView

/**
 * Puts one segment into the list; false stops the generation. The segment is only lent.
 * @xnu iokit/IOKit/IODMACommand.h SegmentFunction — faithful
 */
export type SegmentFunction = (
  target: IODMACommand, segment: Readonly<Segment64>, segments: SegmentList, index: number,
) => boolean

/** What a device can do with memory. 0 means unlimited (sizes, bits) or 1 (alignments). */
export interface SegmentOptions {
  readonly fNumAddressBits: number
  readonly fMaxSegmentSize: number
  readonly fMaxTransferSize: number
  readonly fAlignment: number
  /** Of the length of each segment. */
  readonly fAlignmentLength: number
  /** Of the start of each segment but the first; 0: the same as of the first. */
  readonly fAlignmentInternalSegments: number
}

/**
 * The specification in its older form: lengths are free, inner segments are aligned like the first.
 * @xnu iokit/Kernel/IODMACommand.cpp initWithSpecification — faithful
 */
export function segmentOptions(
  numAddressBits: number, maxSegmentSize = 0, maxTransferSize = 0, alignment = 1,
): SegmentOptions {
  return {
    fNumAddressBits: numAddressBits, fMaxSegmentSize: maxSegmentSize, fMaxTransferSize: maxTransferSize,
    fAlignment: alignment, fAlignmentLength: 1, fAlignmentInternalSegments: alignment,
  }
}

/** How a command's memory gets device addresses. @xnu iokit/IOKit/IODMACommand.h MappingOptions — faithful */
export const kMapped = 0
export const kBypassed = 1
export const kNonCoherent = 2
export const kUnmapped = 3
export const kDMAMapTypeMask = 0xf
export const kNoCacheStore = 0x10
export const kOnChip = 0x20
/** The command is only a cursor: nothing bounces. */
export const kIterateOnly = 0x40
/** Option of `synchronize`. */
export const kForceDoubleBuffer = 0x01000000

function setHost(list: SegmentList, segment: Readonly<Segment64>, index: number): boolean {
  if (list instanceof DataView) return false
  const target = list[index]
  if (target === undefined) return false
  target.fIOVMAddr = segment.fIOVMAddr
  target.fLength = segment.fLength
  return true
}

function set32(list: SegmentList, segment: Readonly<Segment64>, index: number, isLittle: boolean): boolean {
  if (!(list instanceof DataView)) return false
  list.setUint32(8 * index, segment.fIOVMAddr % 4294967296, isLittle)
  list.setUint32(8 * index + 4, segment.fLength % 4294967296, isLittle)
  return true
}

function put64(list: DataView, offset: number, value: number, isLittle: boolean): void {
  list.setUint32(offset + (isLittle ? 0 : 4), value % 4294967296, isLittle)
  list.setUint32(offset + (isLittle ? 4 : 0), Math.floor(value / 4294967296), isLittle)
}

/** Writes a segment as two 64-bit numbers; false where the list is not bytes. */
export function putSegment64(
  list: SegmentList, segment: Readonly<Segment64>, index: number, isLittle: boolean,
): boolean {
  if (!(list instanceof DataView)) return false
  put64(list, 16 * index, segment.fIOVMAddr, isLittle)
  put64(list, 16 * index + 8, segment.fLength, isLittle)
  return true
}

/** @xnu iokit/Kernel/IODMACommand.cpp OutputHost32 — faithful */
export const OutputHost32: SegmentFunction = (_, segment, list, index) => setHost(list, segment, index)

/** @xnu iokit/Kernel/IODMACommand.cpp OutputBig32 — faithful */
export const OutputBig32: SegmentFunction = (_, segment, list, index) => set32(list, segment, index, false)

/** @xnu iokit/Kernel/IODMACommand.cpp OutputLittle32 — faithful */
export const OutputLittle32: SegmentFunction = (_, segment, list, index) => set32(list, segment, index, true)

/** @xnu iokit/Kernel/IODMACommand.cpp OutputHost64 — faithful */
export const OutputHost64: SegmentFunction = (_, segment, list, index) => setHost(list, segment, index)

/** @xnu iokit/Kernel/IODMACommand.cpp OutputBig64 — faithful */
export const OutputBig64: SegmentFunction = (_, segment, list, index) =>
  putSegment64(list, segment, index, false)

/** @xnu iokit/Kernel/IODMACommand.cpp OutputLittle64 — faithful */
export const OutputLittle64: SegmentFunction = (_, segment, list, index) =>
  putSegment64(list, segment, index, true)

/** Whether an output function writes 32-bit addresses. */
export function is32Bit(output: SegmentFunction): boolean {
  return output === OutputHost32 || output === OutputBig32 || output === OutputLittle32
}
