import type { TimedEvent } from './EventQueue.ts'

/** The queue's record of one waiting event. Records are used again, so that scheduling allocates nothing. */
export class EventEntry {
  /** Virtual time, in nanoseconds. */
  timeNs = Infinity
  /** Order of entry into the heap: decides there between equal times. */
  sequence = 0
  event: TimedEvent | null = null
  /** Bucket of the wheel, or the complement of the cell in the heap. */
  place = 0
  /** Neighbours in the bucket. A free record points to the next free one. */
  next: EventEntry | null = null
  previous: EventEntry | null = null

  constructor(readonly slot: number) {}
}
