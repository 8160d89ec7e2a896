/** Width of one device access. */
export type AccessWidth = 1 | 2 | 4

/**
 * The bus side of a memory-mapped device. Offsets count from the start of its region; values are unsigned.
 * An access never crosses the end of the region and is naturally aligned.
 */
export interface MmioDevice {
  readonly name: string
  read(offset: number, widthBytes: AccessWidth): number
  write(offset: number, widthBytes: AccessWidth, value: number): void
  /** 64-bit accesses; a device without them sees two 32-bit ones, low half first. */
  read64?(offset: number): bigint
  write64?(offset: number, value: bigint): void
}
