import {
  parsePlist, PlistData, PlistReal, writeXmlPlist, type PlistValue,
} from '../../formats/plist/index.ts'
import { CFArray, CFData, CFDictionary, CFNumber, type CFType } from './CFTypes.ts'

/** A value as an XML property list with sorted keys; sets are written as arrays. */
export function CFPropertyListCreateXMLData(value: CFType): string {
  return writeXmlPlist(plistValue(value))
}

/**
 * The value in a property list of either form; null when it cannot be read, or holds what no registry holds.
 */
export function CFPropertyListCreateWithData(bytes: Uint8Array): CFType | null {
  const parsed = parsePlist(bytes)
  return parsed.ok ? cfValue(parsed.value) : null
}

function plistValue(value: CFType): PlistValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (value instanceof CFNumber) {
    return typeof value.value === 'bigint' ? value.value : new PlistReal(value.value)
  }
  if (value instanceof CFData) return new PlistData(value.bytes)
  if (!(value instanceof CFDictionary)) return value.values.map(plistValue)
  return new Map(value.keys.map((key, i) => [key, plistValue(value.values[i] ?? false)]))
}

function cfValue(value: PlistValue): CFType | null {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'bigint' || typeof value === 'number') return new CFNumber('SInt64', BigInt(value))
  if (value instanceof PlistReal) return new CFNumber('Float64', value.value)
  if (value instanceof PlistData) return new CFData(value.bytes)
  if (Array.isArray(value)) {
    const members = value.map(cfValue)
    return members.includes(null) ? null : new CFArray(members as CFType[])
  }
  if (!(value instanceof Map)) return null
  const values = [...value.values()].map(cfValue)
  return values.includes(null) ? null : new CFDictionary([...value.keys()], values as CFType[])
}
