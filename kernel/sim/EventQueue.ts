import { assert } from './assert.ts'
import { EventCrowd } from './EventCrowd.ts'
import { EventEntry } from './EventEntry.ts'
import { EventHeap } from './EventHeap.ts'
import { EventWheel } from './EventWheel.ts'

/** Something that happens at a virtual time. Reusable: it may schedule itself again while it fires. */
export interface TimedEvent {
  /** Bookkeeping of the queue; start it at -1 and never touch it. */
  queueSlot: number
  /** What it is, for logs; its class where there is none. */
  readonly eventName?: string
  /** Runs in interrupt context: must not block. */
  fire(nowNs: number): void
}

const MAX_LIVE_EVENTS = 1 << 22
/** Far or searched entries after which the length of a tick is looked at. */
const TUNING_COUNT = 2048
/** More events than this make a crowd; it ends when there are far fewer. */
const CROWD = 1 << 14
const CROWD_END = 1 << 12

/**
 * The pending events, ordered by (virtual time, sequence of scheduling).
 *
 * Near events are in a wheel of buckets, where scheduling and firing cost the same however many wait;
 * those beyond its reach are in a heap, and come into the wheel as time moves on. The length of a tick
 * follows the load: it shrinks when buckets fill and grows when too many events need the heap. The order
 * never depends on it. An event that is earlier than all others, an interrupt mostly, waits in front and
 * touches neither. Thousands of events are a crowd: records and buckets would not stay in the cache, and all
 * of them wait in a heap of columns instead.
 */
export class EventQueue {
  private readonly wheel = new EventWheel()
  private readonly heap = new EventHeap()
  private readonly entries: EventEntry[] = []
  /** All events, when there are very many; null otherwise. */
  private crowd: EventCrowd | null = null
  private free: EventEntry | null = null
  /** The newest event that was earlier than all others; null when there is none. */
  private front: EventEntry | null = null
  /** The earliest entry of wheel and heap. */
  private first: EventEntry | null = null
  private count = 0
  private schedules = 0
  private farSchedules = 0

  /** Number of events waiting. */
  get size(): number {
    return this.crowd === null ? this.count : this.crowd.size
  }

  /** Time of the earliest event, or Infinity. */
  nextTimeNs(): number {
    if (this.crowd !== null) return this.crowd.nextTimeNs()
    const first = this.front ?? this.first
    return first === null ? Infinity : first.timeNs
  }

  /** The earliest event, which stays where it is; the queue must not be empty. */
  peek(): TimedEvent {
    if (this.crowd !== null) return this.crowd.peek()
    const entry = this.front ?? this.first
    assert(entry !== null, 'EventQueue.peek: nothing is waiting')
    return entry.event!
  }

  /** Queues `event` for `timeNs`. An event waits at most once: scheduling a waiting one is our bug. */
  schedule(event: TimedEvent, timeNs: number): void {
    assert(event.queueSlot === -1, 'EventQueue.schedule: the event is already waiting')
    if (this.crowd !== null) return this.crowd.schedule(event, timeNs)
    const entry = this.free ?? this.newEntry()
    this.free = entry.next
    entry.timeNs = timeNs
    entry.event = event
    event.queueSlot = entry.slot
    this.count++
    if (timeNs < this.nextTimeNs()) return this.putInFront(entry)
    this.schedules++
    if (!this.wheel.insert(entry, timeNs)) this.goFar(entry)
    if (this.first === null || timeNs < this.first.timeNs) this.first = entry
    if (this.count > CROWD) this.gather()
    else if (this.wheel.walked > TUNING_COUNT) this.tune()
  }

  /** Takes `event` out again; false when it was not waiting. */
  cancel(event: TimedEvent): boolean {
    if (event.queueSlot === -1) return false
    if (this.crowd !== null) {
      this.crowd.cancel(event)
      return true
    }
    const entry = this.entries[event.queueSlot]!
    event.queueSlot = -1
    this.take(entry)
    return true
  }

  /** Fires the earliest event and returns its time. The queue must not be empty. */
  fireNext(): number {
    if (this.crowd !== null) return this.fireOfCrowd(this.crowd)
    const entry = this.front ?? this.first
    assert(entry !== null, 'EventQueue.fireNext: nothing is waiting')
    const event = entry.event!
    const { timeNs } = entry
    event.queueSlot = -1
    this.count--
    entry.event = null
    if (entry === this.front) this.front = null
    else this.leaveOrder(entry, timeNs)
    entry.next = this.free
    this.free = entry
    event.fire(timeNs)
    return timeNs
  }

