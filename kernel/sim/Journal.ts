import type { JournalRecord } from '../api/journal.ts'
import { assert } from './assert.ts'

/** The inputs of a session in their order: with machine description and seed it is the whole session. */
export class Journal<Command> {
  readonly records: JournalRecord<Command>[] = []

  /** Appends one input; positions never go back. */
  append(record: JournalRecord<Command>): void {
    const last = this.records.at(-1)
    assert(last === undefined || record.step >= last.step, 'Journal: steps go backwards')
    this.records.push(record)
  }
}
