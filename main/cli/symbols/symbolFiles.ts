import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { bareUuid, readSymbolFile, type SymbolFile } from '../../../kernel/explain/index.ts'
import { machOUuids } from '../../../kernel/formats/index.ts'
import { UsageError } from '../Command.ts'
import { readInput } from '../input.ts'

const MAX_ENTRIES = 300_000
const MAX_DEPTH = 24

/** What a report wants: files of a folder are read only if they have one of these. UUIDs have no dashes. */
export interface WantedSymbols {
  readonly uuids: ReadonlySet<string>
  readonly names: ReadonlySet<string>
}

/** Reads files of symbols; of folders (dSYM bundles, debug kits, folders of either) those that are wanted. */
export function readSymbolFiles(paths: readonly string[], wanted: WantedSymbols): SymbolFile[] {
  return paths.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat?.isDirectory() !== true) return [readSymbolFile(path, readInput(path))]
    const found = [...filesBelow(path, { left: MAX_ENTRIES }, 0)].filter((file) => isWanted(file, wanted))
    if (found.length === 0) {
      throw new UsageError(`${path} holds no symbols for this report: no Mach-O file in it has a UUID or `
        + 'a name that the report wants.')
    }
    return found.map((file) => readSymbolFile(file, readInput(file)))
  })
}

function* filesBelow(folder: string, budget: { left: number }, depth: number): Generator<string> {
  if (depth > MAX_DEPTH) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (--budget.left < 0) return
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path, budget, depth + 1)
    else if (entry.isFile()) yield path
  }
}

/** Looks at the head of a file only: a debug kit has thousands of them. */
function isWanted(path: string, { uuids, names }: WantedSymbols): boolean {
  const file = openSync(path, 'r')
  try {
    const found = machOUuids((offset, length) => {
      const bytes = new Uint8Array(length)
      return bytes.subarray(0, readSync(file, bytes, 0, length, offset))
    })
    return found.some((uuid) => uuids.has(bareUuid(uuid))) || (found.length > 0 && names.has(basename(path)))
  } finally {
    closeSync(file)
  }
}
