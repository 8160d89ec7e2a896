import { describe, expect, test } from 'vitest'
import { readRegistry, registrySummary, type ImportedRegistry } from '../../kernel/importers/index.ts'
import { runIoregOnDump } from '../../kernel/machine/importedRegistry/index.ts'
import { CORPUS_ABSENT, corpusBytes, corpusFiles, corpusFolder } from './corpusFolder.ts'

/** What the corpus says of a dump. */
interface DumpTruth {
  readonly format: 'text' | 'xml' | 'rex-archive'
  readonly entries_in_tree_order: number
  readonly unique_entry_ids: number | null
  readonly root_name: string
  readonly root_class: string
  readonly max_depth: number
  readonly model: string | null
  readonly os_build: string | null
  readonly planes?: readonly string[] | null
  readonly clipped_at_terminal_width: boolean
  readonly terminated_entries: number
}

const folder = corpusFolder()
const dumps = (folder === null ? [] : corpusFiles<DumpTruth>(folder, 'ioreg')).filter(
  ({ truth }) => 'entries_in_tree_order' in truth,
)

function read(path: string): ImportedRegistry {
  return readRegistry(corpusBytes(path), { decodeLatin1: (bytes) => Buffer.from(bytes).toString('latin1') })
}

describe('real registry dumps', () => {
  test('are at hand, or it is said that they are not', () => {
    if (folder === null) console.log(CORPUS_ABSENT)
    else expect(dumps.length).toBeGreaterThan(0)
  })

  test.each(dumps)('$id is read as the corpus says', ({ path, truth }) => {
    const summary = registrySummary(read(path))
    expect({ ...summary, problems: null, linesTotal: null, linesUnderstood: null }).toEqual({
      format: truth.format === 'rex-archive' ? 'archive' : truth.format,
      planes: truth.planes ?? summary.planes,
      entries: truth.entries_in_tree_order,
      uniqueIds: truth.unique_entry_ids,
      root: truth.root_name,
      rootClass: truth.root_class,
      maxDepth: truth.max_depth,
      model: truth.model,
      osBuild: truth.os_build,
      clipped: truth.clipped_at_terminal_width,
      terminated: truth.terminated_entries,
      problems: null,
      linesTotal: null,
      linesUnderstood: null,
    })
  })

  test.each(dumps)('every line of $id is understood', ({ path }) => {
    const { linesTotal, linesUnderstood, problems } = read(path)
    expect(problems).toEqual([])
    expect(linesUnderstood).toBe(linesTotal)
  })
})

/** Shares that must print back: of lines over all dumps, and of whole dumps. */
const LINES_WANTED = 0.999
const DUMPS_WANTED = 0.95

describe('unclipped text dumps', () => {
  const whole = dumps.filter(
    ({ id, truth }) =>
      truth.format === 'text' && !truth.clipped_at_terminal_width && !id.startsWith('frag-'),
  )

  test.runIf(whole.length > 0)(
    'are printed back byte for byte by ioreg on the kernel that serves them',
    () => {
      let lines = 0
      let sameLines = 0
      const different: string[] = []
      for (const { id, path } of whole) {
        const dump = corpusBytes(path).toString('latin1')
        const printed = printedBack(dump)
        const wanted = dump.split('\n')
        const got = printed.split('\n')
        lines += wanted.length
        sameLines += wanted.filter((line, i) => line === got[i]).length
        if (printed !== dump)
          different.push(`${id}, line ${wanted.findIndex((line, i) => line !== got[i]) + 1}`)
      }
      const identical = whole.length - different.length
      console.log(
        `${identical} of ${whole.length} dumps, ${sameLines} of ${lines} lines identical. ${different.join('; ')}`,
      )
      expect(sameLines / lines).toBeGreaterThanOrEqual(LINES_WANTED)
      expect(identical / whole.length).toBeGreaterThanOrEqual(DUMPS_WANTED)
    },
    120_000,
  )
})

/** What `ioreg --from DUMP` prints with the options with which the dump was taken. */
function printedBack(dump: string): string {
  const registry = readRegistry(Buffer.from(dump, 'latin1'))
  const options = ['-w0']
  if (registry.rows.some((row) => row.properties !== null)) options.push('-l')
  if (registry.style.printsInheritance) options.push('-i')
  const pieces: Uint8Array[] = []
  runIoregOnDump(registry, options, { stdout: (bytes) => pieces.push(bytes.slice()), stderr: () => {} })
  return Buffer.concat(pieces).toString('latin1')
}
