import { encodeUtf8Lossless } from '../../../formats/utf8.ts'
import { CFArray, CFData, CFDictionary, CFNumber, CFSet, type CFType } from '../../CoreFoundation/index.ts'
import { dataStrings, hexText, quotedStrings } from './dataStrings.ts'
import { kRepeatedKeyMark, type Override } from './Presentation.ts'

/** How values are printed. */
export interface ValueStyle {
  /** Option -x: numbers and data as hexadecimal. */
  readonly hex: boolean
  /** The values are a served dump's. */
  readonly isServed: boolean
}

/** Prints property values on one line; bytes as a string with one character per byte. */
export class ValuePrinter {
  private overrides: ReadonlyMap<number, Override> = NO_OVERRIDES
  private ordinal = 0

  constructor(private readonly style: ValueStyle) {}

  /** Begins a property block: overrides count the values from here. */
  beginBlock(overrides: ReadonlyMap<number, Override> = NO_OVERRIDES): void {
    this.overrides = overrides
    this.ordinal = 0
  }

  print(value: CFType): string {
    if (this.overrides.size > 0) {
      const override = this.overrides.get(this.ordinal++)
      if (override !== undefined) return printOtherwise(value, override)
    }
    if (typeof value === 'string') return isAscii(value) ? `"${value}"` : ''
    if (typeof value === 'boolean') return value ? 'Yes' : 'No'
    if (value instanceof CFNumber) return this.number(value)
    if (value instanceof CFData) return this.data(value.bytes)
    if (value instanceof CFDictionary) return this.dictionary(value.keys, value.values)
    if (value instanceof CFArray) return `(${this.list(value.values)})`
    return value instanceof CFSet ? `[${this.list(value.values)}]` : '<unknown object>'
  }

  /** Floating-point values convert only where nothing is lost; else nothing is printed. */
  private number(number: CFNumber): string {
    if (typeof number.value === 'number' && !Number.isInteger(number.value)) return ''
    const unsigned = number.unsigned()
    return this.style.hex ? `0x${unsigned.toString(16)}` : unsigned.toString()
  }

  /** `"key"`. A key that is not ASCII cannot be converted and prints nothing, unless a dump shows it. */
  key(key: string): string {
    if (!this.style.isServed) return isAscii(key) ? `"${key}"` : ''
    const mark = key.indexOf(kRepeatedKeyMark)
    return `"${byteText(mark < 0 ? key : key.slice(0, mark))}"`
  }

  private data(bytes: Uint8Array): string {
    const strings = this.style.hex ? null : dataStrings(bytes, false)
    return strings === null ? `<${hexText(bytes)}>` : `<${strings}>`
  }

  private list(values: readonly CFType[]): string {
    let text = ''
    for (let i = 0; i < values.length; i++) {
      if (i > 0) text += ','
      text += this.print(values[i] as CFType)
    }
    return text
  }

  private dictionary(keys: readonly string[], values: readonly CFType[]): string {
    let text = '{'
    for (let i = 0; i < keys.length; i++) {
      if (i > 0) text += ','
      text += `${this.key(keys[i] ?? '')}=${this.print(values[i] as CFType)}`
    }
    return `${text}}`
  }
}

const NO_OVERRIDES: ReadonlyMap<number, Override> = new Map()

function printOtherwise(value: CFType, override: Override): string {
  if (override.startsWith('=')) return override.slice(1)
  if (typeof value === 'string') return `"${byteText(value)}"`
  if (!(value instanceof CFData)) return ''
  const { bytes } = value
  return override === 'hex' ? `<${hexText(bytes)}>` : `<${quotedStrings(bytes, bytes.length)}>`
}

/** Text as its UTF-8 bytes, one character each. */
export function byteText(text: string): string {
  return isAscii(text) ? text : String.fromCharCode(...encodeUtf8Lossless(text))
}

function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text)
}

const NOT_ASCII = /\P{ASCII}/u
