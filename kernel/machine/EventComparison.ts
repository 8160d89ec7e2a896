import type { EventDifference, RecordedEvents } from '../api/index.ts'
import { digestText, EventLog } from '../sim/index.ts'

/** Holds the steps of a replay against those of its session while it runs, and finds the first that differs. */
export class EventComparison {
  readonly log = new EventLog()
  private found: EventDifference | null = null
  /** Digests that differ from the first step on: another machine or seed, which no step is to blame for. */
  private atStart: EventDifference | null = null
  private next: number

  constructor(private readonly recorded: RecordedEvents) {
    this.next = recorded.first
  }

  /** The first step that differs, as far as was looked. */
  get difference(): EventDifference | null {
    return this.found ?? this.atStart
  }

  /** Looks at what was done since the last look. Call it at least every `log.capacity` steps. */
  look(): void {
    const end = Math.min(this.log.count, this.recorded.first + this.recorded.times.length)
    while (this.found === null && this.next < end) this.found = this.compare(this.next++)
  }

  private compare(step: number): EventDifference | null {
    const { recorded: { first, times, costs, actors, names }, log } = this
    const row = step - first
    const name = log.nameOf(step)
    const place = { event: step, name, timeNs: log.timeNs(step) }
    const expectedName = names[actors[row]!] ?? ''
    if (name !== expectedName) return { ...place, field: 'name', expected: expectedName, actual: name }
    if (place.timeNs !== times[row])
      return { ...place, field: 'time', expected: `${times[row]} ns`, actual: `${place.timeNs} ns` }
    const costNs = log.costNs(step)
    if (costNs !== costs[row])
      return { ...place, field: 'duration', expected: `${costs[row]} ns`, actual: `${costNs} ns` }
    return this.compareDigests(place, row)
  }

  private compareDigests(
    place: Pick<EventDifference, 'event' | 'name' | 'timeNs'>, row: number,
  ): EventDifference | null {
    const { digests } = this.recorded
    const expected = digestText(digests[row * 2]!, digests[row * 2 + 1]!)
    const actual = this.log.digest(place.event)
    if (this.atStart !== null || expected === actual) return null
    const difference: EventDifference = { ...place, field: 'digest', expected, actual }
    if (place.event > 0) return difference
    this.atStart = difference
    return null
  }
}
