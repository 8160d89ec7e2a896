import type { EventEntry } from './EventEntry.ts'

const MIN_BUCKETS = 256
const MAX_BUCKETS = 1 << 17
const LONGEST_TICK_NS = 2 ** 40

/**
 * The near future as a ring of buckets, one per tick of 2^n nanoseconds. A bucket holds its entries in order of
 * time, first come first at equal times; a bitmap finds the next bucket that holds any.
 */
export class EventWheel {
  private heads: (EventEntry | null)[] = []
  private tails: (EventEntry | null)[] = []
  private bitmap = new Int32Array(0)
  private size = 0
  private tickNs = 1024
  private perNs = 1 / 1024
  /** The bucket of the time that was reached last, and when its tick began. */
  private cursor = 0
  private startNs = Infinity
  /** Entries passed while places in buckets were searched: tells that buckets are too full. */
  walked = 0

  constructor() {
    this.reshape(0)
    this.startNs = 0
  }

  /** Whether the ring has too few or far too many buckets for `count` events. */
  isUnfit(count: number): boolean {
    return (count > this.size && this.size < MAX_BUCKETS) || (count < this.size / 16 && this.size > MIN_BUCKETS)
  }

  /** Whether `insert` would take an event of that time. */
  reaches(timeNs: number): boolean {
    return (timeNs - this.startNs) * this.perNs < this.size
  }

  /** Puts an entry behind all of its bucket that are not later; false when its time is beyond the ring. */
  insert(entry: EventEntry, timeNs: number): boolean {
    const ahead = (timeNs - this.startNs) * this.perNs
    if (ahead >= this.size) return false
    const bucket = (this.cursor + (ahead > 0 ? ahead | 0 : 0)) & (this.size - 1)
    entry.place = bucket
    const last = this.tails[bucket]!
    if (last === null) {
      entry.next = null
      entry.previous = null
      this.heads[bucket] = entry
      this.tails[bucket] = entry
      this.bitmap[bucket >> 5]! |= 1 << (bucket & 31)
    } else this.insertBehind(last, entry)
    return true
  }

  /** Puts an entry before all others, none of which may be earlier; false when its time is beyond the ring. */
  insertFirst(entry: EventEntry, timeNs: number): boolean {
    const ahead = (timeNs - this.startNs) * this.perNs
    if (ahead >= this.size) return false
    const bucket = (this.cursor + (ahead > 0 ? ahead | 0 : 0)) & (this.size - 1)
    const next = this.heads[bucket]!
    entry.place = bucket
    entry.previous = null
    entry.next = next
    this.heads[bucket] = entry
    if (next === null) this.tails[bucket] = entry
    else next.previous = entry
    this.bitmap[bucket >> 5]! |= 1 << (bucket & 31)
    return true
  }

  /** Takes an entry out of its bucket. */
  remove(entry: EventEntry): void {
    const { next, previous, place } = entry
    if (previous === null) this.heads[place] = next
    else previous.next = next
    if (next === null) this.tails[place] = previous
    else next.previous = previous
    if (next === null && previous === null) this.bitmap[place >> 5]! &= ~(1 << (place & 31))
  }

  /** Takes the earliest entry out; the next one of its bucket, or null when there is none and the ring turned on. */
  shift(entry: EventEntry, timeNs: number): EventEntry | null {
    const { next, place } = entry
    this.heads[place] = next
    if (next !== null) {
      next.previous = null
      return next
    }
    this.tails[place] = null
    this.bitmap[place >> 5]! &= ~(1 << (place & 31))
    this.advance(timeNs)
    return null
  }

  /** The earliest entry, or null. */
  first(): EventEntry | null {
    const { bitmap, cursor } = this
    let word = cursor >> 5
    let bits = bitmap[word]! & (-1 << (cursor & 31))
    for (let left = bitmap.length; bits === 0; left--) {
      if (left === 0) return null
      word = (word + 1) & (bitmap.length - 1)
      bits = bitmap[word]!
    }
    return this.heads[(word << 5) + 31 - Math.clz32(bits & (~bits + 1))]!
  }

  /** Turns the ring on: nothing earlier than `timeNs` waits any more. */
  advance(timeNs: number): void {
    const ahead = (timeNs - this.startNs) * this.perNs
    if (ahead < 1) return
    if (ahead >= this.size) return this.restart(timeNs)
    const ticks = ahead | 0
    this.cursor = (this.cursor + ticks) & (this.size - 1)
    this.startNs += ticks * this.tickNs
  }

  /** Empties the ring and returns its entries in their order. */
  takeAll(): EventEntry[] {
    const taken: EventEntry[] = []
    for (let entry = this.first(); entry !== null; entry = this.first()) {
      this.remove(entry)
      taken.push(entry)
    }
    return taken
  }

  /** Gives an empty ring the buckets that suit `count` events. */
  reshape(count: number): void {
    let size = MIN_BUCKETS
    while (size < count && size < MAX_BUCKETS) size *= 2
    this.size = size
    this.heads = Array.from<EventEntry | null>({ length: this.size }).fill(null)
    this.tails = this.heads.slice()
    this.bitmap = new Int32Array(this.size >> 5)
    this.cursor &= this.size - 1
  }

  /** Gives an empty ring ticks `factor` times as long, within bounds. */
  rescale(factor: number): void {
    const tickNs = Math.min(LONGEST_TICK_NS, Math.max(1, this.tickNs * factor))
    this.tickNs = tickNs
    this.perNs = 1 / tickNs
    this.restart(this.startNs)
  }

  /** Turns an empty ring to the tick of `timeNs`. */
  private restart(timeNs: number): void {
    this.startNs = Math.floor(timeNs * this.perNs) * this.tickNs
  }

  /** Searches from the back of a bucket: what is scheduled late is mostly late. */
  private insertBehind(last: EventEntry, entry: EventEntry): void {
    const { timeNs, place } = entry
    let previous: EventEntry | null = last
    let next: EventEntry | null = null
    while (previous !== null && previous.timeNs > timeNs) {
      next = previous
      previous = previous.previous
      this.walked++
    }
    entry.previous = previous
    entry.next = next
    if (previous === null) this.heads[place] = entry
    else previous.next = entry
    if (next === null) this.tails[place] = entry
    else next.previous = entry
  }
}
