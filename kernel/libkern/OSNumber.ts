import { panic } from '../mach/debug.ts'
import { assert } from '../sim/index.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'

/** Widths that mark floating point: the value is then the 64 bits of a double. */
export const kOSNumberDoubleBits = 63
export const kOSNumberFloatBits = 31

const word32 = 0x100000000

/** Scratch memory for looking at doubles as words; written before each read. */
const scratch = new DataView(new ArrayBuffer(8))

/**
 * A whole number of up to 64 bits, masked to its width.
 * @xnu libkern/c++/OSNumber.cpp OSNumber — faithful
 */
export class OSNumber extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSNumber', OSNumber, OSObject)

  private low = 0
  private high = 0
  private bits = 64

  /** A number of 1 to 64 bits. One reference to the caller. A greater width is a NULL dereference, so a panic. */
  static withNumber(value: number | bigint | string, numberOfBits: number): OSNumber {
    return OSNumber.tryWithNumber(value, numberOfBits) ?? panic(`OSNumber::withNumber: width ${numberOfBits}`)
  }

  /** Like `withNumber`; null if the width is over 64. Text is read in C style (0x…, 0…). */
  static tryWithNumber(value: number | bigint | string, numberOfBits: number): OSNumber | null {
    if (numberOfBits > 64) return null
    const number = new OSNumber()
    number.bits = numberOfBits
    if (typeof value === 'string') number.setValue(parseUnsigned(value))
    else number.setValue(value)
    return number
  }

  /** From two 32-bit halves. */
  static withWords(high: number, low: number, numberOfBits: number): OSNumber {
    assert(numberOfBits <= 64, 'a number has at most 64 bits')
    const number = new OSNumber()
    number.bits = numberOfBits
    number.setWords(high, low)
    return number
  }

  static withDouble(value: number): OSNumber {
    return floating(value, kOSNumberDoubleBits)
  }

  static withFloat(value: number): OSNumber {
    return floating(Math.fround(value), kOSNumberFloatBits)
  }

  /** The 64 bits of a double, taken as they are, with a floating width. */
  static withFloatingWords(high: number, low: number, numberOfBits: number): OSNumber {
    const number = new OSNumber()
    number.high = high >>> 0
    number.low = low >>> 0
    number.bits = numberOfBits
    return number
  }

  numberOfBits(): number {
    return this.bits
  }

  numberOfBytes(): number {
    return (this.bits + 7) >> 3
  }

  isFloating(): boolean {
    return this.bits === kOSNumberDoubleBits || this.bits === kOSNumberFloatBits
  }

  unsigned8BitValue(): number {
    return this.integerWords().low & 0xff
  }

  unsigned16BitValue(): number {
    return this.integerWords().low & 0xffff
  }

  unsigned32BitValue(): number {
    return this.isFloating() ? this.integerWords().low : this.low
  }

  unsigned64BitValue(): bigint {
    const { high, low } = this.integerWords()
    return high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low)
  }

  /** The unsigned value as a JavaScript number; exact up to 2^53. */
  numberValue(): number {
    return this.isFloating() ? this.doubleValue() : this.high * word32 + this.low
  }

  doubleValue(): number {
    if (!this.isFloating()) return this.high * word32 + this.low
    scratch.setUint32(0, this.high)
    scratch.setUint32(4, this.low)
    return scratch.getFloat64(0)
  }

  floatValue(): number {
    return Math.fround(this.doubleValue())
  }

  /** Upper half of the stored 64 bits (of a double: of its bits). */
  highWord(): number {
    return this.high
  }

  /** Lower half of the stored 64 bits. */
  lowWord(): number {
    return this.low
  }

  /** Replaces the value, masked to the width. */
  setValue(value: number | bigint): void {
    if (typeof value === 'bigint') {
      this.setWords(Number((value >> 32n) & 0xffffffffn), Number(value & 0xffffffffn))
    } else {
      assert(Number.isInteger(value), 'an OSNumber holds whole numbers; use withDouble')
      this.setWords(Math.floor(value / word32), value)
    }
  }

  /** Adds, wrapping at the width. */
  addValue(value: number | bigint): void {
    this.setValue(this.unsigned64BitValue() + BigInt(value))
  }

  /** Same value; widths do not matter. */
  override isEqualTo(other: OSObject | null): boolean {
    return other instanceof OSNumber && this.low === other.low && this.high === other.high
  }

  override serialize(serializer: OSSerialize): boolean {
    if (serializer.previouslySerialized(this)) return true
    const low = this.low.toString(16)
    const digits = this.high === 0 ? low : this.high.toString(16) + low.padStart(8, '0')
    return serializer.addXMLStartTag(this, `integer size="${this.bits}"`)
      && serializer.addString(`0x${digits}`) && serializer.addXMLEndTag('integer')
  }

  private setWords(high: number, low: number): void {
    const bits = this.bits
    this.low = bits >= 32 ? low >>> 0 : (low & (2 ** bits - 1)) >>> 0
    this.high = bits >= 64 ? high >>> 0 : bits <= 32 ? 0 : (high & (2 ** (bits - 32) - 1)) >>> 0
  }

  private integerWords(): { high: number; low: number } {
    if (!this.isFloating()) return { high: this.high, low: this.low }
    const whole = BigInt.asUintN(64, BigInt(Math.trunc(finite(this.doubleValue()))))
    return { high: Number(whole >> 32n), low: Number(whole & 0xffffffffn) }
  }
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0
}

function floating(value: number, bits: number): OSNumber {
  scratch.setFloat64(0, value)
  return OSNumber.withFloatingWords(scratch.getUint32(0), scratch.getUint32(4), bits)
}

/** C-style unsigned text: leading blanks, sign, 0x or 0 prefix; stops at the first character that does not fit. */
export function parseUnsigned(text: string): bigint {
  const match = /^[ \t\n\v\f\r]*([-+]?)(?:0[xX]([0-9a-fA-F]+)|0([0-7]*)|([0-9]+))/.exec(text)
  if (match === null) return 0n
  const [, sign, hex, octal, decimal] = match
  const magnitude = hex !== undefined ? BigInt(`0x${hex}`)
    : decimal !== undefined ? BigInt(decimal)
      : octal !== undefined && octal !== '' ? BigInt(`0o${octal}`) : 0n
  return BigInt.asUintN(64, sign === '-' ? -magnitude : magnitude)
}
