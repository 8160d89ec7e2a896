import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { CrashReportSummary } from '../../../kernel/index.ts'
import { CrashLogStore, defaultDatabasePath, openDatabase } from '../../storage/index.ts'
import { EXIT, printJson, UsageError, type CliCommand, type CliIo } from '../Command.ts'

function printList(io: CliIo, reports: readonly CrashReportSummary[]): void {
  if (reports.length === 0) io.out('No crash reports.\n')
  for (const report of reports) {
    const kexts = report.kexts.length === 0 ? '' : `  [${report.kexts.join(', ')}]`
    io.out(`${String(report.id).padStart(5)}  ${report.storedAt}  ${report.machine}  ${report.title}${kexts}\n`)
  }
}

export const crashesCommand: CliCommand = {
  name: 'crashes',
  synopsis: 'crashes list | search TEXT | show ID | export ID [FILE] | delete ID   [--json] [--db FILE]',
  summary: 'the stored panic reports',
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args, allowPositionals: true, options: { json: { type: 'boolean', default: false }, db: { type: 'string' } },
    })
    const [verb = 'list', subject, file] = positionals
    const database = openDatabase(values.db ?? defaultDatabasePath())
    try {
      const store = new CrashLogStore(database)
      if (verb === 'list' || verb === 'search') {
        if (verb === 'search' && subject === undefined) throw new UsageError('crashes search takes the text to look for.')
        const reports = verb === 'list' ? store.list() : store.search(subject!)
        if (values.json) printJson(io, { reports })
        else printList(io, reports)
        return EXIT.done
      }
      if (!['show', 'export', 'delete'].includes(verb)) throw new UsageError(`crashes ${verb}: list, search, show, export or delete is wanted.`)
      const report = store.get(Number(subject))
      if (report === null) throw new UsageError(`crashes ${verb} ${subject ?? ''}: there is no such report; workbench crashes list shows them.`)
      if (verb === 'delete') {
        store.delete(report.id)
        store.purge()
      } else if (verb === 'show') {
        store.markRead(report.id)
        if (values.json) printJson(io, report)
        else io.out(report.panic.text)
      } else if (file === undefined) io.out(report.panic.text)
      else writeFileSync(file, report.panic.text)
      return EXIT.done
    } finally {
      database.close()
    }
  },
}
