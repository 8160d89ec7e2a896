import { assert } from '../../sim/index.ts'
import type { AccessWidth, MmioDevice } from '../memory/MmioDevice.ts'

const ENTRY_WORDS = 4
const MASKED = 1

/** What the table asks of its function. */
export interface MsixOwner {
  /** MSI-X is enabled and the function mask is clear. */
  readonly msixDelivers: boolean
  postMessage(address: number, data: number): void
}

/**
 * The MSI-X vector table and pending-bit array (PCI 3.0, 6.8.2). A masked vector sets its pending bit; the
 * message goes out when the last mask is lifted.
 */
export class MsixTable {
  readonly table: MmioDevice
  readonly pendingArray: MmioDevice
  private readonly words: Uint32Array
  private readonly pending: Uint32Array

  constructor(name: string, readonly vectorCount: number, private readonly owner: MsixOwner) {
    assert(vectorCount >= 1 && vectorCount <= 2048, 'MSI-X has 1 to 2048 vectors')
    this.words = new Uint32Array(vectorCount * ENTRY_WORDS)
    this.pending = new Uint32Array(Math.ceil(vectorCount / 64) * 2)
    this.table = {
      name: `${name} MSI-X table`,
      read: (offset, width) => narrow(this.words[offset >>> 2] ?? 0, offset, width),
      write: (offset, width, value) => this.writeTable(offset, width, value),
    }
    this.pendingArray = {
      name: `${name} MSI-X pending bits`,
      read: (offset, width) => narrow(this.pending[offset >>> 2] ?? 0, offset, width),
      write: () => undefined,
    }
    this.reset()
  }

  get tableBytes(): number {
    return this.words.length * 4
  }

  get pendingBytes(): number {
    return this.pending.length * 4
  }

  /** Power-on values: every vector masked. */
  reset(): void {
    this.words.fill(0)
    this.pending.fill(0)
    for (let vector = 0; vector < this.vectorCount; vector++) this.words[vector * ENTRY_WORDS + 3] = MASKED
  }

  /** Signals a vector: a message now, or its pending bit until it is unmasked. */
  raise(vector: number): void {
    assert(vector >= 0 && vector < this.vectorCount, 'an MSI-X vector of this function')
    if (!this.owner.msixDelivers || (this.words[vector * ENTRY_WORDS + 3]! & MASKED) !== 0) {
      this.pending[vector >> 5]! |= 1 << (vector & 31)
      return
    }
    this.post(vector)
  }

  isPending(vector: number): boolean {
    return (this.pending[vector >> 5]! & (1 << (vector & 31))) !== 0
  }

  /** Whether a vector is pending although it is not masked and messages may go. */
  get hasDeliverable(): boolean {
    if (!this.owner.msixDelivers) return false
    for (let vector = 0; vector < this.vectorCount; vector++) {
      if (this.isPending(vector) && (this.words[vector * ENTRY_WORDS + 3]! & MASKED) === 0) return true
    }
    return false
  }

  /** Sends what was pending and may go now: after any mask changed. */
  release(): void {
    if (!this.owner.msixDelivers) return
    for (let word = 0; word < this.pending.length; word++) {
      if (this.pending[word] !== 0) this.releaseWord(word)
    }
  }

  private releaseWord(word: number): void {
    for (let bit = 0; bit < 32; bit++) {
      const vector = word * 32 + bit
      if ((this.pending[word]! & (1 << bit)) === 0) continue
      if ((this.words[vector * ENTRY_WORDS + 3]! & MASKED) !== 0) continue
      this.pending[word]! &= ~(1 << bit)
      this.post(vector)
    }
  }

  private post(vector: number): void {
    const at = vector * ENTRY_WORDS
    this.owner.postMessage(this.words[at + 1]! * 4294967296 + this.words[at]!, this.words[at + 2]!)
  }

  private writeTable(offset: number, width: AccessWidth, value: number): void {
    const word = offset >>> 2
    const shift = 8 * (offset & 3)
    const mask = width === 4 ? 0xffffffff : (((1 << (8 * width)) - 1) << shift) >>> 0
    const writable = (word & 3) === 3 ? mask & MASKED : mask
    this.words[word] = (this.words[word]! & ~writable) | ((value << shift) & writable)
    if ((word & 3) === 3) this.release()
  }
}

function narrow(word: number, offset: number, width: AccessWidth): number {
  if (width === 4) return word
  return (word >>> (8 * (offset & 3))) & (width === 2 ? 0xffff : 0xff)
}
