import { ImportedArray, ImportedData, ImportedDictionary, type ImportedValue } from '../../importers/index.ts'
import type { OSDictionary } from '../../libkern/index.ts'
import { kernelDictionary } from '../../machine/importedRegistry/kernelObjects.ts'
import { asksFor } from '../rulePacks/index.ts'
import type { PersonalityFacts } from './MatchWorld.ts'

/**
 * Tells equal personalities apart, which the catalogue would keep once: each has a fate of its own to be
 * told.
 */
const NAME_KEY = 'IOPersonalityName'

/**
 * The matching dictionary of a personality, one reference. Collections and data that no matching asks for
 * are left out: a kext may carry megabytes of them.
 */
export function catalogueTable({ name, table }: PersonalityFacts): OSDictionary {
  const keys: string[] = []
  const values: ImportedValue[] = []
  table.keys.forEach((key, i) => {
    const value = table.values[i]!
    if (isLarge(value) && !asksFor(key)) return
    keys.push(key)
    values.push(value)
  })
  return kernelDictionary(new ImportedDictionary([...keys, NAME_KEY], [...values, name]))
}

function isLarge(value: ImportedValue): boolean {
  if (value instanceof ImportedDictionary || value instanceof ImportedArray) return true
  return value instanceof ImportedData
}
