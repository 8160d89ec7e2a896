import { decodeUtf8Lossless } from '../utf8.ts'
import { formatPlistDate } from './dates.ts'
import { MarkupWriter } from './MarkupWriter.ts'
import { PlistData, PlistDate, PlistReal, type PlistValue } from './PlistValue.ts'

const header = '<?xml version="1.0" encoding="UTF-8"?>\n'
  + '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
  + '<plist version="1.0">\n'
const maxDepth = 2000
const longestDataLine = 76
const deepestDataIndent = 8

/** How the text is laid out. */
export interface XmlPlistWriteOptions {
  /** Leaves dictionaries in their own order; CoreFoundation sorts the keys. */
  readonly keepsOrder?: boolean
}

/**
 * Writes an XML property list exactly as CoreFoundation lays it out: tabs, sorted keys, wrapped base64. Sets are
 * written as arrays, object numbers of archives as `CF$UID` dictionaries. The bytes are UTF-8.
 */
export function writeXmlPlistBytes(value: PlistValue, options: XmlPlistWriteOptions = {}): Uint8Array {
  return new XmlPlistWriter(options.keepsOrder ?? false).document(value)
}

/** The same as text. */
export function writeXmlPlist(value: PlistValue, options: XmlPlistWriteOptions = {}): string {
  return decodeUtf8Lossless(writeXmlPlistBytes(value, options))
}

/** Orders of keys kept for dictionaries to come. */
const MOST_ORDERS = 4096

/** Keys as a dictionary has them, and sorted. */
interface Order {
  readonly keys: readonly string[]
  readonly sorted: readonly string[]
}

class XmlPlistWriter {
  private readonly out = new MarkupWriter()
  private readonly orders = new Map<string, Order>()

  constructor(private readonly keepsOrder: boolean) {}

  document(value: PlistValue): Uint8Array {
    this.out.ascii(header)
    this.add(value, 0)
    this.out.ascii('</plist>\n')
    return this.out.finish()
  }

  private add(value: PlistValue, depth: number): void {
    const { out } = this
    switch (typeof value) {
      case 'string': return out.element(depth, '<string>', value, '</string>\n')
      case 'boolean': return out.line(depth, value ? '<true/>\n' : '<false/>\n')
      case 'number': case 'bigint': return out.element(depth, '<integer>', String(value), '</integer>\n')
    }
    if (value instanceof Map) this.addDict(value, depth)
    else if (Array.isArray(value) || value instanceof Set) this.addArray(value, depth)
    else if (value instanceof PlistData) this.addData(value.bytes, depth)
    else if (value instanceof PlistReal) out.element(depth, '<real>', formatReal(value.value), '</real>\n')
    else if (value instanceof PlistDate) {
      out.element(depth, '<date>', formatPlistDate(value.secondsSince2001), '</date>\n')
    } else this.addDict(new Map([['CF$UID', value.value]]), depth)
  }

  private addDict(dict: Map<string, PlistValue>, depth: number): void {
    const { out } = this
    if (dict.size === 0) return out.line(depth, '<dict/>\n')
    checkDepth(depth)
    out.line(depth, '<dict>\n')
    if (this.keepsOrder) {
      for (const [key, value] of dict) this.addPair(key, value, depth + 1)
    } else {
      for (const key of this.sortedKeys(dict)) this.addPair(key, dict.get(key)!, depth + 1)
    }
    out.line(depth, '</dict>\n')
  }

  private addPair(key: string, value: PlistValue, depth: number): void {
    this.out.element(depth, '<key>', key, '</key>\n')
    this.add(value, depth)
  }

  /** Dictionaries with the same keys in the same order are sorted once. */
  private sortedKeys(dict: Map<string, PlistValue>): readonly string[] {
    const keys = [...dict.keys()]
    const first = keys[0]!
    const known = this.orders.get(first)
    if (known !== undefined && isSame(known.keys, keys)) return known.sorted
    const sorted = keys.toSorted(compareText)
    if (known !== undefined || this.orders.size < MOST_ORDERS) this.orders.set(first, { keys, sorted })
    return sorted
  }

  private addArray(values: PlistValue[] | Set<PlistValue>, depth: number): void {
    const { out } = this
    checkDepth(depth)
    if ((Array.isArray(values) ? values.length : values.size) === 0) return out.line(depth, '<array/>\n')
    out.line(depth, '<array>\n')
    for (const value of values) this.add(value, depth + 1)
    out.line(depth, '</array>\n')
  }

  private addData(bytes: Uint8Array, depth: number): void {
    const { out } = this
    const level = Math.min(depth, deepestDataIndent)
    const length = longestDataLine - 8 * level
    const step = length / 4 * 3
    out.line(depth, '<data>\n')
    for (let at = 0; at < bytes.length; at += step) {
      out.base64(level, bytes, at, Math.min(bytes.length, at + step))
    }
    out.line(depth, '</data>\n')
  }
}

function checkDepth(depth: number): void {
  if (depth > maxDepth) throw new RangeError(`a property list may not be nested over ${maxDepth} deep, or in itself`)
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false
  return true
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A real as C's `%.17g` prints it; zero as `0.0`, and words for what is not finite. */
export function formatReal(value: number): string {
  if (Number.isNaN(value)) return 'nan'
  if (!Number.isFinite(value)) return value > 0 ? '+infinity' : '-infinity'
  if (value === 0) return '0.0'
  const [mantissa, exponentText] = value.toExponential(16).split('e') as [string, string]
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent >= 17) {
    const size = Math.abs(exponent)
    return `${trimZeros(mantissa)}e${exponent < 0 ? '-' : '+'}${size < 10 ? '0' : ''}${size}`
  }
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace('-', '').replace('.', '')
  if (exponent < 0) return trimZeros(`${sign}0.${'0'.repeat(-exponent - 1)}${digits}`)
  return trimZeros(`${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`)
}

function trimZeros(text: string): string {
  let end = text.length
  if (!text.includes('.')) return text
  while (text.charCodeAt(end - 1) === 0x30) end--
  if (text.charCodeAt(end - 1) === 0x2e) end--
  return text.slice(0, end)
}
