import { assert } from './assert.ts'

/** Something that happens at a virtual time. Reusable: it may schedule itself again while it fires. */
export interface TimedEvent {
  /** Position bookkeeping of the queue; start it at -1 and never touch it. */
  queueSlot: number
  /** Runs in interrupt context: must not block. */
  fire(nowNs: number): void
}

const INITIAL_CAPACITY = 256
const MAX_LIVE_EVENTS = 1 << 22

/**
 * The pending events, ordered by (virtual time, sequence of scheduling).
 * A four-way heap over typed arrays. While an event fires its root cell is left open, so the common
 * "fire, then schedule again" costs one sift and not two.
 */
export class EventQueue {
  private times = new Float64Array(INITIAL_CAPACITY)
  private sequences = new Float64Array(INITIAL_CAPACITY)
  private slots = new Int32Array(INITIAL_CAPACITY)
  private positions = new Int32Array(INITIAL_CAPACITY)
  private events: (TimedEvent | null)[] = []
  private freeSlots: number[] = []
  private count = 0
  private nextSequence = 0
  private rootOpen = false

  /** Number of events waiting. */
  get size(): number {
    return this.rootOpen ? this.count - 1 : this.count
  }

  /** Time of the earliest event, or Infinity. Not while an event is firing. */
  nextTimeNs(): number {
    if (this.rootOpen) this.closeRoot()
    return this.count === 0 ? Infinity : this.times[0]!
  }

  /** Queues `event` for `timeNs`. An event waits at most once: scheduling a waiting one is our bug. */
  schedule(event: TimedEvent, timeNs: number): void {
    assert(event.queueSlot === -1, 'EventQueue.schedule: the event is already waiting')
    const slot = this.takeSlot(event)
    const sequence = this.nextSequence++
    if (this.rootOpen) {
      this.rootOpen = false
      this.siftDown(0, timeNs, sequence, slot)
      return
    }
    if (this.count === this.times.length) this.grow()
    this.siftUp(this.count++, timeNs, sequence, slot)
  }

  /** Takes `event` out again; false when it was not waiting. */
  cancel(event: TimedEvent): boolean {
    const slot = event.queueSlot
    if (slot === -1) return false
    if (this.rootOpen) this.closeRoot()
    const position = this.positions[slot]!
    this.releaseSlot(slot, event)
    this.removeAt(position)
    return true
  }

  /** Fires the earliest event and returns its time. The queue must not be empty. */
  fireNext(): number {
    if (this.rootOpen) this.closeRoot()
    assert(this.count > 0, 'EventQueue.fireNext: nothing is waiting')
    const slot = this.slots[0]!
    const event = this.events[slot]!
    const timeNs = this.times[0]!
    this.releaseSlot(slot, event)
    this.rootOpen = true
    event.fire(timeNs)
    if (this.rootOpen) this.closeRoot()
    return timeNs
  }

  private closeRoot(): void {
    this.rootOpen = false
    this.removeAt(0)
  }

  private removeAt(position: number): void {
    const last = --this.count
    if (position === last) return
    const timeNs = this.times[last]!
    const sequence = this.sequences[last]!
    const slot = this.slots[last]!
    const parent = (position - 1) >> 2
    if (position > 0 && this.isBefore(timeNs, sequence, parent)) this.siftUp(position, timeNs, sequence, slot)
    else this.siftDown(position, timeNs, sequence, slot)
  }

  private isBefore(timeNs: number, sequence: number, position: number): boolean {
    const other = this.times[position]!
    return timeNs < other || (timeNs === other && sequence < this.sequences[position]!)
  }

  private siftUp(start: number, timeNs: number, sequence: number, slot: number): void {
    const { times, sequences, slots, positions } = this
    let position = start
    while (position > 0) {
      const parent = (position - 1) >> 2
      const parentTime = times[parent]!
      if (parentTime < timeNs || (parentTime === timeNs && sequences[parent]! < sequence)) break
      times[position] = parentTime
      sequences[position] = sequences[parent]!
      positions[(slots[position] = slots[parent]!)] = position
      position = parent
    }
    times[position] = timeNs
    sequences[position] = sequence
    positions[(slots[position] = slot)] = position
  }

  private siftDown(start: number, timeNs: number, sequence: number, slot: number): void {
    const { times, sequences, slots, positions, count } = this
    let position = start
    for (;;) {
      const first = position * 4 + 1
      if (first >= count) break
      const end = first + 4 < count ? first + 4 : count
      let best = first
      let bestTime = times[first]!
      for (let child = first + 1; child < end; child++) {
        const time = times[child]!
        if (time < bestTime || (time === bestTime && sequences[child]! < sequences[best]!)) {
          best = child
          bestTime = time
        }
      }
      if (timeNs < bestTime || (timeNs === bestTime && sequence < sequences[best]!)) break
      times[position] = bestTime
      sequences[position] = sequences[best]!
      positions[(slots[position] = slots[best]!)] = position
      position = best
    }
    times[position] = timeNs
    sequences[position] = sequence
    positions[(slots[position] = slot)] = position
  }

  private takeSlot(event: TimedEvent): number {
    const slot = this.freeSlots.length > 0 ? this.freeSlots.pop()! : this.events.length
    this.events[slot] = event
    event.queueSlot = slot
    return slot
  }

  private releaseSlot(slot: number, event: TimedEvent): void {
    this.events[slot] = null
    event.queueSlot = -1
    this.freeSlots.push(slot)
  }

  private grow(): void {
    const capacity = this.times.length * 2
    assert(capacity <= MAX_LIVE_EVENTS, 'EventQueue: too many events are waiting')
    const times = new Float64Array(capacity)
    times.set(this.times)
    const sequences = new Float64Array(capacity)
    sequences.set(this.sequences)
    const slots = new Int32Array(capacity)
    slots.set(this.slots)
    const positions = new Int32Array(capacity)
    positions.set(this.positions)
    this.times = times
    this.sequences = sequences
    this.slots = slots
    this.positions = positions
  }
}
