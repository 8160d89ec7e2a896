import type { IOReturn } from '../../abi/index.ts'
import type { Task } from '../../mach/index.ts'
import type { DMAMapper } from './DMAMapper.ts'

/** A run of physical memory; length 0 means there is none at that place. */
export interface PhysicalSegment {
  readonly address: number
  readonly length: number
}

/**
 * A range of addresses of a task, or of physical addresses.
 * @xnu iokit/IOKit/IOTypes.h IOAddressRange — faithful
 */
export type IOAddressRange = PhysicalSegment

/** Where and how memory is to be mapped; all of it and anywhere unless told. */
export interface MappingOptions {
  /** Address, without kIOMapAnywhere. */
  readonly address?: number
  readonly options?: number
  readonly offset?: number
  /** 0: the length of the descriptor, not of the rest after `offset`. */
  readonly length?: number
}

/** What `setPurgeable` answers: the former state counts on success. */
export interface PurgeableAnswer {
  readonly result: IOReturn
  readonly oldState: number
}

export const NO_SEGMENT: PhysicalSegment = { address: 0, length: 0 }

/** What a descriptor is made of besides its ranges. */
export interface DescriptorOptions {
  readonly task: Task | null
  /** Direction, type and option bits. */
  readonly options: number
  /** Device addresses come from here; the system mapper's unless told. */
  readonly mapper?: DMAMapper | null
}
