// Goal: the kext of a frame is the first listed one that holds its address, however many there are of both.
import { describe, expect, it } from 'vitest'
import { Random } from '../../../sim/index.ts'
import type { Address64 } from './Address64.ts'
import { firstSpans, type Span } from './spans.ts'

const at = (low: number): Address64 => ({ high: 0xffff_ff7f, low })
const span = (id: number, start: number, end: number): Span => ({ id: `kext ${id}`, start: at(start), end: at(end) })

/** Counts how often addresses are looked at: the work, whatever the machine's speed. */
function counted(count: number): { addresses: Address64[]; looks: () => number } {
  let looks = 0
  const addresses = Array.from({ length: count }, (_, index) => ({
    high: 0xffff_ff7f,
    get low() {
      looks++
      return index * 10
    },
  }))
  return { addresses, looks: () => looks }
}

describe('spans', () => {
  it('that overlap, repeat and hold nothing give what a look at each in turn gives', () => {
    const random = new Random(5)
    for (let round = 0; round < 60; round++) {
      const spans = Array.from({ length: random.below(60) }, (_, id) => {
        const start = random.below(500)
        return span(id, start, start + random.below(80))
      })
      const addresses = Array.from({ length: random.below(80) }, () => at(random.below(600)))
      expect(firstSpans(spans, addresses)).toEqual(addresses.map(({ low }) =>
        spans.find(({ start, end }) => start.low <= low && low <= end.low)))
    }
  })

  it.each([
    ['none of which holds a frame', (id: number) => span(id, id * 10 + 1, id * 10 + 2)],
    ['each of which holds all frames', (id: number) => span(id, 0, 0xffff_ffff)],
    ['that begin later and later', (id: number) => span(id, id * 10, 0xffff_ffff)],
    ['that begin earlier and earlier', (id: number, count: number) => span(id, (count - id) * 10, 0xffff_ffff)],
  ])('%s: ten times as many cost at most thirteen times the looks', (_, make) => {
    const work = (count: number): number => {
      const { addresses, looks } = counted(count)
      firstSpans(Array.from({ length: count }, (__, id) => make(id, count)), addresses)
      return looks()
    }
    expect(work(4000) / work(400)).toBeLessThan(13)
  })
})
