/**
 * Seeded pseudo-random numbers (xoshiro128**). The only source of chance in the kernel:
 * the same seed gives the same sequence on every host, since all arithmetic is 32-bit integer.
 */
export class Random {
  private a: number
  private b: number
  private c: number
  private d: number

  constructor(seed: number) {
    let state = (seed ^ 0x9e3779b9) >>> 0
    const next = (): number => {
      state = (state + 0x6d2b79f5) >>> 0
      let t = Math.imul(state ^ (state >>> 15), 1 | state)
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
      return (t ^ (t >>> 14)) >>> 0
    }
    this.a = next()
    this.b = next()
    this.c = next()
    this.d = next() | 1
  }

  /** Next 32 random bits as an unsigned number. */
  next32(): number {
    const x = Math.imul(this.b, 5)
    const result = Math.imul((x << 7) | (x >>> 25), 9) >>> 0
    const t = this.b << 9
    this.c ^= this.a
    this.d ^= this.b
    this.b ^= this.c
    this.a ^= this.d
    this.c ^= t
    this.d = (this.d << 11) | (this.d >>> 21)
    return result
  }

  /** A whole number in 0 ≤ n < bound; bound ≤ 2^32. The tiny modulo bias is accepted: it is deterministic. */
  below(bound: number): number {
    return this.next32() % bound
  }

  /** True with probability numerator / denominator. */
  chance(numerator: number, denominator: number): boolean {
    return this.below(denominator) < numerator
  }
}
