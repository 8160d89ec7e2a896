/** The way of a controller to the rest of the machine: PCI function or on-chip block. */
export interface NvmeBus {
  /** The controller may act on memory. */
  readonly mastering: boolean
  /** Interrupts go as messages: one per completion, by vector. Else as a wire. */
  readonly messagesEnabled: boolean
  readonly vectorCount: number
  read(address: number, target: Uint8Array): boolean
  write(address: number, source: Uint8Array): boolean
  /** Host bytes of a memory range that stays as it is, or null. */
  span(address: number, sizeBytes: number): Uint8Array | null
  /** Host bytes of a memory range for one transfer without a copy, or null. */
  spanOnce(address: number, sizeBytes: number, isWrite: boolean): Uint8Array | null
  message(vector: number): void
  setWire(asserted: boolean): void
}
