/** One input from outside, with the place in the run at which it went in. */
export interface JournalRecord<Command> {
  /** Scheduler steps done before it. */
  readonly step: number
  readonly timeNs: number
  readonly command: Command
}
