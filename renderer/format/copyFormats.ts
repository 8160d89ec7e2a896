import type { PropertyValue } from '../../kernel/api/index.ts'
import { asStrings } from './decode/bytes.ts'
import { fullValue, hex } from './propertyValue.ts'

/** How a value can be put on the clipboard. */
export type CopyFormat = 'ioreg' | 'plist' | 'hex' | 'json' | 'text'

export const COPY_FORMATS: readonly { readonly format: CopyFormat; readonly title: string }[] = [
  { format: 'ioreg', title: 'Copy as ioreg Line' },
  { format: 'plist', title: 'Copy as Property List' },
  { format: 'hex', title: 'Copy as Hex' },
  { format: 'json', title: 'Copy as JSON' },
  { format: 'text', title: 'Copy as Text' },
]

type Keyed = { readonly key: string; readonly value: PropertyValue }

/** Whether the value can be written that way; only numbers and data are hexadecimal. */
export function canCopy(format: CopyFormat, value: PropertyValue): boolean {
  return format !== 'hex' || value.type === 'data' || value.type === 'number'
}

export function copyValue(format: CopyFormat, { key, value }: Keyed): string {
  switch (format) {
    case 'ioreg':
      return `"${key}" = ${fullValue(value)}`
    case 'plist':
      return `<key>${escape(key)}</key>\n${plistXml(value, '')}`
    case 'hex':
      return value.type === 'data' ? hex(value.bytes) : value.type === 'number' ? numberHex(value) : ''
    case 'json':
      return JSON.stringify(jsonValue(value), null, 2)
    default:
      return plainText(value)
  }
}

/** All properties of an entry as one document. */
export function copyProperties(format: 'plist' | 'json', properties: readonly Keyed[]): string {
  const dictionary: PropertyValue = { type: 'dictionary', entries: properties }
  if (format === 'json') return `${JSON.stringify(jsonValue(dictionary), null, 2)}\n`
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n' +
    `<plist version="1.0">\n${plistXml(dictionary, '')}\n</plist>\n`
  )
}

function numberHex({ value, bits }: PropertyValue & { type: 'number' }): string {
  return `0x${BigInt.asUintN(bits, value).toString(16)}`
}

function plistXml(value: PropertyValue, indent: string): string {
  switch (value.type) {
    case 'string':
      return `${indent}<string>${escape(value.value)}</string>`
    case 'number':
      return `${indent}<integer>${value.value}</integer>`
    case 'boolean':
      return `${indent}<${value.value}/>`
    case 'data':
      return `${indent}<data>${base64(value.bytes)}</data>`
    case 'array':
    case 'set':
      return element(
        'array',
        value.values.map((inner) => plistXml(inner, `${indent}\t`)),
        indent,
      )
    case 'dictionary':
      return element(
        'dict',
        value.entries.map(
          ({ key, value: inner }) =>
            `${indent}\t<key>${escape(key)}</key>\n${plistXml(inner, `${indent}\t`)}`,
        ),
        indent,
      )
    default:
      return `${indent}<string>${escape(value.text)}</string>`
  }
}

function element(name: string, lines: readonly string[], indent: string): string {
  return lines.length === 0
    ? `${indent}<${name}/>`
    : `${indent}<${name}>\n${lines.join('\n')}\n${indent}</${name}>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function base64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

/** Data is hexadecimal text; numbers that JSON readers would round are text. */
function jsonValue(value: PropertyValue): unknown {
  switch (value.type) {
    case 'number':
      return value.value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value.value) : String(value.value)
    case 'string':
    case 'boolean':
      return value.value
    case 'data':
      return hex(value.bytes)
    case 'array':
    case 'set':
      return value.values.map(jsonValue)
    case 'dictionary':
      return Object.fromEntries(value.entries.map(({ key, value: inner }) => [key, jsonValue(inner)]))
    default:
      return value.text
  }
}

function plainText(value: PropertyValue): string {
  if (value.type === 'string') return value.value
  if (value.type === 'data') return asStrings(value.bytes)?.join('\n') ?? hex(value.bytes)
  return fullValue(value)
}
