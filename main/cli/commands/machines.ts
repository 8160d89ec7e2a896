import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { MachineSummary } from '../../../kernel/index.ts'
import { readTemplates } from '../../kernelHost/resources.ts'
import { defaultDatabasePath, MachineStore, openDatabase, summarise } from '../../storage/index.ts'
import { EXIT, printJson, UsageError, type CliCommand } from '../Command.ts'
import { findMachine } from '../machineFile.ts'

const options = { json: { type: 'boolean', default: false }, db: { type: 'string' } } as const

function savedMachines(databasePath: string): MachineSummary[] {
  if (!existsSync(databasePath)) return []
  const database = openDatabase(databasePath)
  try {
    return new MachineStore(database).list()
  } finally {
    database.close()
  }
}

export const machinesCommand: CliCommand = {
  name: 'machines',
  synopsis: 'machines [--json] [--db FILE]',
  summary: 'the machine templates and the saved machines',
  async run(args, io) {
    const { values } = parseArgs({ args, options })
    const templates = [...readTemplates().values()].map(summarise)
    const saved = savedMachines(values.db ?? defaultDatabasePath())
    if (values.json) printJson(io, { templates, saved })
    else {
      for (const one of templates) io.out(`${one.name.padEnd(24)} ${one.title} (template)\n`)
      for (const one of saved) io.out(`${one.name.padEnd(24)} ${one.title} (saved)\n`)
    }
    return EXIT.done
  },
}

export const machineCommand: CliCommand = {
  name: 'machine',
  synopsis: 'machine NAME',
  summary: 'the machine file of a template or saved machine',
  async run(args, io) {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
    if (positionals.length !== 1) throw new UsageError('machine takes one name: workbench machines lists them.')
    printJson(io, findMachine(positionals[0]!, values.db ?? defaultDatabasePath()))
    return EXIT.done
  },
}
