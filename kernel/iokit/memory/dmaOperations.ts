import type { OSObject } from '../../libkern/index.ts'
import type { DMAMapper, IODMAMapSpecification } from './DMAMapper.ts'
import type { IODirection } from './options.ts'

/**
 * What a descriptor tells a DMA command of itself.
 * @xnu iokit/IOKit/IOMemoryDescriptor.h IOMDDMACharacteristics — faithful
 */
export interface IOMDDMACharacteristics {
  fLength: number
  fSGCount: number
  fPages: number
  /** In-page start of a single prepared range; -1 where it does not apply. */
  fPageAlign: number
  /** 0: not known. */
  fHighestPage: number
  fDirection: IODirection
  fIsPrepared: boolean
}

/**
 * A walk over a descriptor's segments: the place, and after each step the segment there.
 * @xnu iokit/IOKit/IOMemoryDescriptor.h IOMDDMAWalkSegmentArgs — faithful
 */
export class IOMDDMAWalkSegmentState {
  /** In: where. */
  fOffset = 0
  /** In: device addresses are wanted. */
  fMapped = false
  /** In: the walk starts anew. */
  isFirst = true
  /** Out. */
  fIOVMAddr = 0
  fLength = 0
  /** Kept by the descriptor from step to step. */
  index = 0
  offset2Index = 0
  nextOffset = 0

  /** Begins at `offset` again. @xnu ours: the walk is kept and used again */
  reset(offset: number, isMapped: boolean): void {
    this.fOffset = offset
    this.fMapped = isMapped
    this.isFirst = true
  }
}

/** A request to give a descriptor's memory device addresses, and their answer. */
export interface IOMDDMAMapArgs {
  readonly fMapper: DMAMapper
  readonly fCommand: OSObject | null
  readonly fMapSpec: IODMAMapSpecification
  fOffset: number
  fLength: number
  fAlloc: number
  fAllocLength: number
}

/** An empty answer to fill in. */
export function emptyCharacteristics(): IOMDDMACharacteristics {
  return {
    fLength: 0, fSGCount: 0, fPages: 0, fPageAlign: -1, fHighestPage: 0, fDirection: 0, fIsPrepared: false,
  }
}
