import { parse, stringify } from 'devalue'
import type {
  CrashReportSummary, JournalRecord, MachineCommand, MachineDescription, PanicRecord, StoredCrashReport,
} from '../../kernel/api/index.ts'
import type { Sqlite } from './Database.ts'

export interface NewCrashReport {
  readonly session: string
  readonly panic: PanicRecord
  readonly description: MachineDescription
  readonly seed: number
  readonly journal: readonly JournalRecord<MachineCommand>[]
}

interface CrashRow {
  id: number
  session: string
  title: string
  machine: string
  model: string
  osVersion: string
  storedAt: string
  timeNs: number
  seed: number
  panic: string
  description: string
  journal: string
  unread: number
}

/** Panic reports. Each row holds report, machine, seed and journal, so it stands on its own for ever. */
export class CrashLogStore {
  constructor(private readonly database: Sqlite) {}

  /** Stores everything in one transaction and returns the report's number. */
  add(report: NewCrashReport): number {
    const { panic, description } = report
    const insert = this.database.prepare(
      'INSERT INTO crashReports (session, title, machine, model, osVersion, storedAt, timeNs, step, digest, seed, panic, description, journal)'
      + ' VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    return this.database.transaction(() => Number(insert.run(
      report.session, panic.title, description.name, panic.model, panic.osVersion, new Date().toISOString(), panic.timeNs,
      panic.step, panic.digest, report.seed, JSON.stringify(panic), JSON.stringify(description), stringify([...report.journal]),
    ).lastInsertRowid)).immediate()
  }

  list(): CrashReportSummary[] {
    return this.rows('deletedAt IS NULL', []).map(summary)
  }

  /** Reports whose text or title holds `text`, case ignored. */
  search(text: string): CrashReportSummary[] {
    const needle = `%${text.replace(/[\\%_]/gu, '\\$&')}%`
    return this.rows("deletedAt IS NULL AND (title LIKE ? ESCAPE '\\' OR panic LIKE ? ESCAPE '\\')", [needle, needle]).map(summary)
  }

  get(id: number): StoredCrashReport | null {
    const row = this.rows('id = ?', [id])[0]
    if (row === undefined) return null
    return {
      ...summary(row), panic: JSON.parse(row.panic) as PanicRecord, description: JSON.parse(row.description) as MachineDescription,
      seed: row.seed, journalRecords: (parse(row.journal) as unknown[]).length,
    }
  }

  /** The report that ended a session, or null. */
  findBySession(session: string): StoredCrashReport | null {
    const row = this.rows('session = ?', [session])[0]
    return row === undefined ? null : this.get(row.id)
  }

  /** The inputs that led to the panic. */
  journal(id: number): JournalRecord<MachineCommand>[] | null {
    const row = this.rows('id = ?', [id])[0]
    return row === undefined ? null : parse(row.journal) as JournalRecord<MachineCommand>[]
  }

  markRead(id: number): void {
    this.database.prepare('UPDATE crashReports SET unread = 0 WHERE id = ?').run(id)
  }

  /** Hides the report; `undelete` brings it back until `purge`. */
  delete(id: number): boolean {
    return this.database.prepare('UPDATE crashReports SET deletedAt = ? WHERE id = ? AND deletedAt IS NULL')
      .run(new Date().toISOString(), id).changes > 0
  }

  undelete(id: number): void {
    this.database.prepare('UPDATE crashReports SET deletedAt = NULL WHERE id = ?').run(id)
  }

  /** Removes for good what was deleted. */
  purge(): void {
    this.database.prepare('DELETE FROM crashReports WHERE deletedAt IS NOT NULL').run()
  }

  private rows(where: string, parameters: (string | number)[]): CrashRow[] {
    return this.database.prepare<(string | number)[], CrashRow>(
      `SELECT * FROM crashReports WHERE ${where} ORDER BY storedAt DESC, id DESC`).all(...parameters)
  }
}

function summary(row: CrashRow): CrashReportSummary {
  return {
    id: row.id, title: row.title, machine: row.machine, model: row.model, osVersion: row.osVersion, storedAt: row.storedAt,
    timeNs: row.timeNs, kexts: (JSON.parse(row.panic) as PanicRecord).backtraceKexts, unread: row.unread === 1,
  }
}