  private fireOfCrowd(crowd: EventCrowd): number {
    assert(crowd.size > 0, 'EventQueue.fireNext: nothing is waiting')
    const event = crowd.take()
    const timeNs = crowd.takenNs
    if (crowd.size < CROWD_END) this.disperse(crowd)
    event.fire(timeNs)
    return timeNs
  }

  /** All events become a crowd, in their order. */
  private gather(): void {
    const crowd = new EventCrowd()
    for (let entry = this.front ?? this.first; entry !== null; entry = this.front ?? this.first) {
      const event = entry.event!
      this.take(entry)
      crowd.schedule(event, entry.timeNs)
    }
    this.crowd = crowd
  }

  /** The crowd has become small: its events go back to wheel and heap, in their order. */
  private disperse(crowd: EventCrowd): void {
    this.crowd = null
    while (crowd.size > 0) {
      const event = crowd.take()
      this.schedule(event, crowd.takenNs)
    }
  }

  /**
   * The new earliest event waits beside wheel and heap; the one that waited there goes before all in them.
   */
  private putInFront(entry: EventEntry): void {
    const former = this.front
    this.front = entry
    if (former === null) return
    if (!this.wheel.insertFirst(former, former.timeNs)) this.heap.pushFirst(former)
    this.first = former
  }

  /** The earliest of wheel and heap goes; time has come to it. */
  private leaveOrder(entry: EventEntry, timeNs: number): void {
    let next: EventEntry | null = null
    if (entry.place >= 0) next = this.wheel.shift(entry, timeNs)
    else {
      this.heap.remove(entry)
      this.wheel.advance(timeNs)
    }
    this.first = next
    if (next === null) this.findFirst()
  }

  private findFirst(): void {
    if (this.heap.first !== null) this.comeNear()
    this.first = this.wheel.first() ?? this.heap.first
  }

  private take(entry: EventEntry): void {
    this.count--
    entry.event = null
    if (entry === this.front) this.front = null
    else this.takeFromOrder(entry)
    entry.next = this.free
    this.free = entry
  }

  private takeFromOrder(entry: EventEntry): void {
    if (entry.place < 0) this.heap.remove(entry)
    else this.wheel.remove(entry)
    if (entry === this.first) this.findFirst()
  }

  /** Brings events into the wheel that it has come to reach. */
  private comeNear(): void {
    for (let entry = this.heap.first; entry !== null; entry = this.heap.first) {
      if (!this.wheel.reaches(entry.timeNs)) return
      this.heap.remove(entry)
      this.wheel.insert(entry, entry.timeNs)
    }
  }

  private goFar(entry: EventEntry): void {
    this.heap.push(entry)
    if (++this.farSchedules > TUNING_COUNT) this.tune()
  }

  private newEntry(): EventEntry {
    const slot = this.entries.length
    assert(slot < MAX_LIVE_EVENTS, 'EventQueue: too many events are waiting')
    const entry = new EventEntry(slot)
    this.entries.push(entry)
    return entry
  }

  /**
   * Fits size and tick of the wheel to what was scheduled since the last look. A rebuild touches every
   * near event, so as many must have been scheduled, or passed in searches, before the next one.
   */
  private tune(): void {
    const { schedules, farSchedules, wheel, count } = this
    const { walked } = wheel
    if (wheel.isUnfit(count)) this.rebuild(() => wheel.reshape(count))
    else if (schedules < count && walked < count * 4) return
    else if (walked > schedules * 4) this.rebuild(() => wheel.rescale(1 / 2))
    else if (farSchedules > schedules / 8 && walked < schedules) this.rebuild(() => wheel.rescale(2))
    this.schedules = 0
    this.farSchedules = 0
    wheel.walked = 0
  }

  private rebuild(change: () => void): void {
    const entries = this.wheel.takeAll()
    change()
    for (const entry of entries) if (!this.wheel.insert(entry, entry.timeNs)) this.heap.push(entry)
    this.comeNear()
  }
}
