import { recordProperty, type FamilyMatcher, type FamilyRule } from '../../iokit/index.ts'
import * as keys from './keys.ts'

const SOURCE = 'IOStorageFamily-337.100.1 IOMedia.cpp matchPropertyTable'

/** Keys of a medium that a matching dictionary may name, in the order in which they are compared. */
const MATCHED_KEYS: readonly string[] = [
  keys.kIOMediaContentKey, keys.kIOMediaContentHintKey, keys.kIOMediaEjectableKey, keys.kIOMediaLeafKey,
  keys.kIOMediaOpenKey, keys.kIOMediaPreferredBlockSizeKey, keys.kIOMediaRemovableKey, keys.kIOMediaSizeKey,
  keys.kIOMediaUUIDKey, keys.kIOMediaWholeKey, keys.kIOMediaWritableKey,
]

/** Each key that the dictionary names must equal the medium's; no points. */
export const mediaMatcher: FamilyMatcher = {
  compile(table) {
    const wanted = MATCHED_KEYS.flatMap((key) => {
      const value = table.getObject(key)
      return value === null ? [] : [{ key, value }]
    })
    return (service) => {
      for (const { key, value } of wanted) {
        if (!recordProperty(service, table, key, value.isEqualTo(service.getProperty(key)))) return false
      }
      return true
    }
  },
}

/** The rules for media and for the devices below them. @xnu IOStorageFamily/IOMedia.cpp matchPropertyTable — faithful */
export const storageRules: readonly FamilyRule[] = [
  {
    family: 'IOStorageFamily', providerClasses: ['IOMedia'], matcher: mediaMatcher, names: 'registry name',
    keys: MATCHED_KEYS, confidence: 'open source', source: SOURCE,
    note: 'Partition schemes share one match category: GUID 4000, FDisk 3000, Apple 2000, label 1000; each reads '
      + 'the disk in probe.',
  },
  {
    family: 'IOStorageFamily', providerClasses: ['IOBlockStorageDevice', 'IOBlockStorageDriver', 'IOStorage'],
    matcher: null, names: 'registry name', keys: [], confidence: 'open source',
    source: 'IOStorageFamily-337.100.1: no matchPropertyTable', note: 'Only the generic keys count.',
  },
]
