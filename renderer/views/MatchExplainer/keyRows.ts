import type { EntryProperty, ExplainedCandidate, ExplainedRule } from '../../../kernel/api/index.ts'
import { shortValue } from '../../format/propertyValue.ts'

/** One line of wanted against found. */
export interface KeyRow {
  readonly key: string
  readonly wanted: string
  readonly found: string
  readonly state: 'agrees' | 'differs' | 'not named'
  readonly note: string
}

/**
 * The keys of a candidate that were compared. Where every one agrees and the family still says no, its
 * pattern lacks a key: those of the rule that the provider has and the personality does not name stand below.
 */
export function keyRows(
  { asked, reason, key }: ExplainedCandidate,
  rule: ExplainedRule | null,
  properties: readonly EntryProperty[],
): readonly KeyRow[] {
  const rows = asked.map((one): KeyRow => ({
    key: one.key,
    wanted: one.wanted ?? 'none',
    found: one.found ?? 'none',
    state: one.agrees ? 'agrees' : 'differs',
    note: one.agrees ? agreementOf(one.wanted, one.found) : differenceOf(one.found),
  }))
  const isPattern = reason === 'FAMILY' && (key === null || asked.every(({ agrees }) => agrees))
  if (!isPattern || rule === null) return rows
  const named = new Set(asked.map((one) => one.key))
  const found = new Map(properties.map((one) => [one.key, one.value]))
  const missing = rule.keys.filter((name) => !named.has(name) && found.has(name))
  return [
    ...rows,
    ...missing.map((name): KeyRow => ({
      key: name,
      wanted: '–',
      found: shortValue(found.get(name)!),
      state: 'not named',
      note: 'not named',
    })),
  ]
}

function agreementOf(wanted: string | null, found: string | null): string {
  return wanted === found ? 'equal' : 'matches'
}

function differenceOf(found: string | null): string {
  return found === null ? 'missing' : 'different'
}
