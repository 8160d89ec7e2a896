// Goal: what an explanation says would turn the outcome does turn it, for every entry of real dumps.
import { expect, describe, test } from 'vitest'
import { readRegistry } from '../../kernel/importers/index.ts'
import { CORPUS_ABSENT, corpusBytes, corpusFiles, corpusFolder } from './corpusFolder.ts'
import { makeAllEdits } from './counterfactuals.ts'

/** Small dumps of several times; `npm run corpus` takes all of them. */
const CHOSEN = ['macbook1_1-9l30', 'imac5_1-9g55-rex', 'macpro3_1-12d78', 'xserve2_1-10d573']

const folder = corpusFolder()
const dumps = (folder === null ? [] : corpusFiles(folder, 'ioreg')).filter(({ id }) => CHOSEN.includes(id))

describe('what would turn the outcome', () => {
  test('is tried on real dumps, or it is said that they are not here', () => {
    if (folder === null) console.log(CORPUS_ABSENT)
    else expect(dumps.length).toBe(CHOSEN.length)
  })

  test.each(dumps)('turns it: $id', ({ path }) => {
    const decodeLatin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
    const { edits, broken } = makeAllEdits(readRegistry(corpusBytes(path), { decodeLatin1 }))
    expect(broken).toEqual([])
    expect(edits).toBeGreaterThan(300)
  }, 60_000)
})
