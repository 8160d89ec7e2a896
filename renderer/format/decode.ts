import type { PropertyValue } from '../../kernel/api/index.ts'
import { childrenOf, fullValue } from './propertyValue.ts'

/** What a value means, in few words; empty when there is nothing to add to the value itself. */
export function decodeProperty(key: string, value: PropertyValue): string {
  if (value.type === 'number') return decodeNumber(value.value, value.bits)
  if (value.type === 'data') return decodeData(key, value.bytes)
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
  return `0x${unsigned.toString(16)}`
}

function decodeData(key: string, bytes: Uint8Array): string {
  if (key === 'built-in') return 'present'
  if (bytes.length === 0) return 'empty'
  if (key === 'assigned-addresses') return describeBars(bytes)
  if (key === 'class-code' && bytes.length === 4) return describeClassCode(littleEndian(bytes))
  const strings = asStrings(bytes)
  if (strings !== null) return shorten(strings.join(', '))
  if (bytes.length <= 8) return describeInteger(bytes)
  return ''
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

const RANGE_BYTES = 20
const SPACES = ['config', 'I/O', 'mem 32', 'mem 64'] as const

/** `assigned-addresses` holds five 32-bit cells per base address register (IEEE 1275 PCI binding, 2.2.1.1). */
function describeBars(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const bars: string[] = []
  for (let offset = 0; offset + RANGE_BYTES <= bytes.length; offset += RANGE_BYTES) {
    const high = view.getUint32(offset, true)
    const address = (view.getBigUint64(offset + 4, true) >> 32n) | (BigInt(view.getUint32(offset + 4, true)) << 32n)
    const size = view.getUint32(offset + 16, true)
    const space = SPACES[(high >>> 24) & 3] ?? ''
    bars.push(`+0x${(high & 0xff).toString(16)} ${space} 0x${address.toString(16)} · ${formatBytes(size)}`)
  }
  return bars.join('; ')
}

/** Bytes in binary units, exact where they divide evenly. */
export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[unit]}`
}

/** PCI Code and ID Assignment, base class and the subclasses met most often. */
const CLASSES: Readonly<Record<string, string>> = {
  '01': 'Mass storage controller', '0101': 'IDE controller', '0106': 'SATA controller', '0108': 'NVM controller',
  '02': 'Network controller', '0200': 'Ethernet controller', '0280': 'Network controller',
  '03': 'Display controller', '0300': 'VGA controller', '04': 'Multimedia device', '0403': 'HD Audio device',
  '05': 'Memory controller', '06': 'Bridge', '0600': 'Host bridge', '0601': 'ISA bridge', '0604': 'PCI bridge',
  '07': 'Communication controller', '08': 'System peripheral', '09': 'Input device',
  '0c': 'Serial bus controller', '0c00': 'FireWire controller', '0c03': 'USB controller', '0c05': 'SMBus controller',
  '0d': 'Wireless controller', '11': 'Signal processing controller',
}

function describeClassCode(value: bigint): string {
  const code = value.toString(16).padStart(6, '0')
  const name = CLASSES[code.slice(0, 4)] ?? CLASSES[code.slice(0, 2)]
  return name === undefined ? `0x${code}` : `0x${code} · ${name}`
}

function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`
}
