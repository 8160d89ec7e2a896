import { decodeUtf8Lossless, encodeUtf8Lossless } from '../../../formats/utf8.ts'
import { CFData, CFNumber, type CFType } from '../../CoreFoundation/index.ts'

const MINUS_ONE = 0xffffffffn
const LAST_DECIMAL = 999n

/** How the tool prints a value: bytes that are not printable as %xx, or all of them in hexadecimal. */
export function printedValue(value: CFType, inHex: boolean): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value instanceof CFNumber) return printedNumber(BigInt.asUintN(32, value.unsigned()), inHex)
  if (!(value instanceof CFData)) return '<INVALID>'
  if (value.bytes.length === 0) return ''
  return inHex ? `0x${Array.from(value.bytes, hex).join('')}` : escaped(value.bytes)
}

function printedNumber(number: bigint, inHex: boolean): string {
  if (number === MINUS_ONE) return '-1'
  return !inHex && number <= LAST_DECIMAL ? String(number) : `0x${number.toString(16)}`
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

/** Bytes as text, with %xx for those that cannot be shown. */
export function escaped(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x25 ? String.fromCharCode(byte) : `%${hex(byte)}`).join('')
}

/** The bytes that a text with %xx stands for; null when an escape is not one. */
export function unescaped(text: string): Uint8Array | null {
  const source = encodeUtf8Lossless(text)
  const bytes: number[] = []
  for (let at = 0; at < source.length; at++) {
    if (source[at] !== 0x25) {
      bytes.push(source[at]!)
      continue
    }
    const digits = decodeUtf8Lossless(source.subarray(at + 1, at + 3))
    if (!/^[0-9A-Fa-f]{2}$/u.test(digits)) return null
    bytes.push(Number.parseInt(digits, 16))
    at += 2
  }
  return Uint8Array.from(bytes)
}

/** A number as strtol reads it: its longest beginning, in whatever base it is written. */
function leadingNumber(text: string): bigint {
  const match = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|[0-9]+)/u.exec(text)
  if (match === null) return 0n
  const digits = match[2]!
  const isOctal = /^0[0-7]/u.test(digits)
  const size = isOctal ? BigInt(`0o${/^[0-7]+/u.exec(digits)![0]}`) : BigInt(digits)
  return BigInt.asIntN(32, match[1] === '-' ? -size : size)
}

export type VariableKind = 'data' | 'string' | 'number' | 'boolean'

/** Kinds in the order in which they are tried for a variable that is not there. */
export const KINDS: readonly VariableKind[] = ['data', 'string', 'number', 'boolean']

/** The kind of a value that is there; null for one that variables do not have. */
export function kindOf(value: CFType): VariableKind | null {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'boolean'
  if (value instanceof CFNumber) return 'number'
  return value instanceof CFData ? 'data' : null
}

/** A text as a value of a kind; null when it cannot be one. */
export function valueOf(kind: VariableKind, text: string): CFType | null {
  switch (kind) {
    case 'string': return text
    case 'number': return new CFNumber('SInt32', leadingNumber(text))
    case 'boolean': return text === 'true' ? true : text === 'false' ? false : null
    case 'data': {
      const bytes = unescaped(text)
      return bytes === null ? null : new CFData(bytes)
    }
  }
}

/** Variables of a text file: name, white space, value; a backslash at its end lets a value go on. */
export function readPatchFile(
  text: string,
): { readonly entries: readonly [string, string][]; readonly problems: string[] } {
  const entries: [string, string][] = []
  const problems: string[] = []
  const lines = text.split('\n')
  const isWhole = lines.pop() === ''
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    if (line.startsWith('#') || line.trim() === '') continue
    const match = /^\s*(\S+)(?:\s+(.*))?$/su.exec(line)!
    if (!/^\s*\S+\s/u.test(line)) {
      problems.push(`Name must be followed by white space - '${match[1]!}'`)
      continue
    }
    let value = match[2] ?? ''
    while (value.endsWith('\\') && at + 1 < lines.length) {
      value = `${value.slice(0, -1)}\r${lines[++at]!.trimStart()}`
    }
    entries.push([match[1]!, value])
  }
  if (!isWhole) problems.push('Last line ended abruptly')
  return { entries, problems }
}
