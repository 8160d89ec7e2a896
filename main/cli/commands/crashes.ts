import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { ReportSummary, SecretKind } from '../../../kernel/index.ts'
import { exportFile, previewFile, type StoredFile } from '../../redactFile.ts'
import { CrashLogStore, defaultDatabasePath, openDatabase } from '../../storage/index.ts'
import { EXIT, printJson, UsageError, type CliCommand, type CliIo } from '../Command.ts'
import { importFiles } from '../importFiles.ts'

const VERBS = ['list', 'search', 'show', 'export', 'import', 'delete', 'tag', 'note'] as const
const KINDS: readonly SecretKind[] = ['serial', 'uuid', 'mac', 'user', 'host', 'email']

/** The library, where to write, and what was asked. */
interface Task {
  readonly store: CrashLogStore
  readonly io: CliIo
  readonly json: boolean
  readonly redact: string | undefined
  readonly preview: boolean
}

function printList(io: CliIo, reports: readonly ReportSummary[]): void {
  if (reports.length === 0) io.out('No reports.\n')
  for (const report of reports) {
    const kexts = report.kexts.length === 0 ? '' : `  [${report.kexts.join(', ')}]`
    const tags = report.tags.map((tag) => ` #${tag}`).join('')
    io.out(
      `${String(report.id).padStart(5)}  ${report.storedAt}  ${report.machine || report.name}  ${report.title}${kexts}${tags}\n`,
    )
  }
}

/** `--redact` alone takes everything out, `--redact=serial,mac` these kinds. */
function redactionKinds(text: string | undefined): SecretKind[] {
  if (text === undefined) return []
  if (text === 'all') return [...KINDS]
  const kinds = text.split(',').map((word) => word.trim())
  const wrong = kinds.find((kind) => !(KINDS as readonly string[]).includes(kind))
  if (wrong !== undefined)
    throw new UsageError(`--redact ${wrong}: all, or a list of ${KINDS.join(', ')} is wanted.`)
  return kinds as SecretKind[]
}

function showPreview(io: CliIo, file: StoredFile, kinds: readonly SecretKind[], asJson: boolean): void {
  const preview = previewFile(file, kinds.length === 0 ? KINDS : kinds)
  if (asJson) return printJson(io, preview)
  for (const { kind, value, replacement, count, line, why } of preview.secrets) {
    io.out(`${kind.padEnd(7)} ${value} -> ${replacement}  (${count} times, first in line ${line}; ${why})\n`)
  }
  io.out(`${preview.secrets.length} values, ${preview.changedLines} lines change.\n`)
}

function exportReport({ store, io, ...flags }: Task, id: number, target: string | undefined): void {
  const report = store.get(id)
  const bytes = store.file(id)
  if (report === null || bytes === null)
    throw new UsageError(`crashes export ${id}: there is no such report; workbench crashes list shows them.`)
  const file: StoredFile = { name: report.name, kind: report.kind, bytes }
  const kinds = redactionKinds(flags.redact)
  try {
    if (flags.preview) return showPreview(io, file, kinds, flags.json)
    const copy = exportFile(file, kinds)
    if (target === undefined) io.out(copy.bytes)
    else writeFileSync(target, copy.bytes)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function about(task: Task, verb: string, subjects: readonly string[]): void {
  const { store, io } = task
  const [subject, ...rest] = subjects
  const report = store.get(Number(subject))
  if (report === null)
    throw new UsageError(
      `crashes ${verb} ${subject ?? ''}: there is no such report; workbench crashes list shows them.`,
    )
  if (verb === 'export') return exportReport(task, report.id, rest[0])
  if (verb === 'tag') return store.setTags(report.id, rest)
  if (verb === 'note') return store.setNotes(report.id, rest.join(' '))
  if (verb === 'delete') {
    store.delete(report.id)
    return store.purge()
  }
  store.markRead(report.id)
  if (task.json) printJson(io, report)
  else io.out(store.file(report.id) ?? '')
}

function list({ store, io, json }: Task, text: string | null): void {
  const reports = text === null ? store.list() : store.search(text)
  if (json) printJson(io, { reports })
  else printList(io, reports)
}

export const crashesCommand: CliCommand = {
  name: 'crashes',
  synopsis:
    'crashes list | search TEXT | show ID | import FILE… | export ID [FILE] [--redact all|KINDS] [--preview] | tag ID TAG… | note ID TEXT' +
    ' | delete ID   [--json] [--db FILE]',
  summary: 'the library of reports: panics of own machines, and files that were brought in',
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        db: { type: 'string' },
        redact: { type: 'string' },
        preview: { type: 'boolean', default: false },
      },
    })
    const [verb = 'list', ...subjects] = positionals
    if (!(VERBS as readonly string[]).includes(verb))
      throw new UsageError(`crashes ${verb}: ${VERBS.join(', ')} is wanted.`)
    if (verb === 'search' && subjects.length === 0)
      throw new UsageError('crashes search takes the text to look for.')
    if (verb === 'import' && subjects.length === 0)
      throw new UsageError('crashes import takes the files to bring in.')
    const database = openDatabase(values.db ?? defaultDatabasePath())
    try {
      const store = new CrashLogStore(database)
      const task: Task = { store, io, json: values.json, redact: values.redact, preview: values.preview }
      if (verb === 'import') return importFiles(store, subjects, values.json, io)
      if (verb === 'list' || verb === 'search') list(task, verb === 'list' ? null : subjects.join(' '))
      else about(task, verb, subjects)
      return EXIT.done
    } finally {
      database.close()
    }
  },
}
