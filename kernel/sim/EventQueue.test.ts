import { describe, expect, it } from 'vitest'
import { EventQueue, Random, type TimedEvent } from './index.ts'

class Marked implements TimedEvent {
  queueSlot = -1
  constructor(readonly mark: number, private readonly log: number[]) {}
  fire(): void {
    this.log.push(this.mark)
  }
}

describe('EventQueue', () => {
  it('fires in order of time, and first scheduled first at the same time', () => {
    const queue = new EventQueue()
    const log: number[] = []
    const plan = [[5, 1], [3, 2], [5, 3], [1, 4], [3, 5]] as const
    for (const [time, mark] of plan) queue.schedule(new Marked(mark, log), time)
    while (queue.size > 0) queue.fireNext()
    expect(log).toEqual([4, 2, 5, 1, 3])
  })

  it('agrees with a sorted list over random schedules, cancellations and re-schedules while firing', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = new Random(seed)
      const queue = new EventQueue()
      const log: number[] = []
      let model: { time: number; mark: number }[] = []
      const expected: number[] = []
      const events = Array.from({ length: 400 }, (_, mark) => new Marked(mark, log))
      for (let round = 0; round < 3000; round++) {
        const event = events[random.below(events.length)]!
        if (event.queueSlot === -1) {
          const time = random.below(50) + round
          queue.schedule(event, time)
          model.push({ time, mark: event.mark })
        } else if (random.chance(1, 4)) {
          expect(queue.cancel(event)).toBe(true)
          model = model.filter((entry) => entry.mark !== event.mark)
        }
        if (random.chance(1, 3) && model.length > 0) {
          const least = model.reduce((best, entry) => (entry.time < best.time ? entry : best))
          model = model.filter((entry) => entry !== least)
          expected.push(least.mark)
          expect(queue.fireNext()).toBe(least.time)
        }
      }
      expect(log).toEqual(expected)
      expect(queue.size).toBe(model.length)
    }
  })

  it('agrees with a stable sort whatever the spread of the times and however many wait', () => {
    const spreads = [1, 100, 5_000, 3_000_000, 40_000_000_000]
    for (let seed = 1; seed <= 3; seed++) {
      const random = new Random(seed)
      const queue = new EventQueue()
      const fired: number[] = []
      const events = Array.from({ length: 3000 }, (_, mark) => new Marked(mark, fired))
      const waiting = new Map<number, number>()
      const expected: number[] = []
      let nowNs = 0
      const scheduleSome = (count: number): void => {
        const spread = spreads[random.below(spreads.length)]!
        for (let i = 0; i < count; i++) {
          const event = events[random.below(events.length)]!
          if (event.queueSlot !== -1) {
            queue.cancel(event)
            waiting.delete(event.mark)
          }
          const time = nowNs + random.below(spread)
          queue.schedule(event, time)
          waiting.set(event.mark, time)
        }
      }
      /** The map is in order of scheduling, and sorting is stable. */
      const fireSome = (count: number): void => {
        for (const [mark, time] of [...waiting].sort(([, a], [, b]) => a - b).slice(0, count)) {
          expected.push(mark, time)
          fired.push(queue.fireNext())
          waiting.delete(mark)
          nowNs = time
        }
      }
      for (let round = 0; round < 40; round++) {
        scheduleSome(random.below(800))
        fireSome(random.below(800))
      }
      expect(fired).toEqual(expected)
      expect(queue.size).toBe(waiting.size)
    }
  })

  it('lets an event schedule itself and cancel others while it fires', () => {
    const queue = new EventQueue()
    const log: number[] = []
    const other = new Marked(9, log)
    const again: TimedEvent = {
      queueSlot: -1,
      fire(now) {
        log.push(now)
        if (now === 10) {
          queue.schedule(again, 20)
          queue.cancel(other)
        }
      },
    }
    queue.schedule(again, 10)
    queue.schedule(other, 15)
    while (queue.size > 0) queue.fireNext()
    expect(log).toEqual([10, 20])
  })
})
