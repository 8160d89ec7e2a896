import type { PropertyValue } from './snapshots.ts'

/** More of one property is not searched; longer ones are tables of a driver. */
const MOST_CHARACTERS = 4096

type Keyed = { readonly key: string; readonly value: PropertyValue }

/** What a search of properties looks into: one lower-case line `key=value` per property. */
export function propertyTexts(properties: readonly Keyed[]): string {
  return properties.map(({ key, value }) => line(`${key}=${textOf(value, MOST_CHARACTERS)}`)).join('\n')
}

/** The number of the first line of `propertyTexts` with the lower-case text in it, or -1. */
export function firstKeyWith(texts: string, needle: string): number {
  const at = texts.indexOf(needle)
  if (at < 0) return -1
  let lines = 0
  for (let end = texts.indexOf('\n'); end >= 0 && end < at; end = texts.indexOf('\n', end + 1)) lines += 1
  return lines
}

function line(text: string): string {
  return text.replaceAll('\n', ' ').toLowerCase()
}

function textOf(value: PropertyValue, room: number): string {
  switch (value.type) {
    case 'string':
      return value.value.slice(0, room)
    case 'number':
      return value.value < 10n ? String(value.value) : `${value.value} 0x${value.value.toString(16)}`
    case 'boolean':
      return value.value ? 'Yes' : 'No'
    case 'data':
      return dataText(value.bytes.subarray(0, room >> 2))
    case 'array':
    case 'set':
      return members(
        value.values.map((inner) => ({ key: '', value: inner })),
        room,
      )
    case 'dictionary':
      return members(value.entries, room)
    default:
      return value.text.slice(0, room)
  }
}

function members(items: readonly Keyed[], room: number): string {
  let text = ''
  for (const { key, value } of items) {
    if (text.length >= room) break
    text += `${text === '' ? '' : ' '}${key === '' ? '' : `${key}=`}${textOf(value, room - text.length)}`
  }
  return text
}

/** Hexadecimal, and the printable characters when there are words among them. */
function dataText(bytes: Uint8Array): string {
  let hex = ''
  let words = ''
  for (const byte of bytes) {
    hex += byte < 16 ? `0${byte.toString(16)}` : byte.toString(16)
    words += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ' '
  }
  words = words.replace(/ +/gu, ' ').trim()
  return words.length < 3 ? hex : `${hex} ${words}`
}
