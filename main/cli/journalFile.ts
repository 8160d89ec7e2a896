import { readFileSync, writeFileSync } from 'node:fs'
import { parse, stringify } from 'devalue'
import type { JournalRecord, MachineCommand, MachineDescription, RecordedEvents } from '../../kernel/index.ts'
import { UsageError } from './Command.ts'

const FORMAT = 'workbench-journal/1'

/** A session as a file: all that is needed to run it again and to know whether it came out the same. */
export interface JournalFile {
  readonly format: typeof FORMAT
  readonly description: MachineDescription
  readonly seed: number
  readonly records: readonly JournalRecord<MachineCommand>[]
  readonly end: { readonly step: number; readonly timeNs: number; readonly digest: string; readonly panicTimeNs: number | null }
  /** The last steps; not in journals of former versions. */
  readonly events?: RecordedEvents
}

export function writeJournalFile(path: string, file: Omit<JournalFile, 'format'>): void {
  writeFileSync(path, stringify({ format: FORMAT, ...file }))
}

export function readJournalFile(path: string): JournalFile {
  let file: unknown
  try {
    file = parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new UsageError(`${path} is no session journal: ${(error as Error).message}.`)
  }
  if (typeof file !== 'object' || file === null || (file as { format?: unknown }).format !== FORMAT) {
    throw new UsageError(`${path} is no session journal of this version: ${FORMAT} is wanted.`)
  }
  return file as JournalFile
}
