// Property lists of real kexts are read as the corpus says: bundle, version, every personality, every match key.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { KextPersonality, KextValue } from '../../kernel/index.ts'
import { lintKext } from '../../kernel/explain/index.ts'
import { readKextPlist } from '../../kernel/importers/index.ts'
import { CORPUS_ABSENT, corpusFolder } from './corpusFolder.ts'

interface KextTruth {
  readonly bundle: string | null
  readonly version: string | null
  readonly libraries: Readonly<Record<string, string>> | null
  readonly personalities: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

const folder = corpusFolder()
const truths = folder === null ? []
  : Object.entries(JSON.parse(readFileSync(join(folder, 'truth/kexts.json'), 'utf8')) as Record<string, KextTruth>)

/** Values as JSON shows them. */
function plain(value: KextValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item as KextValue)]))
  return Array.isArray(value) ? value.map((item: KextValue) => plain(item)) : value
}

/** Keys of a personality as the truth wrote them; it shortened long lists to `<list>`. */
function told(one: KextPersonality, wanted: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const keys = Object.keys(wanted)
  return Object.fromEntries(keys.map((key) => [key, wanted[key] === '<list>' ? '<list>' : plain(one.table.get(key)!)]))
}

describe('property lists of real kexts', () => {
  test('are at hand, or it is said that they are not', () => {
    if (folder === null) console.log(CORPUS_ABSENT)
    else expect(truths.length).toBeGreaterThan(100)
  })

  test.each(truths)('%s', (name, truth) => {
    const record = readKextPlist(readFileSync(join(folder!, 'kexts', name)))
    const wanted = Object.entries(truth.personalities).filter(([, one]) => !('_not_a_dictionary' in one))
    expect(record).toMatchObject({ bundle: truth.bundle, version: truth.version, problems: [] })
    expect(record.personalities.map((one) => one.name).toSorted()).toEqual(wanted.map(([key]) => key).toSorted())
    for (const one of record.personalities) {
      const keys = truth.personalities[one.name]!
      expect(told(one, keys)).toEqual(keys)
    }
  })
})

describe('lint on property lists of real kexts', () => {
  test('reads all of them, and finds in most of them nothing that keeps them from working', () => {
    if (folder === null) return
    const faulty = truths.filter(([name]) => {
      const bytes = readFileSync(join(folder, 'kexts', name))
      const findings = lintKext({ path: name, text: bytes.toString('utf8') }, bytes, null)
      return findings.some(({ severity }) => severity === 'error')
    })
    expect(faulty.length / truths.length).toBeLessThan(0.15)
  })
})
