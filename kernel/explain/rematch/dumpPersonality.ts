import { kIODefaultMatchCategoryKey } from '../../abi/index.ts'
import { ImportedDictionary, type ImportedValue } from '../../importers/index.ts'
import type { ClassTable } from '../classes/ClassTable.ts'
import { isGenericKey, writesItself } from '../rulePacks/index.ts'
import { ruleOf, type MatchWorld, type PersonalityFacts } from '../world/MatchWorld.ts'
import type { TableOutcome } from '../world/TableRecord.ts'
import type { DumpDriver } from './DumpDriver.ts'
import { doubtfulKeys, keysThatEarn } from './keysThatEarn.ts'

/** Keys of every personality. IOProbeScore is put in apart. */
const BASE_KEYS = new Set([
  'IOClass', 'IOProviderClass', 'IOMatchCategory', 'CFBundleIdentifier', 'CFBundleIdentifierKernel',
  'IOUserServerName',
])
/**
 * The personality that a driver of the dump was made from, as far as the dump still tells: the base keys
 * and those that matching compares. What the driver published later is left out by name, since an entry
 * shows both alike.
 */
export function dumpPersonality(
  driver: DumpDriver, classes: ClassTable, world: MatchWorld,
): PersonalityFacts {
  const { properties, provider, ioClass, bundle } = driver
  const familyKeys = new Set([
    ...(ruleOf(classes, provider.className)?.keys ?? []),
    ...(driver.providerClass === null ? [] : (ruleOf(classes, driver.providerClass)?.keys ?? [])),
  ])
  const pairs: [string, ImportedValue][] = []
  properties.keys.forEach((key, i) => {
    const isDefault = key === 'IOMatchCategory' && properties.values[i] === kIODefaultMatchCategoryKey
    if (isDefault || writesItself(ioClass, key)) return
    const isAsked = BASE_KEYS.has(key) || isGenericKey(key) || familyKeys.has(key)
    if (isAsked) pairs.push([key, properties.values[i]!])
  })
  const ask = (table: ImportedDictionary): TableOutcome => world.outcomeOf(provider.index, table)
  const agreeing = withoutContradictions(dictionaryOf(pairs), familyKeys, ask)
  const printed = driver.score ?? 0
  const table = withoutSurplus(agreeing, familyKeys, { printed, ask })
  const outcome = ask(table)
  const own = printed - (outcome.reason === null ? outcome.score : 0)
  const scored = own === 0 ? table : dictionaryOf([...pairsOf(table), ['IOProbeScore', own]])
  return { name: ioClass, bundle, from: 'dump', table: scored }
}

/** Leaves out the keys that would have earned more than the printed score. */
function withoutSurplus(
  table: ImportedDictionary, familyKeys: ReadonlySet<string>,
  { printed, ask }: { readonly printed: number; readonly ask: (table: ImportedDictionary) => TableOutcome },
): ImportedDictionary {
  const { reason, score } = ask(table)
  if (reason !== null || score <= printed) return table
  const doubtful = doubtfulKeys(table, familyKeys)
  const keeping = (kept: ReadonlySet<string>): ImportedDictionary =>
    dictionaryOf(pairsOf(table).filter(([key]) => kept.has(key) || !doubtful.includes(key)))
  const kept = keysThatEarn(doubtful, printed, (keys) => {
    const outcome = ask(keeping(keys))
    return outcome.reason === null ? outcome.score : null
  })
  return kept === null ? table : keeping(kept)
}

/**
 * The driver came to this provider: a key named like a property that the provider contradicts was no match
 * key. The driver has published it later, or the provider's own value has changed since. Keys that are
 * nothing but match keys (`IOPCIMatch`) stay: there the contradiction is what is to be told.
 */
function withoutContradictions(
  table: ImportedDictionary, familyKeys: ReadonlySet<string>,
  ask: (table: ImportedDictionary) => TableOutcome,
): ImportedDictionary {
  let rest = table
  for (;;) {
    const outcome = ask(rest)
    const name = outcome.reason === 'FAMILY' ? (outcome.decisive?.key ?? '') : ''
    const isPublished = familyKeys.has(name) && !name.startsWith('IO') && rest.get(name) !== undefined
    if (!isPublished) return rest
    rest = dictionaryOf(pairsOf(rest).filter(([key]) => key !== name))
  }
}

function pairsOf(table: ImportedDictionary): [string, ImportedValue][] {
  return table.keys.map((key, i) => [key, table.values[i]!])
}

function dictionaryOf(pairs: readonly (readonly [string, ImportedValue])[]): ImportedDictionary {
  return new ImportedDictionary(pairs.map(([key]) => key), pairs.map(([, value]) => value))
}
