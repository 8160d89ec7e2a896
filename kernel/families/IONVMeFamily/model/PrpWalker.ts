import { PAGE_BYTES, Status } from '../bits.ts'
import type { NvmeBus } from './NvmeBus.ts'

const ENTRIES_PER_PAGE = PAGE_BYTES / 8

/** Turns the PRP pair of a command into runs of contiguous memory (4.3). Reused for every command. */
export class PrpWalker {
  readonly addresses: number[] = []
  readonly lengths: number[] = []
  count = 0

  constructor(private readonly bus: NvmeBus) {}

  /** Collects the runs of a transfer; a status other than success names the fault. */
  walk(prp1: number, prp2: number, sizeBytes: number): number {
    this.count = 0
    if (prp1 % 4 !== 0) return Status.invalidPrpOffset
    const first = Math.min(sizeBytes, PAGE_BYTES - (prp1 % PAGE_BYTES))
    this.add(prp1, first)
    const left = sizeBytes - first
    if (left === 0) return Status.success
    if (left <= PAGE_BYTES) {
      if (prp2 % PAGE_BYTES !== 0) return Status.invalidPrpOffset
      this.add(prp2, left)
      return Status.success
    }
    return this.walkList(prp2, left)
  }

  private walkList(list: number, sizeBytes: number): number {
    let address = list
    let left = sizeBytes
    while (left > 0) {
      if (address % 8 !== 0) return Status.invalidPrpOffset
      const room = ENTRIES_PER_PAGE - (address % PAGE_BYTES) / 8
      const needed = Math.ceil(left / PAGE_BYTES)
      const chained = needed > room
      const used = chained ? room - 1 : needed
      const words = this.readList(address, chained ? room : needed)
      if (words === null) return Status.dataTransferError
      for (let i = 0; i < used; i++) {
        const entry = words[2 * i + 1]! * 4294967296 + words[2 * i]!
        if (entry % PAGE_BYTES !== 0) return Status.invalidPrpOffset
        const size = Math.min(left, PAGE_BYTES)
        this.add(entry, size)
        left -= size
      }
      if (!chained) break
      address = words[2 * used + 1]! * 4294967296 + words[2 * used]!
    }
    return Status.success
  }

  private readList(address: number, entries: number): Uint32Array | null {
    const span = this.bus.spanOnce(address, entries * 8, false)
    if (span !== null && span.byteOffset % 4 === 0) {
      return new Uint32Array(span.buffer as ArrayBuffer, span.byteOffset, entries * 2)
    }
    const copy = new Uint8Array(entries * 8)
    return this.bus.read(address, copy) ? new Uint32Array(copy.buffer) : null
  }

  private add(address: number, sizeBytes: number): void {
    const last = this.count - 1
    if (last >= 0 && address === this.addresses[last]! + this.lengths[last]!) {
      this.lengths[last]! += sizeBytes
      return
    }
    this.addresses[this.count] = address
    this.lengths[this.count] = sizeBytes
    this.count++
  }
}
