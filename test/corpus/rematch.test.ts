// Real dumps matched anew: the drivers that real Macs attached come out of our own matching again.
import { describe, expect, test } from 'vitest'
import { rematch } from '../../kernel/explain/index.ts'
import { readRegistry } from '../../kernel/importers/index.ts'
import { CORPUS_ABSENT, corpusBytes, corpusFiles, corpusFolder } from './corpusFolder.ts'

/** What the corpus says of the drivers of a dump. */
interface MatchTruth {
  readonly plane: string | null
  readonly attachments: readonly {
    readonly base_keys_complete: boolean
    readonly has_score_and_category: boolean
    readonly provider_conforms: boolean | null
    readonly key_check: Readonly<Record<string, boolean>>
  }[]
}

/** Different machines and systems; small enough for every run. */
const CHOSEN = [
  'macbookpro12_1-16b2555', 'imac13_2-12d78', 'macpro3_1-12d78', 'macbookpro7_1-10h574', 'iphone12_1-17c54',
]
/** Shares that hold today, rounded down; they only rise. */
const LEAST_RECALL = 0.97
const LEAST_PRECISION = 0.95

const folder = corpusFolder()
const dumps = (folder === null ? [] : corpusFiles<MatchTruth>(folder, 'ioreg'))
  .filter(({ id }) => CHOSEN.includes(id))

describe('real dumps matched anew', () => {
  test('are at hand, or it is said that they are not', () => {
    if (folder === null) console.log(CORPUS_ABSENT)
    else expect(dumps.length).toBe(CHOSEN.length)
  })

  test.each(dumps)('$id gets most of its drivers again', ({ path, truth }) => {
    const decodeLatin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
    const registry = readRegistry(corpusBytes(path), { decodeLatin1 })
    const report = rematch(registry)
    const usable = truth.attachments.filter((one) => one.base_keys_complete && one.has_score_and_category
      && one.provider_conforms === true && Object.values(one.key_check).every(Boolean)).length
    expect(report.agree + report.onlyDump).toBe(truth.attachments.length)
    expect(report.agree / usable).toBeGreaterThan(LEAST_RECALL)
    expect(report.agree / (report.agree + report.onlyOurs)).toBeGreaterThan(LEAST_PRECISION)
    const differing = report.attachments.filter((one) => one.in !== 'both')
    expect(differing.filter((one) => (one.reason?.text ?? '') === '')).toEqual([])
  })
})
