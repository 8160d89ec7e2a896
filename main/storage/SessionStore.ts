import { parse, stringify } from 'devalue'
import type { JournalRecord, MachineCommand, MachineDescription, MachineStatus } from '../../kernel/api/index.ts'
import type { Sqlite } from './Database.ts'

export interface SessionSummary {
  readonly id: string
  readonly machine: string
  readonly seed: number
  readonly startedAt: string
  readonly endedAt: string | null
  readonly endReason: string | null
  readonly inputs: number
}

export interface StoredSession {
  readonly id: string
  readonly description: MachineDescription
  readonly seed: number
  readonly journal: JournalRecord<MachineCommand>[]
  readonly lastStatus: MachineStatus | null
}

interface SessionRow {
  id: string
  description: string
  seed: number
  startedAt: string
  endedAt: string | null
  endReason: string | null
  lastStatus: string | null
}

/** Sessions: machine, seed and every input with its place, appended while the machine runs. */
export class SessionStore {
  constructor(private readonly database: Sqlite) {}

  begin(id: string, description: MachineDescription, seed: number): void {
    this.database.prepare('INSERT INTO sessions (id, description, seed, startedAt) VALUES (?, ?, ?, ?)')
      .run(id, JSON.stringify(description), seed, new Date().toISOString())
  }

  append(session: string, records: readonly JournalRecord<MachineCommand>[]): void {
    const insert = this.database.prepare('INSERT INTO journal (session, sequence, step, timeNs, command) VALUES (?, ?, ?, ?, ?)')
    this.database.transaction(() => {
      let sequence = this.inputCount(session)
      for (const record of records) insert.run(session, sequence++, record.step, record.timeNs, stringify(record.command))
    }).immediate()
  }

  /** Notes how a session ended, with the last thing known of its machine. The first end stands. */
  end(session: string, reason: string, lastStatus: MachineStatus | null): void {
    this.database.prepare('UPDATE sessions SET endedAt = ?, endReason = ?, lastStatus = ? WHERE id = ? AND endedAt IS NULL')
      .run(new Date().toISOString(), reason, lastStatus === null ? null : JSON.stringify(lastStatus), session)
  }

  list(): SessionSummary[] {
    const rows = this.database.prepare<[], SessionRow & { inputs: number }>(
      'SELECT s.*, (SELECT count(*) FROM journal j WHERE j.session = s.id) AS inputs FROM sessions s ORDER BY startedAt DESC').all()
    return rows.map((row) => ({
      id: row.id, machine: (JSON.parse(row.description) as MachineDescription).name, seed: row.seed,
      startedAt: row.startedAt, endedAt: row.endedAt, endReason: row.endReason, inputs: row.inputs,
    }))
  }

  get(id: string): StoredSession | null {
    const row = this.database.prepare<[string], SessionRow>('SELECT * FROM sessions WHERE id = ?').get(id)
    if (row === undefined) return null
    return {
      id: row.id, description: JSON.parse(row.description) as MachineDescription, seed: row.seed, journal: this.journal(id),
      lastStatus: row.lastStatus === null ? null : JSON.parse(row.lastStatus) as MachineStatus,
    }
  }

  journal(session: string): JournalRecord<MachineCommand>[] {
    const rows = this.database.prepare<[string], { step: number; timeNs: number; command: string }>(
      'SELECT step, timeNs, command FROM journal WHERE session = ? ORDER BY sequence').all(session)
    return rows.map((row) => ({ step: row.step, timeNs: row.timeNs, command: parse(row.command) as MachineCommand }))
  }

  delete(id: string): boolean {
    return this.database.prepare('DELETE FROM sessions WHERE id = ?').run(id).changes > 0
  }

  private inputCount(session: string): number {
    return this.database.prepare<[string], { n: number }>('SELECT count(*) AS n FROM journal WHERE session = ?').get(session)!.n
  }
}
