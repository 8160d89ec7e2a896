import {
  ImportedArray, ImportedData, ImportedDictionary, ImportedOther, type ImportedValue,
} from '../../importers/index.ts'
import {
  OSArray, OSBoolean, OSData, OSDictionary, OSNumber, OSSet, OSString, type OSObject,
} from '../../libkern/index.ts'

/** Objects that hold themselves end here. */
const MAX_DEPTH = 32

/** A kernel object as plain data, so that it can be made anew in another world. */
export function importedDictionaryOf(dictionary: OSDictionary, depth = 0): ImportedDictionary {
  const keys: string[] = []
  const values: ImportedValue[] = []
  for (const [key, value] of dictionary.entries()) {
    keys.push(key.getCStringNoCopy())
    values.push(importedObject(value, depth + 1))
  }
  return new ImportedDictionary(keys, values)
}

function importedObject(value: OSObject, depth: number): ImportedValue {
  if (value instanceof OSString) return value.getCStringNoCopy()
  if (value instanceof OSBoolean) return value.isTrue()
  if (value instanceof OSNumber) return numberOf(value.unsigned64BitValue())
  if (value instanceof OSData) return ImportedData.ofPlist({ bytes: Uint8Array.from(value.bytes()) })
  if (depth > MAX_DEPTH) return new ImportedOther('…', 'unreadable')
  if (value instanceof OSDictionary) return importedDictionaryOf(value, depth)
  if (value instanceof OSArray || value instanceof OSSet) {
    const members = [...value.values()].map((member) => importedObject(member, depth + 1))
    return new ImportedArray(members, value instanceof OSSet ? 'set' : 'array')
  }
  return new ImportedOther(`${value.getMetaClass().className} is not serializable`, 'unreadable')
}

function numberOf(value: bigint): number | bigint {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value
}
