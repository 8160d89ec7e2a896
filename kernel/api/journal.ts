/** One input from outside, with the place in the run at which it went in. */
export interface JournalRecord<Command> {
  /** Scheduler steps done before it. */
  readonly step: number
  readonly timeNs: number
  readonly command: Command
}

/** The last steps of a session: what a replay is held against to name the first that differs. */
export interface RecordedEvents {
  /** Number of the first step here; steps count from 0 at power-on. */
  readonly first: number
  /** Per step: virtual time and virtual duration, in nanoseconds. */
  readonly times: Float64Array
  readonly costs: Int32Array
  /** Per step: the two halves of the digest after it. */
  readonly digests: Int32Array
  /** Per step: index into `names`. */
  readonly actors: Uint32Array
  readonly names: readonly string[]
}

/** The first step of a replay that is not the session's. */
export interface EventDifference {
  /** Number of the step. */
  readonly event: number
  readonly field: 'time' | 'name' | 'duration' | 'digest'
  readonly expected: string
  readonly actual: string
  /** What ran, and when, in the replay. */
  readonly name: string
  readonly timeNs: number
}
