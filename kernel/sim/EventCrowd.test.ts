import { describe, expect, it } from 'vitest'
import { EventCrowd } from './EventCrowd.ts'
import { EventQueue, Random, type TimedEvent } from './index.ts'

class Marked implements TimedEvent {
  queueSlot = -1
  constructor(readonly mark: number, private readonly fired: number[]) {}
  fire(nowNs: number): void {
    this.fired.push(this.mark, nowNs)
  }
}

/** A crowd or a queue, and what must come out of it: a map in order of scheduling, sorted stably by time. */
class Story {
  readonly waiting = new Map<Marked, number>()
  readonly expected: number[] = []

  soonest(count: number): Marked[] {
    const sorted = [...this.waiting].sort(([, a], [, b]) => a - b).slice(0, count)
    for (const [event, timeNs] of sorted) {
      this.expected.push(event.mark, timeNs)
      this.waiting.delete(event)
    }
    return sorted.map(([event]) => event)
  }
}

describe('EventCrowd', () => {
  it('keeps the order of equal times when it counts sequences anew, and forgets what was cancelled', () => {
    const random = new Random(5)
    const crowd = new EventCrowd(4000)
    const story = new Story()
    const taken: number[] = []
    const events = Array.from({ length: 3000 }, (_, mark) => new Marked(mark, taken))
    for (let round = 0; round < 60; round++) {
      for (let i = 0; i < 500; i++) {
        const event = events[random.below(events.length)]!
        if (event.queueSlot !== -1) crowd.cancel(event)
        story.waiting.delete(event)
        if (random.chance(1, 3)) continue
        const timeNs = round * 10 + random.below(40)
        crowd.schedule(event, timeNs)
        story.waiting.set(event, timeNs)
      }
      for (const { mark } of story.soonest(random.below(300))) {
        const event = crowd.take() as Marked
        taken.push(event.mark, crowd.takenNs)
        if (event.mark !== mark) break
      }
      expect(crowd.size).toBe(story.waiting.size)
    }
    expect(taken).toEqual(story.expected)
  })

  it('gathers and disperses within a queue without a change of order', () => {
    const random = new Random(9)
    const queue = new EventQueue()
    const story = new Story()
    const fired: number[] = []
    const events = Array.from({ length: 40_000 }, (_, mark) => new Marked(mark, fired))
    let nowNs = 0
    for (const count of [19_500, 200, 18_000, 5, 19_900, 0]) {
      while (story.waiting.size < count) {
        const event = events[random.below(events.length)]!
        queue.cancel(event)
        story.waiting.delete(event)
        const timeNs = nowNs + random.below(5_000)
        queue.schedule(event, timeNs)
        story.waiting.set(event, timeNs)
      }
      const soonest = Math.min(...story.waiting.values(), Infinity)
      expect([queue.size, queue.nextTimeNs()]).toEqual([story.waiting.size, soonest])
      const left = story.soonest(story.waiting.size - count).length
      for (let i = 0; i < left; i++) nowNs = queue.fireNext()
    }
    expect(fired).toEqual(story.expected)
    expect(queue.size).toBe(0)
  }, 20_000)
})
