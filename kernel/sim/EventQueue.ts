import { assert } from './assert.ts'

/** Something that happens at a virtual time. Reusable: it may schedule itself again while it fires. */
export interface TimedEvent {
  /** Bookkeeping of the queue; start it at -1 and never touch it. */
  queueSlot: number
  /** Runs in interrupt context: must not block. */
  fire(nowNs: number): void
}

const INITIAL_CAPACITY = 256
const MAX_LIVE_EVENTS = 1 << 22

/**
 * The pending events, ordered by (virtual time, sequence of scheduling).
 *
 * A four-way heap over typed arrays that moves only times and slot numbers; what belongs to an event (object,
 * sequence) stays in its slot. While an event fires its root cell is left open and its slot kept, so the common
 * "fire, then schedule again" costs one sift and not two. A cancelled event leaves its cell behind; the cell at the
 * root is always a live one, and the heap is rebuilt when most of it is dead.
 */
export class EventQueue {
  private times = new Float64Array(INITIAL_CAPACITY)
  private slots = new Int32Array(INITIAL_CAPACITY)
  private sequences = new Float64Array(INITIAL_CAPACITY)
  private readonly events: (TimedEvent | null)[] = []
  private readonly freeSlots: number[] = []
  /** Cells of the heap, dead ones and an open root included. */
  private count = 0
  private dead = 0
  private nextSequence = 0
  private firing: TimedEvent | null = null
  private firingSlot = -1

  /** Number of events waiting. */
  get size(): number {
    return this.count - this.dead - (this.firing === null ? 0 : 1)
  }

  /** Time of the earliest event, or Infinity. Not while an event is firing. */
  nextTimeNs(): number {
    return this.count === 0 ? Infinity : this.times[0]!
  }

  /** Queues `event` for `timeNs`. An event waits at most once: scheduling a waiting one is our bug. */
  schedule(event: TimedEvent, timeNs: number): void {
    assert(event.queueSlot === -1, 'EventQueue.schedule: the event is already waiting')
    if (this.firing !== null) {
      const slot = this.firing === event ? this.firingSlot : this.replaceFiring(event)
      event.queueSlot = slot
      this.sequences[slot] = this.nextSequence++
      this.firing = null
      this.siftDown(0, timeNs, slot)
      return
    }
    const slot = this.freeSlots.length > 0 ? this.freeSlots.pop()! : this.newSlot()
    this.events[slot] = event
    event.queueSlot = slot
    this.sequences[slot] = this.nextSequence++
    if (this.count === this.times.length) this.grow()
    this.siftUp(this.count++, timeNs, slot)
  }

  /** Takes `event` out again; false when it was not waiting. */
  cancel(event: TimedEvent): boolean {
    const slot = event.queueSlot
    if (slot === -1) return false
    if (this.firing !== null) this.closeRoot()
    event.queueSlot = -1
    this.events[slot] = null
    this.dead++
    this.dropDeadRoot()
    if (this.dead > 64 && this.dead * 2 > this.count) this.rebuild()
    return true
  }

  /** Fires the earliest event and returns its time. The queue must not be empty. */
  fireNext(): number {
    assert(this.count > 0 && this.firing === null, 'EventQueue.fireNext: nothing is waiting')
    const slot = this.slots[0]!
    const event = this.events[slot]!
    const timeNs = this.times[0]!
    event.queueSlot = -1
    this.firing = event
    this.firingSlot = slot
    event.fire(timeNs)
    if (this.firing !== null) this.closeRoot()
    else if (this.dead > 0) this.dropDeadRoot()
    return timeNs
  }

  /** The firing event did not come back: its slot is free and its cell goes. */
  private closeRoot(): void {
    this.firing = null
    this.events[this.firingSlot] = null
    this.freeSlots.push(this.firingSlot)
    this.removeRoot()
    this.dropDeadRoot()
  }

  /** Another event takes the open root; the slot of the firing one becomes its. */
  private replaceFiring(event: TimedEvent): number {
    this.events[this.firingSlot] = event
    return this.firingSlot
  }

  private dropDeadRoot(): void {
    while (this.count > 0 && this.events[this.slots[0]!] === null) {
      this.freeSlots.push(this.slots[0]!)
      this.dead--
      this.removeRoot()
    }
  }

  private removeRoot(): void {
    const last = --this.count
    if (last > 0) this.siftDown(0, this.times[last]!, this.slots[last]!)
  }

  private siftUp(start: number, timeNs: number, slot: number): void {
    const { times, slots, sequences } = this
    const sequence = sequences[slot]!
    let position = start
    while (position > 0) {
      const parent = (position - 1) >> 2
      const parentTime = times[parent]!
      if (parentTime < timeNs || (parentTime === timeNs && sequences[slots[parent]!]! < sequence)) break
      times[position] = parentTime
      slots[position] = slots[parent]!
      position = parent
    }
    times[position] = timeNs
    slots[position] = slot
  }

  private siftDown(start: number, timeNs: number, slot: number): void {
    const { times, slots, sequences, count } = this
    let position = start
    for (;;) {
      const first = position * 4 + 1
      if (first >= count) break
      const end = first + 4 < count ? first + 4 : count
      let best = first
      let bestTime = times[first]!
      for (let child = first + 1; child < end; child++) {
        const time = times[child]!
        if (time < bestTime || (time === bestTime && sequences[slots[child]!]! < sequences[slots[best]!]!)) {
          best = child
          bestTime = time
        }
      }
      if (timeNs < bestTime || (timeNs === bestTime && sequences[slot]! < sequences[slots[best]!]!)) break
      times[position] = bestTime
      slots[position] = slots[best]!
      position = best
    }
    times[position] = timeNs
    slots[position] = slot
  }

  private newSlot(): number {
    const slot = this.events.length
    if (slot === this.sequences.length) {
      const sequences = new Float64Array(slot * 2)
      sequences.set(this.sequences)
      this.sequences = sequences
    }
    return slot
  }

  private grow(): void {
    const capacity = this.times.length * 2
    assert(capacity <= MAX_LIVE_EVENTS, 'EventQueue: too many events are waiting')
    const times = new Float64Array(capacity)
    times.set(this.times)
    const slots = new Int32Array(capacity)
    slots.set(this.slots)
    this.times = times
    this.slots = slots
  }

  /** Makes the heap again without the dead cells. */
  private rebuild(): void {
    const { times, slots, events } = this
    const total = this.count
    this.count = 0
    this.dead = 0
    for (let cell = 0; cell < total; cell++) {
      const slot = slots[cell]!
      if (events[slot] === null) this.freeSlots.push(slot)
      else this.siftUp(this.count++, times[cell]!, slot)
    }
  }
}
