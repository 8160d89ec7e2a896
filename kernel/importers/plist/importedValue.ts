import { PlistData, PlistDate, PlistReal, type PlistUid, type PlistValue } from '../../formats/plist/index.ts'
import {
  ImportedArray,
  ImportedData,
  ImportedDictionary,
  ImportedOther,
  type ImportedValue,
} from '../ImportedRegistry.ts'

/** A property list's value as a registry's. */
export function importedValue(value: PlistValue): ImportedValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' || typeof value === 'bigint') return importedInteger(BigInt(value))
  if (value instanceof PlistData) return ImportedData.ofPlist(value)
  if (value instanceof Map) return importedDictionary(value)
  if (value instanceof Set) return new ImportedArray(Array.from(value, importedValue), 'set')
  if (Array.isArray(value)) return new ImportedArray(value.map(importedValue), 'array')
  return otherValue(value)
}

export function importedDictionary(map: ReadonlyMap<string, PlistValue>): ImportedDictionary {
  return new ImportedDictionary([...map.keys()], Array.from(map.values(), importedValue))
}

/** As for text: negative 32-bit numbers and exact ones are `number`, the rest unsigned 64 bits. */
export function importedInteger(value: bigint): number | bigint {
  if (value >= -0x80000000n && value <= 0x1fffffffffffffn) return Number(value)
  const unsigned = BigInt.asUintN(64, value)
  const signed = BigInt.asIntN(64, value)
  return signed < 0n && signed >= -0x80000000n ? Number(signed) : unsigned
}

function otherValue(value: PlistReal | PlistDate | PlistUid): ImportedValue {
  if (value instanceof PlistReal) {
    return Number.isSafeInteger(value.value)
      ? value.value
      : new ImportedOther(String(value.value), 'unreadable')
  }
  if (value instanceof PlistDate)
    return new ImportedOther(`${value.secondsSince2001} s after 2001-01-01`, 'unreadable')
  return new ImportedOther(`object ${value.value} of an archive`, 'unreadable')
}
