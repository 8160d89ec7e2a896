import { createHash } from 'node:crypto'
import { parse, stringify } from 'devalue'
import type {
  GroupEdit,
  GroupRule,
  JournalRecord,
  MachineCommand,
  MachineDescription,
  PanicRecord,
  ReadFile,
  ReportSummary,
  StoredReport,
} from '../../kernel/api/index.ts'
import type { Sqlite } from './Database.ts'
import { GroupEdits } from './groupEdits.ts'
import { packFile, unpackFile, type PackedFile } from './packing.ts'
import { SUMMARY_COLUMNS, summaryOf, type ReportRow } from './reportRow.ts'
import { parseSearch } from './searchQuery.ts'
import { Statements } from './Statements.ts'

/** A panic of one of the workbench's own machines, with all that is needed to run it again. */
export interface NewMachinePanic {
  readonly session: string
  readonly panic: PanicRecord
  readonly description: MachineDescription
  readonly seed: number
  readonly journal: readonly JournalRecord<MachineCommand>[]
  /** The text of the panic, read back and judged. */
  readonly read: ReadFile
}

/** A file that is brought in. */
export interface NewFile {
  readonly name: string
  readonly bytes: Uint8Array
  readonly read: ReadFile
  /** The bytes as they will be kept, where that was done aside. */
  readonly packed?: PackedFile
}

interface RunRow {
  readonly seed: number
  readonly panic: string
  readonly description: string
  readonly journal: string
}

const MAX_TAGS = 32

/** The library: panics of own machines and files that were brought in. Each row stands on its own for ever. */
export class CrashLogStore {
  private readonly statements: Statements
  private readonly edits: GroupEdits

  constructor(private readonly database: Sqlite) {
    this.statements = new Statements(database)
    this.edits = new GroupEdits(database, this.statements)
  }

  /** Stores a panic with its machine, seed and journal in one transaction and returns the report's number. */
  add({ session, panic, description, seed, journal, read }: NewMachinePanic): number {
    const bytes = Buffer.from(panic.text, 'utf8')
    return this.database
      .transaction(() => {
        const id = this.insert(
          {
            ...read,
            kind: 'machine-panic',
            name: description.name,
            title: panic.title,
            model: panic.model,
            osVersion: panic.osVersion,
            kexts: panic.backtraceKexts,
            timeNs: panic.timeNs,
          },
          bytes.length,
          packFile(bytes),
          null,
        )
        this.statements.prepare(
            'INSERT INTO machineRuns (report, session, step, digest, seed, panic, description, journal)' +
              ' VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
          )
          .run(
            id,
            session,
            panic.step,
            panic.digest,
            seed,
            JSON.stringify(panic),
            JSON.stringify(description),
            stringify([...journal]),
          )
        return id
      })
      .immediate()
  }

  /** Keeps a file whole with what was read of it. A file that is there already is not kept twice. */
  import({ name, bytes, read, packed }: NewFile): { id: number; isNew: boolean } {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return this.database
      .transaction(() => {
        const there = this.statements.prepare<[string], { id: number }>(
          'SELECT id FROM reports WHERE sha256 = ? AND deletedAt IS NULL',
        ).get(sha256)
        if (there !== undefined) return { id: there.id, isNew: false }
        return {
          id: this.insert({ ...read, name, timeNs: 0 }, bytes.length, packed ?? packFile(bytes), sha256),
          isNew: true,
        }
      })
      .immediate()
  }

  /** Runs `work` as one transaction: many imports at once are a hundred times quicker so. */
  together<T>(work: () => T): T {
    return this.database.transaction(work).immediate()
  }

  list(): ReportSummary[] {
    return this.rows('reports.deletedAt IS NULL', [])
  }

  /** Reports that hold all words, newest first; see `parseSearch` for what may be asked. */
  search(text: string, limit = 1000): ReportSummary[] {
    const { match, conditions } = parseSearch(text)
    const where = ['reports.deletedAt IS NULL', ...conditions.map(({ sql }) => sql)]
    const values: (string | number)[] = conditions.map(({ value }) => value)
    if (match === null) return conditions.length === 0 ? [] : this.rows(where.join(' AND '), values, limit)
    const inTexts = 'SELECT rowid FROM reportText WHERE reportText MATCH ? ORDER BY rowid DESC LIMIT ?'
    values.push(match, conditions.length === 0 ? limit : -1)
    if (this.hasNotes()) {
      const inNotes = 'SELECT rowid FROM noteText WHERE noteText MATCH ?'
      where.push(`reports.id IN (SELECT rowid FROM (${inTexts}) UNION ${inNotes})`)
      values.push(match)
    } else where.push(`reports.id IN (${inTexts})`)
    return this.rows(where.join(' AND '), values, limit)
  }

  get(id: number): StoredReport | null {
    const found = this.rows('reports.id = ?', [id])[0]
    if (found === undefined) return null
    const run = this.statements.prepare<[number], RunRow>(
      'SELECT seed, panic, description, journal FROM machineRuns WHERE report = ?',
    ).get(id)
    const file = this.statements.prepare<[number], { record: string }>(
      'SELECT record FROM reportFiles WHERE report = ?',
    ).get(id)
    const notes =
      this.statements.prepare<[number], { notes: string }>('SELECT notes FROM reports WHERE id = ?').get(id)
        ?.notes ?? ''
    return {
      ...found,
      notes,
      record:
        file === undefined || file.record === '' ? null : (JSON.parse(file.record) as StoredReport['record']),
      run:
        run === undefined
          ? null
          : {
              panic: JSON.parse(run.panic) as PanicRecord,
              description: JSON.parse(run.description) as MachineDescription,
              seed: run.seed,
              journalRecords: (parse(run.journal) as unknown[]).length,
            },
    }
  }

