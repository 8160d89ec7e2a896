import { ImportedDictionary, type ImportedValue } from '../../importers/index.ts'
import type { ClassTable } from '../classes/ClassTable.ts'
import { ruleOf, type MatchWorld, type PersonalityFacts } from '../world/MatchWorld.ts'
import type { DumpDriver } from './DumpDriver.ts'

/** Keys of every personality. IOProbeScore is put in apart. */
const BASE_KEYS = new Set([
  'IOClass', 'IOProviderClass', 'IOMatchCategory', 'CFBundleIdentifier', 'CFBundleIdentifierKernel', 'IOUserServerName',
])
/** Keys that IOService itself compares, whatever the family. */
const GENERIC_KEYS = new Set([
  'IONameMatch', 'IOPropertyMatch', 'IOPropertyExistsMatch', 'IOResourceMatch', 'IOParentMatch', 'IOPathMatch',
  'IOLocationMatch', 'IOCompatibilityMatch',
])

/**
 * The personality that a driver of the dump was made from, as far as the dump still tells: the base keys and those that
 * matching compares. What the driver published later is left out by name, since an entry shows both alike.
 */
export function dumpPersonality(driver: DumpDriver, classes: ClassTable, world: MatchWorld): PersonalityFacts {
  const { properties, provider, ioClass, bundle } = driver
  const familyKeys = new Set([
    ...(ruleOf(classes, provider.row.className)?.keys ?? []),
    ...(driver.providerClass === null ? [] : (ruleOf(classes, driver.providerClass)?.keys ?? [])),
  ])
  const pairs: [string, ImportedValue][] = []
  properties.keys.forEach((key, i) => {
    if (BASE_KEYS.has(key) || GENERIC_KEYS.has(key) || familyKeys.has(key)) pairs.push([key, properties.values[i]!])
  })
  const bare = dictionaryOf(pairs)
  const points = world.scoreOn(provider.index, bare)
  const printed = driver.score ?? 0
  const own = points === null ? printed : printed - points
  return {
    name: ioClass, bundle, from: 'dump',
    table: own === 0 ? bare : dictionaryOf([...pairs, ['IOProbeScore', own]]),
  }
}

function dictionaryOf(pairs: readonly (readonly [string, ImportedValue])[]): ImportedDictionary {
  return new ImportedDictionary(pairs.map(([key]) => key), pairs.map(([, value]) => value))
}
