/** The pending vectors of a local APIC: 256 bits, taken highest first (the interrupt request register). */
export class LocalVectors {
  private readonly words = new Int32Array(8)
  /** Bit n: word n has a pending vector. */
  private filled = 0

  add(vector: number): void {
    const word = vector >> 5
    this.words[word]! |= 1 << (vector & 31)
    this.filled |= 1 << word
  }

  /** Removes and returns the highest pending vector; -1 when none is pending. */
  takeHighest(): number {
    if (this.filled === 0) return -1
    const word = 31 - Math.clz32(this.filled)
    const bits = this.words[word]!
    const bit = 31 - Math.clz32(bits)
    const left = bits & ~(1 << bit)
    this.words[word] = left
    if (left === 0) this.filled &= ~(1 << word)
    return word * 32 + bit
  }

  clear(): void {
    this.words.fill(0)
    this.filled = 0
  }
}