  /** The file as it was brought in, byte for byte; the text of a panic of an own machine. */
  file(id: number): Uint8Array | null {
    const packed = this.statements.prepare<[number], PackedFile>(
      'SELECT bytes, packing FROM reportFiles WHERE report = ?',
    ).get(id)
    if (packed !== undefined) return unpackFile(packed)
    const run = this.statements.prepare<[number], RunRow>(
      'SELECT seed, panic, description, journal FROM machineRuns WHERE report = ?',
    ).get(id)
    return run === undefined ? null : Buffer.from((JSON.parse(run.panic) as PanicRecord).text, 'utf8')
  }

  /** The report that ended a session, or null. */
  findBySession(session: string): StoredReport | null {
    const row = this.statements.prepare<[string], { report: number }>(
        'SELECT report FROM machineRuns WHERE session = ? ORDER BY report DESC',
      )
      .get(session)
    return row === undefined ? null : this.get(row.report)
  }

  /** The inputs that led to the panic of an own machine. */
  journal(id: number): JournalRecord<MachineCommand>[] | null {
    const row = this.statements.prepare<[number], { journal: string }>(
      'SELECT journal FROM machineRuns WHERE report = ?',
    ).get(id)
    return row === undefined ? null : (parse(row.journal) as JournalRecord<MachineCommand>[])
  }

  markRead(id: number): void {
    this.statements.prepare('UPDATE reports SET unread = 0 WHERE id = ?').run(id)
  }

  /** Replaces the tags of a report: trimmed, each once, empty ones left out. */
  setTags(id: number, tags: readonly string[]): void {
    const kept = [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))].slice(0, MAX_TAGS)
    this.together(() => {
      this.statements.prepare('DELETE FROM reportTags WHERE report = ?').run(id)
      const insert = this.statements.prepare('INSERT OR IGNORE INTO reportTags VALUES (?, ?)')
      for (const tag of kept) insert.run(id, tag)
    })
  }

  /** Replaces the notes of a report; they are searched too. */
  setNotes(id: number, notes: string): void {
    this.together(() => {
      this.statements.prepare('UPDATE reports SET notes = ? WHERE id = ?').run(notes, id)
      this.statements.prepare('DELETE FROM noteText WHERE rowid = ?').run(id)
      if (notes !== '')
        this.statements.prepare(
          'INSERT INTO noteText (rowid, notes) SELECT id, notes FROM reports WHERE id = ?',
        ).run(id)
    })
  }

  groupRules(): GroupRule[] {
    return this.edits.rules()
  }

  /** Changes the groups; the answer undoes it. */
  editGroups(edit: GroupEdit): GroupEdit {
    return this.edits.apply(edit)
  }

  /** Hides the report; `undelete` brings it back until `purge`. */
  delete(id: number): boolean {
    return (
      this.statements.prepare('UPDATE reports SET deletedAt = ? WHERE id = ? AND deletedAt IS NULL')
        .run(new Date().toISOString(), id).changes > 0
    )
  }

  undelete(id: number): void {
    this.statements.prepare('UPDATE reports SET deletedAt = NULL WHERE id = ?').run(id)
  }

  /** Removes for good what was deleted. */
  purge(): void {
    this.together(() => {
      for (const table of ['reportText', 'noteText']) {
        const deleted = 'SELECT id FROM reports WHERE deletedAt IS NOT NULL'
        this.statements.prepare(`DELETE FROM ${table} WHERE rowid IN (${deleted})`)
          .run()
      }
      this.statements.prepare('DELETE FROM reports WHERE deletedAt IS NOT NULL').run()
    })
  }

  /** Whether anybody has written a note: to ask an empty index takes as long as to ask a full one. */
  private hasNotes(): boolean {
    return this.statements.prepare('SELECT 1 FROM noteText LIMIT 1').get() !== undefined
  }

  private insert(
    read: Omit<ReadFile, 'kind'> & {
      readonly kind: ReportSummary['kind']
      readonly name: string
      readonly timeNs: number
    },
    sizeBytes: number,
    packed: PackedFile,
    sha256: string | null,
  ): number {
    const id = Number(
      this.statements.prepare(
          'INSERT INTO reports (kind, name, title, subtitle, model, osVersion, class, kexts, groupKey,' +
            ' fingerprint, algorithm, happenedAt, storedAt, timeNs, sizeBytes, sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        )
        .run(
          read.kind,
          read.name,
          read.title,
          read.subtitle,
          read.model,
          read.osVersion,
          read.className,
          JSON.stringify(read.kexts),
          read.group,
          read.fingerprint,
          read.algorithm,
          read.happenedAt,
          new Date().toISOString(),
          read.timeNs,
          sizeBytes,
          sha256,
        ).lastInsertRowid,
    )
    this.statements.prepare('INSERT INTO reportFiles (report, bytes, packing, record) VALUES (?, ?, ?, ?)')
      .run(id, packed.bytes, packed.packing, read.record)
    this.statements.prepare('INSERT INTO reportText (rowid, title, words) VALUES (?, ?, ?)')
      .run(id, read.title, read.words)
    return id
  }

  private rows(where: string, values: readonly (string | number)[], limit = -1): ReportSummary[] {
    const grouping = this.edits.grouping()
    const rows = this.statements.prepare<(string | number)[], ReportRow>(
        `SELECT ${SUMMARY_COLUMNS} FROM reports WHERE ${where} ORDER BY reports.storedAt DESC, reports.id DESC LIMIT ?`,
      )
      .all(...values, limit)
    return rows.map((row) => ({ ...summaryOf(row), ...grouping(row) }))
  }
}
