import { PlistData, PlistReal, writeXmlPlist, type PlistValue } from '../../../formats/plist/index.ts'
import { CFData, CFDictionary, CFNumber, type CFType } from '../../CoreFoundation/index.ts'

/** The text of an archive: an XML property list with sorted keys; sets are written as arrays. */
export function writeArchive(archive: CFType): string {
  return writeXmlPlist(plistValue(archive))
}

function plistValue(value: CFType): PlistValue {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (value instanceof CFNumber)
    return typeof value.value === 'bigint' ? value.value : new PlistReal(value.value)
  if (value instanceof CFData) return new PlistData(value.bytes)
  if (!(value instanceof CFDictionary)) return value.values.map(plistValue)
  return new Map(value.keys.map((key, i) => [key, plistValue(value.values[i] ?? false)]))
}
