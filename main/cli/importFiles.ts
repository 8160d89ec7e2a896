import { basename } from 'node:path'
import { readFile } from '../../kernel/explain/index.ts'
import type { CrashLogStore } from '../storage/index.ts'
import { EXIT, printJson, UsageError, type CliIo } from './Command.ts'
import { readInput } from './input.ts'

/** What became of one file. */
interface Brought {
  readonly file: string
  readonly id: number | null
  readonly kind: string | null
  readonly title: string | null
  /** False for a file that the library had already. */
  readonly isNew: boolean
  readonly problem: string | null
}

/** Files that go into one transaction: many at once are quick, and a mistake loses little. */
const BATCH = 200

/** Brings files into the library. What cannot be read is told and does not keep the others out. */
export function importFiles(
  store: CrashLogStore,
  paths: readonly string[],
  asJson: boolean,
  io: CliIo,
): number {
  const brought: Brought[] = []
  for (let at = 0; at < paths.length; at += BATCH) {
    store.together(() => {
      for (const path of paths.slice(at, at + BATCH)) brought.push(bring(store, path))
    })
    if (io.isErrorTerminal && paths.length > BATCH)
      io.error(`\r${Math.min(at + BATCH, paths.length)} of ${paths.length}`)
  }
  if (io.isErrorTerminal && paths.length > BATCH) io.error('\n')
  const failed = brought.filter(({ problem }) => problem !== null)
  if (asJson)
    printJson(io, { files: brought, imported: brought.length - failed.length, failed: failed.length })
  else for (const one of brought) io.out(lineOf(one))
  return failed.length === brought.length ? EXIT.usage : failed.length > 0 ? EXIT.negative : EXIT.done
}

function bring(store: CrashLogStore, path: string): Brought {
  try {
    const bytes = readInput(path)
    const opened = readFile(basename(path), bytes, {
      decodeLatin1: (part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength).toString('latin1'),
    })
    if (opened === null)
      throw new UsageError(`${path} holds no registry entries and no report of a panic or crash.`)
    const { id, isNew } = store.import({ name: basename(path), bytes, read: opened.read })
    return { file: path, id, kind: opened.read.kind, title: opened.read.title, isNew, problem: null }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { file: path, id: null, kind: null, title: null, isNew: false, problem: error.message }
  }
}

function lineOf({ file, id, kind, title, isNew, problem }: Brought): string {
  if (problem !== null) return `not imported: ${problem}\n`
  return `${String(id).padStart(5)}  ${kind ?? ''}  ${title ?? ''}${isNew ? '' : '  (was there already)'}  ${file}\n`
}
