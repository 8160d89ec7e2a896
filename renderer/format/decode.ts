import type { PropertyValue } from '../../kernel/api/index.ts'
import { describeClassCode, describePciDebug, vendorName } from './pci.ts'
import { childrenOf, fullValue } from './propertyValue.ts'

/** What a value means, in few words; empty when there is nothing to add to the value itself. */
export function decodeProperty(key: string, value: PropertyValue): string {
  if (value.type === 'number') return decodeNumber(value.value, value.bits)
  if (value.type === 'data') return decodeData(key, value.bytes)
  if (value.type === 'string') return key === 'pcidebug' ? describePciDebug(value.value) : ''
  const inner = childrenOf(value)
  if (inner.length > 0 && inner.length <= 4) return shorten(inner.map((item) => describe(value, item)).join(', '))
  return ''
}

function describe(owner: PropertyValue, item: { key: string; value: PropertyValue }): string {
  const text = fullValue(item.value)
  return owner.type === 'dictionary' ? `${item.key} ${text}` : text
}

function decodeNumber(value: bigint, bits: number): string {
  const unsigned = BigInt.asUintN(bits, value)
  if (unsigned < 10n) return ''
  const code = bits === 32 ? fourLetters(unsigned) : null
  if (code !== null) return `'${code}'`
  return `0x${unsigned.toString(16)}`
}

function decodeData(key: string, bytes: Uint8Array): string {
  if (key === 'built-in') return 'present'
  if (bytes.length === 0) return 'empty'
  if (key === 'class-code' && bytes.length === 4) return describeClassCode(littleEndian(bytes))
  if (PCI_IDS.has(key) && bytes.length <= 4) return describePciId(key, littleEndian(bytes))
  const strings = asStrings(bytes)
  if (strings !== null) return shorten(strings.join(', '))
  if (bytes.length <= 8) return describeInteger(bytes)
  return ''
}

const PCI_IDS: ReadonlySet<string> = new Set([
  'vendor-id', 'device-id', 'revision-id', 'subsystem-id', 'subsystem-vendor-id',
])

function describePciId(key: string, value: bigint): string {
  const name = key.endsWith('vendor-id') ? vendorName(Number(value)) : null
  const id = `0x${value.toString(16).padStart(key === 'revision-id' ? 2 : 4, '0')}`
  return name === null ? id : `${id} · ${name}`
}

/** An OSType: four printable characters in a 32-bit number, three of them letters at least. */
function fourLetters(value: bigint): string | null {
  const bytes = [24n, 16n, 8n, 0n].map((shift) => Number((value >> shift) & 0xffn))
  const text = String.fromCharCode(...bytes)
  return /^[ -~]{4}$/u.test(text) && text.replace(/[^a-z]/giu, '').length >= 3 ? text : null
}

function describeInteger(bytes: Uint8Array): string {
  const value = littleEndian(bytes)
  return value < 10n ? `0x${value.toString(16)}` : `0x${value.toString(16)} · ${value}`
}

/** NUL-terminated printable strings, or null when the bytes are no text. */
function asStrings(bytes: Uint8Array): string[] | null {
  if (bytes.length < 3 || bytes[bytes.length - 1] !== 0) return null
  const strings: string[] = []
  let text = ''
  for (const byte of bytes) {
    if (byte === 0) {
      if (text !== '') strings.push(text)
      text = ''
    } else if (byte < 0x20 || byte > 0x7e) return null
    else text += String.fromCharCode(byte)
  }
  return strings.length > 0 ? strings : null
}

function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n
  for (let index = bytes.length - 1; index >= 0; index -= 1) value = (value << 8n) | BigInt(bytes[index] ?? 0)
  return value
}

function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`
}
