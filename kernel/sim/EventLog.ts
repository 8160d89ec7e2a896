import type { RecordedEvents } from '../api/journal.ts'
import type { TimedEvent } from './EventQueue.ts'
import { digestText, type Trace } from './Trace.ts'

/** A record is 32 bytes: time (8), digest after the step (8), duration (4), kind (4), room for 8 more. */
const RECORD_WORDS = 8
const RECORD_TIMES = 4

/** What a step was. */
export const EVENT_FIRED = 0
export const THREAD_RAN = 1
type StepKind = typeof EVENT_FIRED | typeof THREAD_RAN

/** The clock and digest of whoever did the step: the scheduler's. */
interface World {
  readonly nowNs: number
  readonly trace: Trace
}

/** Whoever a step belonged to: an event, or a thread that ran or whose wait timed out. */
type Actor = TimedEvent & { readonly name?: string }

/**
 * The steps of a scheduler, newest last: when, who, how long, and the digest after it. A ring that
 * allocates nothing while it is written; names are asked for only when it is read.
 */
export class EventLog {
  private readonly words: Int32Array
  private readonly times: Float64Array
  private readonly actors: (Actor | null)[]
  private readonly mask: number
  /** Steps noted so far, those that have been overwritten included. */
  count = 0

  /** @param capacity records that are kept; a power of two. */
  constructor(readonly capacity = 1 << 12) {
    const buffer = new ArrayBuffer(capacity * RECORD_WORDS * 4)
    this.words = new Int32Array(buffer)
    this.times = new Float64Array(buffer)
    this.actors = Array.from<Actor | null>({ length: capacity }).fill(null)
    this.mask = capacity - 1
  }

  /** Number of the oldest step that is still here. */
  get first(): number {
    return Math.max(0, this.count - this.capacity)
  }

  /** Notes a step that has been done. */
  note(kind: StepKind, actor: TimedEvent, costNs: number, world: World): void {
    const cell = this.count++ & this.mask
    this.times[cell * RECORD_TIMES] = world.nowNs
    const word = cell * RECORD_WORDS
    this.words[word + 2] = world.trace.highWord
    this.words[word + 3] = world.trace.lowWord
    this.words[word + 4] = costNs
    this.words[word + 5] = kind
    if (this.actors[cell] !== actor) this.actors[cell] = actor
  }

  /** Virtual time of a step that is still here, in nanoseconds. */
  timeNs(step: number): number {
    return this.times[(step & this.mask) * RECORD_TIMES]!
  }

  /** Virtual time the step took, in nanoseconds. */
  costNs(step: number): number {
    return this.words[(step & this.mask) * RECORD_WORDS + 4]!
  }

  /** The digest after the step: 16 hexadecimal digits. */
  digest(step: number): string {
    const word = (step & this.mask) * RECORD_WORDS
    return digestText(this.words[word + 2]!, this.words[word + 3]!)
  }

  /** What the step was, in words: `thread hello`, `time-out of thread hello`, `ThreadCall`. */
  nameOf(step: number): string {
    const cell = step & this.mask
    const actor = this.actors[cell]!
    if (this.words[cell * RECORD_WORDS + 5] === THREAD_RAN) return `thread ${actor.name ?? ''}`
    if (actor.eventName !== undefined) return actor.eventName
    return actor.name === undefined ? actor.constructor.name : `time-out of thread ${actor.name}`
  }

  /** What is still here, as plain data: to be kept with a journal. */
  recorded(): RecordedEvents {
    const { first, count } = this
    const names: string[] = []
    const numbers = new Map<string, number>()
    const times = new Float64Array(count - first)
    const costs = new Int32Array(count - first)
    const actors = new Uint32Array(count - first)
    const digests: Int32Array = new Int32Array((count - first) * 2)
    for (let step = first; step < count; step++) {
      const name = this.nameOf(step)
      let number = numbers.get(name)
      if (number === undefined) numbers.set(name, number = names.push(name) - 1)
      times[step - first] = this.timeNs(step)
      costs[step - first] = this.costNs(step)
      actors[step - first] = number
      const word = (step & this.mask) * RECORD_WORDS + 2
      digests.set(this.words.subarray(word, word + 2), (step - first) * 2)
    }
    return { first, times, costs, digests, actors, names }
  }
}
