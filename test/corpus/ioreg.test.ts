import { describe, expect, test } from 'vitest'
import { readRegistry, registrySummary, type ImportedRegistry } from '../../kernel/importers/index.ts'
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
const dumps = (folder === null ? [] : corpusFiles<DumpTruth>(folder, 'ioreg')).filter(({ truth }) => 'entries_in_tree_order' in truth)

function read(path: string): ImportedRegistry {
  return readRegistry(corpusBytes(path), { decodeLatin1: (bytes) => Buffer.from(bytes).latin1Slice() })
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
