import type { IOReturn } from '../../abi/index.ts'
import type { OSObject } from '../../libkern/index.ts'
import { kernelState } from '../../sim/index.ts'
import type { IOMemoryDescriptor } from './IOMemoryDescriptor.ts'

/**
 * What a device address must satisfy.
 * @xnu iokit/IOKit/IOMemoryDescriptor.h IODMAMapSpecification — faithful
 */
export interface IODMAMapSpecification {
  /** The device on whose behalf, where the mapper is not its own. */
  readonly device?: OSObject | null
  readonly alignment: number
  readonly numAddressBits: number
}

/** The pages of a transfer, where they are known already. */
export interface IODMAMapPageList {
  readonly pageOffset: number
  readonly frames: readonly number[]
}

/** A request to give memory device addresses. */
export interface DMAMapRequest {
  readonly memory: IOMemoryDescriptor | null
  readonly offset: number
  readonly length: number
  /** kIODMAMap options. */
  readonly options: number
  readonly specification: IODMAMapSpecification
  readonly command: OSObject | null
  readonly pageList: IODMAMapPageList | null
}

/** Where the memory went; only of use when `result` is success. */
export interface DMAMapAnswer {
  readonly result: IOReturn
  readonly address: number
  readonly length: number
}

/** What descriptors and DMA commands need of an IOMMU's driver; `IOMapper` is the class behind it. */
export interface DMAMapper {
  iovmMapMemory(request: DMAMapRequest): DMAMapAnswer
  iovmUnmapMemory(address: number, length: number): IOReturn
  /** Physical address behind a device address. */
  mapToPhysicalAddress(address: number): number
  getPageSize(): number
}

const system = kernelState(() => ({ mapper: null as DMAMapper | null }))

/** The mapper of all devices that have none of their own; null where there is none. */
export function systemMapper(): DMAMapper | null {
  return system().mapper
}

/** Called by `IOMapper` when the system mapper starts. */
export function setSystemMapper(mapper: DMAMapper | null): void {
  system().mapper = mapper
}
