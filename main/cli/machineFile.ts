import { existsSync, readFileSync } from 'node:fs'
import { machineSchema, validateMachine, type MachineDescription } from '../../kernel/index.ts'
import { readTemplates } from '../kernelHost/resources.ts'
import { MachineStore, openDatabase } from '../storage/index.ts'
import { UsageError } from './Command.ts'
import { formatProblems } from './problemText.ts'

/** A machine by the name of a template or saved machine, or by the path of a machine file; checked. */
export function findMachine(nameOrPath: string, databasePath: string): MachineDescription {
  const template = readTemplates().get(nameOrPath)
  if (template !== undefined) return template
  if (existsSync(databasePath)) {
    const database = openDatabase(databasePath)
    try {
      const saved = new MachineStore(database).get(nameOrPath)
      if (saved !== null) return saved
    } finally {
      database.close()
    }
  }
  return readMachineFile(nameOrPath)
}

function readMachineFile(path: string): MachineDescription {
  if (!existsSync(path)) {
    throw new UsageError(`${path} is no template, saved machine or machine file: workbench machines lists what there is.`)
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${(error as Error).message}.`)
  }
  const problems = validateMachine(parsed)
  if (problems.length > 0) {
    throw new UsageError(`${path} is not a machine that can be built; nothing was started.\n${formatProblems(problems)}`.trimEnd())
  }
  return machineSchema.parse(parsed)
}
