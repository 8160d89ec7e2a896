/**
 * The 64-bit digest of everything that happened, in order. Two runs whose digests agree after the same number
 * of steps did the same thing. Two 32-bit lanes with different multipliers; integers only.
 */
export class Trace {
  private high = 0x6c62272e | 0
  private low = 0x07bb0142 | 0

  /** Mixes one 32-bit word. */
  mix(word: number): void {
    this.low = Math.imul(this.low ^ word, 0x01000193)
    this.high = Math.imul((this.high ^ word ^ (this.low >>> 13)) | 0, 0x5bd1e995)
  }

  /** Mixes a virtual time: exact up to 2^53. */
  mixTime(timeNs: number): void {
    this.mix(timeNs >>> 0)
    this.mix((timeNs / 4294967296) | 0)
  }

  /** Mixes every UTF-16 unit of a text and its length. */
  mixText(text: string): void {
    for (let i = 0; i < text.length; i++) this.mix(text.charCodeAt(i))
    this.mix(text.length)
  }

  /** Upper 32 bits of the digest so far. */
  get highWord(): number {
    return this.high
  }

  /** Lower 32 bits of the digest so far. */
  get lowWord(): number {
    return this.low
  }

  /** The digest so far: 16 lower-case hexadecimal digits. */
  digest(): string {
    return digestText(this.high, this.low)
  }
}

/** A digest of its two halves. */
export function digestText(high: number, low: number): string {
  return (high >>> 0).toString(16).padStart(8, '0') + (low >>> 0).toString(16).padStart(8, '0')
}
