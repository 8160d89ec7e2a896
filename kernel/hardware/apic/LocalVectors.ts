/** The pending vectors of a local APIC: 256 bits, taken highest first (the interrupt request register). */
export class LocalVectors {
  private readonly words = new Int32Array(8)

  add(vector: number): void {
    this.words[vector >> 5]! |= 1 << (vector & 31)
  }

  /** Removes and returns the highest pending vector; -1 when none is pending. */
  takeHighest(): number {
    for (let word = 7; word >= 0; word--) {
      const bits = this.words[word]!
      if (bits === 0) continue
      const bit = 31 - Math.clz32(bits)
      this.words[word] = bits & ~(1 << bit)
      return word * 32 + bit
    }
    return -1
  }

  clear(): void {
    this.words.fill(0)
  }
}
