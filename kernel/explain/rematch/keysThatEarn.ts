import type { ImportedDictionary } from '../../importers/index.ts'

/** What a table earns on the driver's own provider; null when it does not match. */
export type Earning = (keys: ReadonlySet<string>) => number | null

/** Personalities with more family keys than this do not exist; it bounds the search. */
const MAX_KEPT = 4
const MAX_KEYS = 16

/**
 * A driver of the dump shows keys of its family that earn more than the score it had: some of them it has
 * published later. The fewest keys that earn the printed score, or come nearest below it, are what its
 * personality asked for. Null when none do.
 */
export function keysThatEarn(
  doubtful: readonly string[], printed: number, earn: Earning,
): ReadonlySet<string> | null {
  const keys = doubtful.slice(0, MAX_KEYS)
  let best: { readonly kept: ReadonlySet<string>; readonly rest: number } | null = null
  for (let size = 0; size <= Math.min(MAX_KEPT, keys.length); size++) {
    for (const kept of subsets(keys, size)) {
      const points = earn(kept)
      if (points === null || points > printed) continue
      const rest = printed - points
      if (rest === 0) return kept
      if (best === null || rest < best.rest) best = { kept, rest }
    }
  }
  return best?.kept ?? null
}

/** All subsets of one size, those of the first keys first. */
function* subsets(keys: readonly string[], size: number): Generator<ReadonlySet<string>> {
  if (size === 0) {
    yield new Set()
    return
  }
  for (let i = 0; i <= keys.length - size; i++) {
    for (const rest of subsets(keys.slice(i + 1), size - 1)) yield new Set([keys[i]!, ...rest])
  }
}

/**
 * Keys of a table that are named like properties: of sets that earn the same, one that names vendor and
 * product is the likelier, so these come first; then the order of the rule.
 */
export function doubtfulKeys(table: ImportedDictionary, ruleKeys: Iterable<string>): string[] {
  const keys = [...ruleKeys].filter((key) => !key.startsWith('IO') && table.get(key) !== undefined)
  const isName = (key: string): boolean => /vendor|product/iu.test(key)
  return [...keys.filter(isName), ...keys.filter((key) => !isName(key))]
}
