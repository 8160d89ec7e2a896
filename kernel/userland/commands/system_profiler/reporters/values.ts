import { CFData, CFDictionary, CFNumber, type CFType } from '../../../CoreFoundation/index.ts'

/** A text property: a string, or data that holds one; null where it is absent or something else. */
export function textOf(dictionary: CFDictionary, key: string): string | null {
  const value = dictionary.getValue(key)
  if (typeof value === 'string') return value
  if (!(value instanceof CFData)) return null
  const end = value.bytes.indexOf(0)
  return String.fromCharCode(...(end < 0 ? value.bytes : value.bytes.subarray(0, end)))
}

/** A number property: an exact number, or little-endian data of up to four bytes; null where it is absent. */
export function numberOf(dictionary: CFDictionary, key: string): number | null {
  const value = dictionary.getValue(key)
  if (value instanceof CFNumber) return Number(value.unsigned())
  if (!(value instanceof CFData) || value.bytes.length === 0 || value.bytes.length > 4) return null
  return value.bytes.reduceRight((sum, byte) => sum * 256 + byte, 0)
}

export function isTrue(dictionary: CFDictionary, key: string): boolean {
  return dictionary.getValue(key) === true
}

/** A dictionary inside a dictionary; an empty one where it is absent. */
export function dictionaryOf(dictionary: CFDictionary, key: string): CFDictionary {
  const value: CFType | undefined = dictionary.getValue(key)
  return value instanceof CFDictionary ? value : new CFDictionary([], [])
}

/** `1000555581440` → `1 TB (1,000,555,581,440 bytes)`: decimal units, two places at most. */
export function sizeText(bytes: number): string {
  return `${shortSize(bytes)} (${grouped(bytes)} bytes)`
}

/** `500277792768` → `500.28 GB`. */
export function shortSize(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB', 'PB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${trimmed(value, 2)} ${units[unit]}`
}

/** Memory in binary units, as marketing writes it: `16 GB`. */
export function memoryText(bytes: number): string {
  const gib = bytes / 2 ** 30
  return gib >= 1 ? `${trimmed(gib, 1)} GB` : `${trimmed(bytes / 2 ** 20, 1)} MB`
}

/** A number with at most `places` decimals and no zeros at its end. */
export function trimmed(value: number, places: number): string {
  const text = value.toFixed(places)
  return text.includes('.') ? text.replace(/\.?0+$/u, '') : text
}

/** `1234567` → `1,234,567`. */
export function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/gu, ',')
}

/** `0x` and hexadecimal digits, at least four. */
export function hexText(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`
}
