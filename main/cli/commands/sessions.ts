import { parseArgs } from 'node:util'
import { defaultDatabasePath, openDatabase, SessionStore } from '../../storage/index.ts'
import { EXIT, printJson, UsageError, type CliCommand } from '../Command.ts'

export const sessionsCommand: CliCommand = {
  name: 'sessions',
  synopsis: 'sessions list | show ID | delete ID   [--json] [--db FILE]',
  summary: 'the stored sessions',
  async run(args, io) {
    const { values, positionals } = parseArgs({
      args, allowPositionals: true, options: { json: { type: 'boolean', default: false }, db: { type: 'string' } },
    })
    const [verb = 'list', id = ''] = positionals
    const database = openDatabase(values.db ?? defaultDatabasePath())
    try {
      const store = new SessionStore(database)
      if (verb === 'list') {
        const sessions = store.list()
        if (values.json) printJson(io, { sessions })
        else if (sessions.length === 0) io.out('No sessions.\n')
        else for (const one of sessions) io.out(`${one.id}  ${one.startedAt}  ${one.machine}  seed ${one.seed}  ${one.inputs} inputs  ${one.endReason ?? 'open'}\n`)
        return EXIT.done
      }
      const session = store.get(id)
      if (session === null) throw new UsageError(`sessions ${verb} ${id}: there is no such session; workbench sessions list shows them.`)
      if (verb === 'delete') store.delete(id)
      else if (verb === 'show') {
        if (values.json) printJson(io, session)
        else {
          io.out(`${session.id}  ${session.description.title}  seed ${session.seed}\n`)
          for (const record of session.journal) io.out(`  step ${record.step}  ${record.timeNs} ns  ${record.command.kind}\n`)
        }
      } else throw new UsageError(`sessions ${verb}: list, show or delete is wanted.`)
      return EXIT.done
    } finally {
      database.close()
    }
  },
}
