import { kIODefaultMatchCategoryKey } from '../../abi/index.ts'
import { ImportedDictionary, type ImportedValue } from '../../importers/index.ts'
import type { ClassTable } from '../classes/ClassTable.ts'
import { writesItself } from '../rulePacks/index.ts'
import { ruleOf, type MatchWorld, type PersonalityFacts } from '../world/MatchWorld.ts'
import type { TableOutcome } from '../world/TableRecord.ts'
import type { DumpDriver } from './DumpDriver.ts'

/** Keys of every personality. IOProbeScore is put in apart. */
const BASE_KEYS = new Set([
  'IOClass', 'IOProviderClass', 'IOMatchCategory', 'CFBundleIdentifier', 'CFBundleIdentifierKernel',
  'IOUserServerName',
])
/** Keys that IOService itself compares, whatever the family. */
const GENERIC_KEYS = new Set([
  'IONameMatch', 'IOPropertyMatch', 'IOPropertyExistsMatch', 'IOResourceMatch', 'IOParentMatch',
  'IOPathMatch', 'IOLocationMatch', 'IOCompatibilityMatch',
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
    const isAsked = BASE_KEYS.has(key) || GENERIC_KEYS.has(key) || familyKeys.has(key)
    if (isAsked) pairs.push([key, properties.values[i]!])
  })
  const ask = (table: ImportedDictionary): TableOutcome => world.outcomeOf(provider.index, table)
  const bare = withoutContradictions(dictionaryOf(pairs), familyKeys, ask)
  const points = world.scoreOn(provider.index, bare)
  const printed = driver.score ?? 0
  const own = points === null ? printed : printed - points
  return {
    name: ioClass, bundle, from: 'dump',
    table: own === 0 ? bare : dictionaryOf([...pairsOf(bare), ['IOProbeScore', own]]),
  }
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
    if (!familyKeys.has(name) || name.startsWith('IO') || rest.get(name) === undefined) return rest
    rest = dictionaryOf(pairsOf(rest).filter(([key]) => key !== name))
  }
}

function pairsOf(table: ImportedDictionary): [string, ImportedValue][] {
  return table.keys.map((key, i) => [key, table.values[i]!])
}

function dictionaryOf(pairs: readonly (readonly [string, ImportedValue])[]): ImportedDictionary {
  return new ImportedDictionary(pairs.map(([key]) => key), pairs.map(([, value]) => value))
}
