import {
  OSBoolean, OSCollection, OSData, OSDictionary, OSNumber, OSString, type OSObject,
} from '../libkern/index.ts'

const MAX_MEMBERS = 8
const MAX_BYTES = 16
const MAX_TEXT_BYTES = 1024
const MAX_DEPTH = 4

/**
 * A value to read: text in quotes, numbers also in hexadecimal, bytes in angle brackets; long ones are cut.
 */
export function valueText(value: OSObject | string | null): string | null {
  if (value === null || typeof value === 'string') return value
  return textAt(value, 0)
}

function textAt(value: OSObject, depth: number): string {
  if (value instanceof OSString) return `"${value.getCStringNoCopy()}"`
  if (value instanceof OSBoolean) return value.isTrue() ? 'Yes' : 'No'
  if (value instanceof OSNumber) return numberText(value.unsigned64BitValue())
  if (value instanceof OSData) return dataText(value.bytes())
  if (depth >= MAX_DEPTH) return '…'
  if (value instanceof OSDictionary) {
    const pairs = [...value.entries()]
    return `{${cut(pairs.map(([key, one]) => `${key.getCStringNoCopy()} = ${textAt(one, depth + 1)}`))}}`
  }
  if (value instanceof OSCollection) {
    return `(${cut([...value.members()].map((one) => textAt(one, depth + 1)))})`
  }
  return '…'
}

function numberText(value: bigint): string {
  return value > 9n ? `${value} (0x${value.toString(16)})` : `${value}`
}

function dataText(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, MAX_BYTES)
  if (isText(bytes)) {
    const texts = String.fromCharCode(...bytes.subarray(0, -1)).split('\0')
    return `<${texts.map((text) => `"${text}"`).join(',')}>`
  }
  const hex = Array.from(shown, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `<${hex}${bytes.length > MAX_BYTES ? '…' : ''}>`
}

/** Printable texts, each ended by a NUL; not a long blob. */
function isText(bytes: Uint8Array): boolean {
  if (bytes.length < 2 || bytes.length > MAX_TEXT_BYTES || bytes[0] === 0 || bytes.at(-1) !== 0) return false
  return bytes.every((byte) => byte === 0 || (byte >= 0x20 && byte < 0x7f))
}

function cut(texts: readonly string[]): string {
  if (texts.length <= MAX_MEMBERS) return texts.join(', ')
  return `${texts.slice(0, MAX_MEMBERS).join(', ')}, … ${texts.length - MAX_MEMBERS} more`
}
