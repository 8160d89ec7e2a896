import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { CrashRecord, DiffReport, MachineDescription, PanicFacts } from '../../../kernel/api/index.ts'
import { diffCrashes, diffMachines, diffPanics, diffRegistries } from '../../../kernel/explain/index.ts'
import {
  looksLikeCrash, looksLikePanic, readCrash, readPanic, readRegistry, type ImportedRegistry,
} from '../../../kernel/importers/index.ts'
import { defaultDatabasePath } from '../../storage/index.ts'
import { EXIT, printJson, UsageError, type CliCommand } from '../Command.ts'
import { diffText } from '../diffText.ts'
import { readInput } from '../input.ts'
import { findMachine } from '../machineFile.ts'
import { MachineRun } from '../MachineRun.ts'
import { decodeLatin1 } from './registry.ts'

const options = {
  json: { type: 'boolean', default: false }, all: { type: 'boolean', default: false },
  booted: { type: 'boolean', default: false },
  plane: { type: 'string', short: 'p', default: 'IOService' }, db: { type: 'string' },
} as const

/** One side of a comparison. */
type Side =
  | { readonly kind: 'registry'; readonly registry: ImportedRegistry }
  | { readonly kind: 'machine'; readonly machine: MachineDescription }
  | { readonly kind: 'panic'; readonly panic: PanicFacts }
  | { readonly kind: 'crash'; readonly crash: CrashRecord }

export const diffCommand: CliCommand = {
  name: 'diff',
  synopsis: 'diff A B [-p PLANE] [--all] [--booted] [--json] [--db FILE]',
  summary: 'what differs between two registry dumps, machines, panics or crash reports',
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options })
    if (positionals.length !== 2)
      throw new UsageError('diff takes two registry dumps, machines, panics or crash reports.')
    const database = values.db ?? defaultDatabasePath()
    const [before, after] = positionals.map((what) => sideOf(what, database)) as [Side, Side]
    const report = compare(before, after, values)
    const { tree: _, ...told } = report
    if (values.json) printJson(io, told)
    else io.out(diffText(report))
    const { added, removed, changed, driverChanged } = report
    return added.length + removed.length + changed.length + driverChanged.length === 0 ? EXIT.done
      : EXIT.negative
  },
}

/** A file by its content; else a machine by its name or file. */
function sideOf(what: string, database: string): Side {
  if (what !== '-' && (!existsSync(what) || what.endsWith('.json')))
    return { kind: 'machine', machine: findMachine(what, database) }
  const bytes = readInput(what)
  if (looksLikePanic(bytes)) return { kind: 'panic', panic: readPanic(bytes).facts }
  if (looksLikeCrash(bytes)) return { kind: 'crash', crash: readCrash(bytes) }
  const registry = readRegistry(bytes, { decodeLatin1 })
  if (registry.rows.length === 0) {
    const kinds = 'registry dump, machine, panic or crash report'
    throw new UsageError(`${what} is no ${kinds}: those can be compared.`)
  }
  return { kind: 'registry', registry }
}

function compare(
  before: Side, after: Side, { plane, all,
    booted }: { readonly plane: string; readonly all: boolean; readonly booted: boolean },
): DiffReport {
  if (before.kind === 'panic' && after.kind === 'panic') return diffPanics(before.panic, after.panic)
  if (before.kind === 'crash' && after.kind === 'crash') return diffCrashes(before.crash, after.crash)
  if (before.kind === 'machine' && after.kind === 'machine' && !booted)
    return diffMachines(before.machine, after.machine)
  return diffRegistries(registryOf(before), registryOf(after), { plane, all })
}

/** The registry of a dump, or of a machine that is booted for it. */
function registryOf(side: Side): ImportedRegistry {
  if (side.kind === 'registry') return side.registry
  if (side.kind !== 'machine')
    throw new UsageError(`A ${side.kind} and something else have nothing to compare: give two of a kind.`)
  const run = new MachineRun(side.machine, 1)
  run.boot()
  run.exec('ioreg -l -w0', null)
  return readRegistry(Buffer.from(run.exits.at(-1)?.stdout ?? ''), { decodeLatin1 })
}
