import { expect, it } from 'vitest'
import { OSSerialize } from '../../libkern/index.ts'
import { Random, Simulation } from '../../sim/index.ts'
import { IORangeAllocator } from './index.ts'

/** The free list as the kernel shows it: start, end, start, end. */
function freeList(allocator: IORangeAllocator): string {
  const serializer = OSSerialize.withCapacity(4096)
  allocator.serialize(serializer)
  const numbers = serializer.getText().match(/0x[0-9a-f]+/gu) ?? []
  return numbers.map((number) => number.slice(2)).join(' ')
}

/** Goal: the worked example of the kernel's allocator, call by call. */
it('takes first fits and exact places, and joins what comes back', () => {
  new Simulation(1).enter(() => {
    const allocator = IORangeAllocator.withRange(0xffff, 0x1000)
    const story: [unknown, string][] = []
    const tell = (answer: unknown): void => void story.push([answer, freeList(allocator)])
    tell(allocator.allocate(0x1800))
    tell(allocator.allocate(0x1000, 0x4000))
    tell(allocator.allocateRange(0x3000, 0x1000))
    tell(allocator.allocateRange(0x2800, 0x800))
    tell(allocator.deallocate(0, 0x2000))
    tell(allocator.deallocate(0x3000, 0x1000))
    tell(allocator.deallocate(0x4000, 0x1000))
    expect(story).toEqual([
      [0, '2000 ffff'],
      [0x4000, '2000 3fff 5000 ffff'],
      [true, '2000 2fff 5000 ffff'],
      [false, '2000 2fff 5000 ffff'],
      [undefined, '0 2fff 5000 ffff'],
      [undefined, '0 3fff 5000 ffff'],
      [undefined, '0 ffff'],
    ])
    expect([allocator.getFreeCount(), allocator.allocate(0), allocator.allocateRange(0, 0)])
      .toEqual([0x10000, null, false])
    expect(IORangeAllocator.withRange(0).allocate(1)).toBeNull()
  })
})

/** Goal: whatever is asked, the free list is what a plain set of units says. */
it('agrees with a set of units over thousands of random calls', () => {
  new Simulation(1).enter(() => {
    for (let seed = 1; seed <= 8; seed++) compareWithModel(new Random(seed))
  })
})

function compareWithModel(random: Random): void {
  const units = 96
  const unit = 16
  const allocator = IORangeAllocator.withRange(units * unit - 1, unit)
  const free = new Array<boolean>(units).fill(true)
  const taken: { start: number; count: number }[] = []
  const fits = (start: number, count: number): boolean =>
    start + count <= units && free.slice(start, start + count).every(Boolean)
  const below = (limit: number): number => random.next32() % limit
  for (let step = 0; step < 500; step++) {
    const count = 1 + below(9)
    const action = below(3)
    if (action === 2 && taken.length > 0) {
      const [back] = taken.splice(below(taken.length), 1)
      allocator.deallocate(back!.start * unit, back!.count * unit)
      free.fill(true, back!.start, back!.start + back!.count)
    } else if (action === 1) {
      const start = below(units)
      const expected = fits(start, count)
      expect(allocator.allocateRange(start * unit, count * unit - below(unit))).toBe(expected)
      if (expected) take(start, count)
    } else {
      const align = 2 ** below(4)
      const places = Array.from({ length: units }, (_, at) => at)
      const first = places.find((at) => at % align === 0 && fits(at, count)) ?? null
      const got = allocator.allocate(count * unit - below(unit), align * unit)
      expect(got).toBe(first === null ? null : first * unit)
      if (first !== null) take(first, count)
    }
    expect(allocator.getFreeCount()).toBe(free.filter(Boolean).length * unit)
    expect(allocator.getFragmentCount()).toBe(free.filter((is, at) => is && free[at - 1] !== true).length)
  }

  function take(start: number, count: number): void {
    taken.push({ start, count })
    free.fill(false, start, start + count)
  }
}
