import { decodeLatin1 } from '../../../../formats/index.ts'
import type { LintRule } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'

/** Values that JSON has no form for, as it can write them. */
function plainValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Uint8Array) return `<${decodeLatin1(value)}>`
  return value instanceof Map ? [...value as Map<string, unknown>] : value
}

/** No two personalities of a kext say the same. */
export const personalitiesDiffer: LintRule<KextSubject> = {
  id: 'WB216', severity: 'warning',
  title: 'No two personalities of a kext say the same',
  why: 'The catalogue keeps one of equal personalities; of two that differ only in their class '
    + 'the one that arrives first wins.',
  fix: 'Remove one of them.',
  check: ({ record: { personalities } }) => {
    const known = new Map<string, string>()
    return personalities.flatMap(({ name, table }) => {
      const key = JSON.stringify([...table].toSorted(([a], [b]) => (a < b ? -1 : 1)), plainValue)
      const twin = known.get(key)
      if (twin === undefined) known.set(key, name)
      return twin === undefined ? []
        : [{ at: ['IOKitPersonalities', name], message: `${name} says the same as ${twin}.` }]
    })
  },
}
