import { OSCollection, OSData, OSNumber, OSString, type OSDictionary, type OSObject, type OSSymbol } from
  '../../libkern/index.ts'
import { propertyAlternatives } from './genericTests.ts'
import { gIOCompatibilityMatchKey, gIONameMatchKey, gIOPropertyMatchKey } from './keys.ts'

/** A property that must be there, with its value as an index key. */
export interface PropertyPair {
  readonly key: OSSymbol
  readonly value: string
}

/** Texts of a table's IONameMatch; null without one, or when some member is no text (the scan then ends there). */
export function matchNames(table: OSDictionary): string[] | null {
  const value = table.getObject(gIONameMatchKey)
  if (value instanceof OSString) return [value.getCStringNoCopy()]
  if (!(value instanceof OSCollection)) return null
  const names: string[] = []
  for (const name of value.members()) {
    if (!(name instanceof OSString)) return null
    names.push(name.getCStringNoCopy())
  }
  return names
}

/** Numbers that are equal as objects have one key, whatever their width; so have a text and the data equal to it. */
export function valueKey(value: OSObject): string | null {
  if (value instanceof OSNumber) return `n${value.highWord()}:${value.lowWord()}`
  if (value instanceof OSString) return `s${value.getCStringNoCopy()}`
  return value instanceof OSData ? dataKey(value) : null
}

/** Data equals a text of the same bytes, with or without a NUL behind. */
function dataKey(data: OSData): string | null {
  let text = 's'
  for (const byte of data.getBytesNoCopy() ?? []) {
    if (byte === 0) break
    if (byte > 0x7f) return null
    text += String.fromCharCode(byte)
  }
  return text
}

/** ASCII without a NUL: text whose bytes are its characters. */
const PLAIN_TEXT = /^[^\0\P{ASCII}]*$/u

/** Only plain values can be looked up by key. */
function tableValueKey(value: OSObject): string | null {
  if (value instanceof OSString) return PLAIN_TEXT.test(value.getCStringNoCopy()) ? valueKey(value) : null
  return value instanceof OSNumber && !value.isFloating() ? valueKey(value) : null
}

/**
 * For each alternative of a table's IOPropertyMatch, the pairs by which it can be filed. Null when some alternative
 * has none, or the table asks other properties than the service's own.
 */
export function indexableProperties(table: OSDictionary): PropertyPair[][] | null {
  const wanted = table.getObject(gIOPropertyMatchKey)
  if (wanted === null || table.getObject(gIOCompatibilityMatchKey) !== null) return null
  const alternatives: PropertyPair[][] = []
  for (const member of propertyAlternatives(wanted)) {
    const pairs: PropertyPair[] = []
    for (const [key, object] of member.entries()) {
      const value = tableValueKey(object)
      if (value !== null) pairs.push({ key, value })
    }
    if (pairs.length === 0) return null
    alternatives.push(pairs)
  }
  return alternatives
}
