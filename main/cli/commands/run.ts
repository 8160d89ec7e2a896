import { randomUUID } from 'node:crypto'
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import type { MachineDescription, PanicRecord } from '../../../kernel/index.ts'
import { lockRealm } from '../../kernelHost/sandbox/lockRealm.ts'
import { readKextBundle } from '../../kernelHost/resources.ts'
import { readPanicFile } from '../../../kernel/explain/index.ts'
import { CrashLogStore, defaultDatabasePath, openDatabase, SessionStore } from '../../storage/index.ts'
import { EXIT, printJson, UsageError, type CliCommand, type CliIo } from '../Command.ts'
import { parseDuration } from '../input.ts'
import { writeJournalFile } from '../journalFile.ts'
import { findMachine } from '../machineFile.ts'
import { MachineRun } from '../MachineRun.ts'

const options = {
  kext: { type: 'string', multiple: true, default: [] as string[] }, exec: { type: 'string', multiple: true, default: [] as string[] },
  until: { type: 'string' }, seed: { type: 'string', default: '1' }, journal: { type: 'string' },
  'expect-panic': { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, db: { type: 'string' },
} satisfies ParseArgsOptionsConfig

/** After the last kext or command a machine that should panic gets this much virtual time to do so. */
const PANIC_PATIENCE_NS = 30e9

function parseSeed(text: string): number {
  const seed = Number(text)
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
    throw new UsageError(`--seed ${text}: a whole number from 0 to 4294967295 is wanted.`)
  }
  return seed
}

/** Stores session and report in the database, as the app does; answers the report's number. */
function storePanic(databasePath: string, run: MachineRun, description: MachineDescription, panic: PanicRecord): { id: number; session: string } {
  const database = openDatabase(databasePath)
  try {
    const session = randomUUID()
    const seed = run.machine.options.seed
    const sessions = new SessionStore(database)
    sessions.begin(session, description, seed)
    sessions.append(session, run.machine.journal.records)
    const id = new CrashLogStore(database).add({
      session, panic, description, seed, journal: run.machine.journal.records, read: readPanicFile(Buffer.from(panic.text, 'utf8')),
    })
    sessions.end(session, 'panic', run.machine.status())
    return { id, session }
  } finally {
    database.close()
  }
}

function conduct(run: MachineRun, values: { kext: string[]; exec: string[]; untilNs: number | null; expectPanic: boolean }, io: CliIo | null): void {
  run.boot()
  for (const path of values.kext) {
    run.machine.inject({ kind: 'loadKext', bundle: loadBundle(path) })
    const startedNs = run.nowNs
    run.runUntil(() => run.machine.isQuiet && run.nowNs > startedNs + 1e6, run.nowNs + 60e9)
  }
  for (const command of values.exec) {
    if (run.panic !== null) break
    run.exec(command, io, values.untilNs ?? undefined)
  }
  if (values.untilNs !== null) run.runUntil(() => false, values.untilNs)
  else if (values.expectPanic) run.runUntil(() => run.panic !== null, run.nowNs + PANIC_PATIENCE_NS)
}

function loadBundle(path: string): ReturnType<typeof readKextBundle> {
  try {
    return readKextBundle(path)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

export const runCommand: CliCommand = {
  name: 'run',
  synopsis: 'run MACHINE [--kext PATH]… [--exec "CMD"]… [--until 5s] [--seed N] [--journal OUT] [--expect-panic] [--json] [--db FILE]',
  summary: 'boots a machine, loads kexts, runs terminal commands in it and prints what they print',
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    if (positionals.length !== 1) throw new UsageError('run takes one machine: workbench machines lists the templates.')
    const databasePath = values.db ?? defaultDatabasePath()
    const untilNs = values.until === undefined ? null : parseDuration(values.until, '--until')
    for (const path of values.kext) loadBundle(path)
    lockRealm()
    const description = findMachine(positionals[0]!, databasePath)
    const run = new MachineRun(description, parseSeed(values.seed), values.journal !== undefined)
    conduct(run, { kext: values.kext, exec: values.exec, untilNs, expectPanic: values['expect-panic'] }, values.json ? null : io)
    const { panic, machine } = run
    const stored = panic === null ? null : storePanic(databasePath, run, description, panic)
    const status = machine.status()
    if (values.journal !== undefined) {
      writeJournalFile(values.journal, {
        description, seed: machine.options.seed, records: machine.journal.records,
        end: { step: status.steps, timeNs: status.timeNs, digest: machine.digest(), panicTimeNs: panic?.timeNs ?? null },
        events: machine.simulation.scheduler.log!.recorded(),
      })
    }
    if (values.json) {
      printJson(io, {
        digest: machine.digest(), virtualTimeNs: status.timeNs, events: status.steps, entries: status.entries, exits: run.exits,
        panic: panic === null ? null : { ...panic, kexts: panic.backtraceKexts },
        reports: stored === null ? [] : [{ id: stored.id, session: stored.session, title: panic!.title }],
      })
    } else if (panic !== null) {
      io.out(panic.text)
      io.error(`The kernel panicked; the report is number ${stored!.id} (workbench crashes show ${stored!.id}).\n`)
    }
    if (values['expect-panic']) return panic === null ? expectedNone(io) : EXIT.done
    return panic === null ? EXIT.done : EXIT.panic
  },
}

function expectedNone(io: CliIo): number {
  io.error('A panic was expected and none came.\n')
  return EXIT.negative
}
