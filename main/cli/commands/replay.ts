import { existsSync } from 'node:fs'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { replayMachine, type ReplayResult, type ReplaySession } from '../../../kernel/index.ts'
import { machineOptions } from '../../kernelHost/machineOptions.ts'
import { readSampleKexts } from '../../kernelHost/resources.ts'
import { lockRealm } from '../../kernelHost/sandbox/lockRealm.ts'
import { CrashLogStore, defaultDatabasePath, openDatabase, SessionStore } from '../../storage/index.ts'
import { EXIT, printJson, UsageError, type CliCommand } from '../Command.ts'
import { parseDuration } from '../input.ts'
import { readJournalFile, type JournalFile } from '../journalFile.ts'

type Recorded = Omit<JournalFile, 'format' | 'end'> & { readonly end: JournalFile['end'] | null }

/** The session of a journal file, a session id, a report number, or (without any) the newest report. */
function findRecorded(name: string | undefined, databasePath: string): Recorded {
  if (name !== undefined && existsSync(name)) return readJournalFile(name)
  const database = openDatabase(databasePath)
  try {
    const crashes = new CrashLogStore(database)
    const id = name === undefined ? crashes.list().find(({ kind }) => kind === 'machine-panic')?.id : /^\d+$/u.test(name) ? Number(name) : undefined
    const bySession = crashes.findBySession(name ?? '')
    const report = id === undefined ? bySession : crashes.get(id)
    if (report !== null && report.run === null) {
      throw new UsageError(`${report.id} is a file that was brought in (${report.name}): only panics of the workbench's own machines can be replayed.`)
    }
    if (report !== null && report.run !== null) {
      const { panic, description, seed } = report.run
      return {
        description, seed, records: crashes.journal(report.id) ?? [],
        end: { step: panic.step, timeNs: panic.timeNs, digest: panic.digest, panicTimeNs: panic.timeNs },
      }
    }
    const session = name === undefined ? null : new SessionStore(database).get(name)
    if (session === null) throw new UsageError(`${name ?? 'The newest report'} is no journal file, session or report: workbench crashes list shows the reports.`)
    const last = session.lastStatus
    return {
      description: session.description, seed: session.seed, records: session.journal,
      end: last === null ? null : { step: last.steps, timeNs: last.timeNs, digest: last.digest, panicTimeNs: null },
    }
  } finally {
    database.close()
  }
}

const options = {
  to: { type: 'string' }, 'to-panic': { type: 'boolean', default: false }, minus: { type: 'string', default: '0ms' },
  exec: { type: 'string', multiple: true, default: [] as string[] }, json: { type: 'boolean', default: false }, db: { type: 'string' },
} satisfies ParseArgsOptionsConfig

export const replayCommand: CliCommand = {
  name: 'replay',
  synopsis: 'replay [JOURNAL|SESSION|REPORT] [--to TIME|--to-panic [--minus 1ms]] [--exec "CMD"]… [--json] [--db FILE]',
  summary: 'runs a session again, checks its digest, and may then look around in it',
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    if (positionals.length > 1) throw new UsageError('replay takes one journal file, session or report number.')
    const recorded = findRecorded(positionals[0], values.db ?? defaultDatabasePath())
    lockRealm()
    const session: ReplaySession = {
      description: recorded.description, journal: recorded.records,
      options: { ...machineOptions(readSampleKexts()), seed: recorded.seed },
    }
    const stopNs = stopTime(values, recorded)
    const target = stopNs !== null ? { toTimeNs: stopNs }
      : recorded.end === null ? {} : { toStep: recorded.end.step, expectedDigest: recorded.end.digest }
    const events = recorded.events === undefined ? {} : { expectedEvents: recorded.events }
    const result = replayMachine(session, { ...target, ...events })
    if (result.problems.length > 0) throw new UsageError(`The session's machine cannot be built by this version: ${result.problems[0]!.message}`)
    const { machine } = result
    const exits: unknown[] = []
    if (values.exec.length > 0) {
      const { runIn } = await import('../runIn.ts')
      for (const command of values.exec) exits.push(runIn(machine, command, values.json ? null : io))
    }
    const firstDifference = differenceOf(result, recorded)
    if (values.json) {
      printJson(io, { digest: result.digest, identical: result.identical, firstDifference, panic: machine.panic, exits })
    } else {
      const verdict = result.identical === null ? 'stopped before the recorded end' : result.identical ? 'identical' : 'DIVERGED'
      io.out(`digest ${result.digest} at ${machine.status().timeNs} ns: ${verdict}\n`)
      if (firstDifference !== null) io.out(differenceText(firstDifference))
      if (machine.panic !== null) io.out(`${machine.panic.title}\n`)
    }
    return result.identical === false || firstDifference !== null ? EXIT.negative : EXIT.done
  },
}

/** The first step that was not the session's, or that the ends differ where the steps were not recorded. */
function differenceOf(result: ReplayResult, { end }: Recorded): FirstDifference | null {
  if (result.difference !== null) return result.difference
  if (result.identical !== false || end === null) return null
  return { event: end.step, field: 'digest', expected: end.digest, actual: result.digest }
}

interface FirstDifference {
  readonly event: number
  readonly field: string
  readonly expected: string
  readonly actual: string
  readonly name?: string
  readonly timeNs?: number
}

function differenceText({ event, field, expected, actual, name, timeNs }: FirstDifference): string {
  const place = name === undefined || timeNs === undefined ? '' : ` (${name}, at ${timeNs} ns)`
  return `first difference: event ${event}${place}: ${field} ${actual}, recorded was ${expected}\n`
}

function stopTime(values: { to?: string | undefined; 'to-panic': boolean; minus: string }, recorded: Recorded): number | null {
  if (values.to !== undefined) return parseDuration(values.to, '--to')
  const minusNs = parseDuration(values.minus, '--minus')
  if (!values['to-panic']) return null
  const panicNs = recorded.end?.panicTimeNs ?? null
  if (panicNs === null) throw new UsageError('--to-panic: this session did not end in a panic.')
  return minusNs === 0 ? null : Math.max(0, panicNs - minusNs)
}
