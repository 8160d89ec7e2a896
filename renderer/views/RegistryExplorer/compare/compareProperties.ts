import { standsStill } from '../../../../kernel/api/index.ts'
import type { PropertyValue } from '../../../../kernel/api/index.ts'
import { fullValue } from '../../../format/propertyValue.ts'

/** One property of a pair of entries. */
export interface PropertyPair {
  readonly key: string
  readonly left: PropertyValue | null
  readonly right: PropertyValue | null
  /** `restless`: it differs, as counters and clocks do. */
  readonly difference: 'same' | 'changed' | 'added' | 'removed' | 'restless'
}

type Keyed = { readonly key: string; readonly value: PropertyValue }

/** The properties of both sides by key, those that differ first. */
export function compareProperties(left: readonly Keyed[], right: readonly Keyed[]): PropertyPair[] {
  const ours = new Map(left.map(({ key, value }) => [key, value]))
  const theirs = new Map(right.map(({ key, value }) => [key, value]))
  const keys = [...new Set([...ours.keys(), ...theirs.keys()])].sort(byName)
  const pairs = keys.map((key): PropertyPair => {
    const [was, is] = [ours.get(key) ?? null, theirs.get(key) ?? null]
    return { key, left: was, right: is, difference: differenceOf(key, was, is) }
  })
  const rank = (pair: PropertyPair): number => pair.difference === 'same' ? 2 : pair.difference === 'restless' ? 1 : 0
  return pairs.sort((a, b) => rank(a) - rank(b))
}

function differenceOf(key: string, left: PropertyValue | null, right: PropertyValue | null): PropertyPair['difference'] {
  if (left !== null && right !== null && fullValue(left) === fullValue(right)) return 'same'
  if (!standsStill(key)) return 'restless'
  return left === null ? 'added' : right === null ? 'removed' : 'changed'
}

function byName(a: string, b: string): number {
  const [low, high] = [a.toLowerCase(), b.toLowerCase()]
  return low < high ? -1 : low > high ? 1 : 0
}
