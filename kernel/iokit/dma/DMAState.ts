import {
  emptyCharacteristics, kIODirectionIn, kIODirectionNone, kIODirectionOut, type DMAMapper,
  type IOBufferMemoryDescriptor, type IOMemoryDescriptor,
} from '../memory/index.ts'
import type { OSObject } from '../../libkern/index.ts'
import { kDMAMapTypeMask, kIterateOnly, kMapped, type SegmentFunction } from './segments.ts'

/** What a walk over the segments is for. @xnu iokit/Kernel/IODMACommand.cpp kWalk — faithful */
export const kWalkSyncIn = 0x01
export const kWalkSyncOut = 0x02
export const kWalkSyncAlways = 0x04
export const kWalkPreflight = 0x08
export const kWalkDoubleBuffer = 0x10
export const kWalkPrepare = 0x20
export const kWalkComplete = 0x40
export const kWalkClient = 0x80

/** A run of the memory whose device address is its place in the mapped range. */
export interface MapSegment {
  readonly dmaOffset: number
  readonly mapOffset: number
  readonly pageOffset: number
}

/** A low page that stands for one of the memory that the device cannot reach. */
export interface CopyPage {
  /** The page of the memory; -1 until a walk has told. */
  source: number
  readonly frame: number
}

/**
 * What a DMA command knows: its specification, its memory and what preparing the memory came to.
 * @xnu iokit/Kernel/IODMACommand.cpp IODMACommandInternal — faithful
 */
export class DMAState {
  outSeg: SegmentFunction | null = null
  numAddressBits = 0
  /** Highest address that fits the address bits. */
  maxPhys = Infinity
  maxSegmentSize = Infinity
  maxTransferSize = Infinity
  alignment = 1
  alignmentLength = 1
  alignmentInternal = 1
  mappingOptions = 0
  mapper: DMAMapper | null = null
  device: OSObject | null = null

  memory: IOMemoryDescriptor | null = null
  readonly summary = emptyCharacteristics()
  active = 0
  checkAddressing = false
  newMD = false
  activeNoMapper = false

  preparedOffset = 0
  preparedLength = 0
  sourceAlignment = 1
  cursor = false
  misaligned = false
  doubleBuffer = false
  forceDoubleBuffer = false
  prepared = false
  copyPageCount = 0
  copyPages: readonly CopyPage[] | null = null
  copyMD: IOBufferMemoryDescriptor | null = null
  localMapperAlloc = 0
  localMapperAllocValid = false
  localMapperAllocLength = 0
  localMapperAllocBase = 0
  mapSegments: readonly MapSegment[] = []

  /** What the device sees at first: the copy, where there is one. */
  get source(): IOMemoryDescriptor {
    return this.copyMD ?? this.memory!
  }

  get iterateOnly(): boolean {
    return (this.mappingOptions & kIterateOnly) !== 0
  }

  get isMapped(): boolean {
    return (this.mappingOptions & kDMAMapTypeMask) === kMapped && this.mapper !== null
  }

  setAddressBits(bits: number): void {
    this.numAddressBits = bits
    this.maxPhys = bits === 0 || bits > 52 ? Infinity : 2 ** bits - 1
  }

  /** Whether the address limit is the memory's concern, not that of a mapper. */
  get limitsAddresses(): boolean {
    return this.localMapperAllocValid || this.mapper === null
  }

  /** Whether a walk for `op` copies. No direction counts as both. */
  shouldCopy(op: number): boolean {
    const { fDirection } = this.summary
    if (fDirection === kIODirectionNone || (op & kWalkSyncAlways) !== 0) return true
    return (fDirection & ((op & kWalkSyncIn) !== 0 ? kIODirectionIn : kIODirectionOut)) !== 0
  }

  /** Forgets the last preparation. */
  startPreparation(offset: number, length: number): void {
    this.preparedOffset = offset
    this.preparedLength = length
    this.startCopies()
    this.localMapperAlloc = 0
    this.localMapperAllocValid = false
    this.localMapperAllocLength = 0
    this.mapSegments = []
  }

  startCopies(): void {
    this.misaligned = false
    this.doubleBuffer = false
    this.prepared = false
    this.copyPages = null
    this.copyPageCount = 0
    this.copyMD = null
  }
}

/** Remainder by a power of two; much faster than `%`, which is slow for numbers beyond 32 bits. */
export function overAlignment(value: number, alignment: number): number {
  return alignment === 1 ? 0 : value - Math.floor(value / alignment) * alignment
}
