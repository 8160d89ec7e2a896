/** Identity and abilities of a controller: from the part's options. */
export interface NvmeSettings {
  readonly vendorId: number
  readonly subsystemVendorId: number
  readonly serialNumber: string
  readonly modelNumber: string
  readonly firmwareRevision: string
  /** Version register: 0x00010400 for 1.4. */
  readonly version: number
  /** Queue pairs for I/O. */
  readonly ioQueues: number
  /** Most entries of a queue. */
  readonly queueEntries: number
  /** Largest transfer is 4 KiB << mdts. */
  readonly mdts: number
  readonly timing: NvmeTiming
  /** The register page carries the boot status of Apple's storage coprocessor. */
  readonly ansBootStatus: boolean
}

/** How long things take, in virtual time. */
export interface NvmeTiming {
  readonly readyNs: number
  readonly fetchNs: number
  readonly adminNs: number
  readonly readNs: number
  readonly writeNs: number
  readonly flushNs: number
  readonly trimNs: number
  readonly bytesPerSecond: number
  /** Commands that the flash serves at the same time. */
  readonly channels: number
}

/** A good TLC drive with a DRAM cache: first-byte 68 µs for random reads, 14 µs for cached writes. */
export const DEFAULT_TIMING: NvmeTiming = {
  readyNs: 12_000_000, fetchNs: 600, adminNs: 9_000, readNs: 68_000, writeNs: 14_000, flushNs: 180_000,
  trimNs: 25_000, bytesPerSecond: 3_200_000_000, channels: 32,
}
