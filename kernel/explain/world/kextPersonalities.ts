import type { KextRecord, KextValue } from '../../api/index.ts'
import { ImportedArray, ImportedData, ImportedDictionary, type ImportedValue } from '../../importers/index.ts'
import type { PersonalityFacts } from './MatchWorld.ts'

/** The personalities of kexts as the catalogue gets them: each with the identifier of its bundle. */
export function kextPersonalities(kexts: readonly KextRecord[]): PersonalityFacts[] {
  return kexts.flatMap(({ personalities }) => personalities.map((one) => ({
    name: one.name, bundle: one.bundle, from: 'kext' as const,
    table: dictionary(one.table.has('CFBundleIdentifier') || one.bundle === null
      ? one.table : new Map([...one.table, ['CFBundleIdentifier', one.bundle]])),
  })))
}

function dictionary(map: ReadonlyMap<string, KextValue>): ImportedDictionary {
  return new ImportedDictionary([...map.keys()], [...map.values()].map(imported))
}

function imported(value: KextValue): ImportedValue {
  if (value instanceof Uint8Array) return ImportedData.ofPlist({ bytes: value })
  if (value instanceof Map) return dictionary(value as ReadonlyMap<string, KextValue>)
  if (typeof value !== 'object') return value
  return new ImportedArray((value as readonly KextValue[]).map(imported), 'array')
}
