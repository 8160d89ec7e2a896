import { fourCCText } from '../../../kernel/abi/fourCC.ts'
import type { PropertyValue } from '../../../kernel/api/index.ts'
import { childrenOf, fullValue, hex } from '../propertyValue.ts'
import { asStrings, littleEndian } from './bytes.ts'
import { describeEdid, readEdid } from './edid.ts'
import { meaningOf } from './namedKeys.ts'
import { describeClassCode, describePciDebug, vendorName } from './pci.ts'

const LONGEST = 200
const PCI_IDS: ReadonlySet<string> = new Set([
  'vendor-id',
  'device-id',
  'revision-id',
  'subsystem-id',
  'subsystem-vendor-id',
])
const MAC_ADDRESSES = /^(IOMACAddress|mac-address.*|local-mac-address|.*-mac-address)$/u
const UUIDS = /uuid|guid/iu

/** What a value means, in few words; empty when there is nothing to add to the value itself. */
export function decodeProperty(key: string, value: PropertyValue): string {
  if (value.type === 'number') return decodeNumber(key, value.value, value.bits)
  if (value.type === 'data') return decodeData(key, value.bytes)
  if (value.type === 'string') return key === 'pcidebug' ? describePciDebug(value.value) : ''
  const power = value.type === 'dictionary' ? describePower(value.entries) : ''
  if (power !== '') return power
  const inner = childrenOf(value)
  if (inner.length > 0 && inner.length <= 4)
    return shorten(inner.map((item) => describe(value, item)).join(', '))
  return ''
}

function describe(owner: PropertyValue, item: { key: string; value: PropertyValue }): string {
  const text = fullValue(item.value)
  return owner.type === 'dictionary' ? `${item.key} ${text}` : text
}

/** `IOPowerManagement`: which of its power states a device is in. */
function describePower(entries: readonly { key: string; value: PropertyValue }[]): string {
  const numbers = new Map(
    entries.flatMap(({ key, value }) => (value.type === 'number' ? [[key, value.value] as const] : [])),
  )
  const state = numbers.get('CurrentPowerState')
  const most = numbers.get('MaxPowerState')
  if (state === undefined) return ''
  return most === undefined ? `power state ${state}` : `power state ${state} of ${most}`
}

function decodeNumber(key: string, value: bigint, bits: number): string {
  const unsigned = BigInt.asUintN(bits, value)
  const meaning = narrow(unsigned) === null ? null : meaningOf(key, narrow(unsigned) ?? 0)
  if (meaning !== null) return meaning
  if (unsigned < 10n) return ''
  const code = unsigned <= 0xffffffffn ? fourLetters(Number(unsigned)) : null
  if (code !== null) return `'${code}'`
  const signed = BigInt.asIntN(bits, value)
  const text = `0x${unsigned.toString(16)}`
  return signed < 0n && signed > -0x10000000n ? `${signed} · ${text}` : text
}

/** A number of 32 bits, also when a dump shows it extended by its sign. */
function narrow(value: bigint): number | null {
  if (value <= 0xffffffffn) return Number(value)
  return value >= 0xffffffff80000000n ? Number(value & 0xffffffffn) : null
}

function decodeData(key: string, bytes: Uint8Array): string {
  if (key === 'built-in') return 'present'
  if (bytes.length === 0) return 'empty'
  if (key === 'class-code' && bytes.length === 4) return describeClassCode(littleEndian(bytes))
  if (PCI_IDS.has(key) && bytes.length <= 4) return describePciId(key, littleEndian(bytes))
  if (bytes.length === 6 && MAC_ADDRESSES.test(key)) return hex(bytes).replace(/(..)(?=.)/gu, '$1:')
  if (bytes.length === 16 && UUIDS.test(key))
    return hex(bytes)
      .replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-')
      .toUpperCase()
  const edid = readEdid(bytes)
  if (edid !== null) return describeEdid(edid)
  const strings = asStrings(bytes)
  if (strings !== null) return shorten(strings.join(', '))
  if (bytes.length > 8) return ''
  const value = littleEndian(bytes)
  const meaning = bytes.length <= 4 || value <= 0xffffffffn ? meaningOf(key, Number(value)) : null
  return meaning ?? describeInteger(value)
}

function describePciId(key: string, value: bigint): string {
  const name = key.endsWith('vendor-id') ? vendorName(Number(value)) : null
  const id = `0x${value.toString(16).padStart(key === 'revision-id' ? 2 : 4, '0')}`
  return name === null ? id : `${id} · ${name}`
}

/** An OSType: four printable characters, three of them letters at least. */
function fourLetters(value: number): string | null {
  const text = fourCCText(value)
  return text !== null && text.replace(/[^a-z]/giu, '').length >= 3 ? text : null
}

function describeInteger(value: bigint): string {
  return value < 10n ? `0x${value.toString(16)}` : `0x${value.toString(16)} · ${value}`
}

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`
}
