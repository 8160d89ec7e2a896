import { encodeBase64 } from '../base64.ts'
import { formatPlistDate } from './dates.ts'
import { PlistData, PlistDate, PlistReal, type PlistUid, type PlistValue } from './PlistValue.ts'

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
 * written as arrays, object numbers of archives as `CF$UID` dictionaries.
 */
export function writeXmlPlist(value: PlistValue, options: XmlPlistWriteOptions = {}): string {
  const writer = new XmlPlistWriter(options.keepsOrder ?? false)
  writer.add(value, 0)
  return `${header}${writer.text}</plist>\n`
}

class XmlPlistWriter {
  text = ''

  constructor(private readonly keepsOrder: boolean) {}

  add(value: PlistValue, depth: number): void {
    const indent = indentText(depth)
    switch (typeof value) {
      case 'string':
        this.text += `${indent}<string>${escapeXml(value)}</string>\n`
        return
      case 'boolean':
        this.text += value ? `${indent}<true/>\n` : `${indent}<false/>\n`
        return
      case 'number': case 'bigint':
        this.text += `${indent}<integer>${value}</integer>\n`
        return
    }
    if (value instanceof Map) this.addDict(value, depth, indent)
    else if (Array.isArray(value) || value instanceof Set) this.addArray(value, depth, indent)
    else if (value instanceof PlistData) this.addData(value.bytes, depth, indent)
    else if (value instanceof PlistReal) this.text += `${indent}<real>${formatReal(value.value)}</real>\n`
    else if (value instanceof PlistDate) this.text += `${indent}<date>${formatPlistDate(value.secondsSince2001)}</date>\n`
    else this.addUid(value, depth)
  }

  private addDict(dict: Map<string, PlistValue>, depth: number, indent: string): void {
    if (dict.size === 0) {
      this.text += `${indent}<dict/>\n`
      return
    }
    checkDepth(depth)
    this.text += `${indent}<dict>\n`
    const keys = [...dict.keys()]
    if (!this.keepsOrder) keys.sort(compareText)
    for (const key of keys) {
      this.text += `${indent}\t<key>${escapeXml(key)}</key>\n`
      this.add(dict.get(key)!, depth + 1)
    }
    this.text += `${indent}</dict>\n`
  }

  private addArray(values: PlistValue[] | Set<PlistValue>, depth: number, indent: string): void {
    let isEmpty = true
    checkDepth(depth)
    for (const value of values) {
      if (isEmpty) this.text += `${indent}<array>\n`
      isEmpty = false
      this.add(value, depth + 1)
    }
    this.text += isEmpty ? `${indent}<array/>\n` : `${indent}</array>\n`
  }

  private addData(bytes: Uint8Array, depth: number, indent: string): void {
    const level = Math.min(depth, deepestDataIndent)
    const lineIndent = indentText(level)
    const length = longestDataLine - 8 * level
    const base64 = encodeBase64(bytes)
    this.text += `${indent}<data>\n`
    for (let at = 0; at < base64.length; at += length) {
      this.text += `${lineIndent}${base64.slice(at, at + length)}\n`
    }
    this.text += `${indent}</data>\n`
  }

  private addUid(uid: PlistUid, depth: number): void {
    this.add(new Map([['CF$UID', uid.value]]), depth)
  }
}

const indents: readonly string[] = Array.from({ length: 32 }, (_, depth) => '\t'.repeat(depth))

function indentText(depth: number): string {
  return indents[depth] ?? '\t'.repeat(depth)
}

function checkDepth(depth: number): void {
  if (depth > maxDepth) throw new RangeError(`a property list may not be nested over ${maxDepth} deep, or in itself`)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function escapeXml(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x26 || code === 0x3c || code === 0x3e) {
      return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    }
  }
  return text
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
