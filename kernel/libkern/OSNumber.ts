import { panic } from '../mach/debug.ts'
import { assert } from '../sim/index.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'
import { strtoul } from './strtoul.ts'
import { XMLTag } from './XMLTag.ts'

/** Widths that mark floating point: the value is then the 64 bits of a double. */
export const kOSNumberDoubleBits = 63
export const kOSNumberFloatBits = 31

const word32 = 0x100000000

/** By width. */
const xmlTags = Array.from({ length: 65 }, (_, bits) => new XMLTag('integer', ` size="${bits}"`))

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

  /**
   * A number of up to 64 bits; 0 bits hold as many as 64. One reference to the caller. A greater width is a
   * NULL dereference, so a panic. @xnu libkern/c++/OSNumber.cpp withNumber — faithful
   */
  static withNumber(value: number | bigint | string, numberOfBits: number): OSNumber {
    return OSNumber.tryWithNumber(value, numberOfBits) ?? panic(`OSNumber::withNumber: width ${numberOfBits}`)
  }

  /**
   * Like `withNumber`; null if the width is over 64. Text is read in C style (0x…, 0…).
   * @xnu libkern/c++/OSNumber.cpp withNumber — faithful
   */
  static tryWithNumber(value: number | bigint | string, numberOfBits: number): OSNumber | null {
    if (numberOfBits > 64) return null
    const number = new OSNumber()
    number.bits = numberOfBits
    number.setInteger(typeof value === 'string' ? strtoul(value) : value)
    return number
  }

  /** From two 32-bit halves. @xnu ours: withNumber without a bigint */
  static withWords(high: number, low: number, numberOfBits: number): OSNumber {
    assert(numberOfBits <= 64, 'a number has at most 64 bits')
    const number = new OSNumber()
    number.bits = numberOfBits
    number.setWords(high, low)
    return number
  }

  /** A double, of width 63. @xnu libkern/c++/OSNumber.cpp withDouble — faithful */
  static withDouble(value: number): OSNumber {
    return floating(value, kOSNumberDoubleBits)
  }

  /** A float, of width 31. @xnu libkern/c++/OSNumber.cpp withFloat — faithful */
  static withFloat(value: number): OSNumber {
    return floating(Math.fround(value), kOSNumberFloatBits)
  }

  /** The 64 bits of a double, taken as they are, with a floating width. @xnu ours: the value's union */
  static withFloatingWords(high: number, low: number, numberOfBits: number): OSNumber {
    const number = new OSNumber()
    number.high = high >>> 0
    number.low = low >>> 0
    number.bits = numberOfBits
    return number
  }

  /** @xnu libkern/c++/OSNumber.cpp numberOfBits — faithful */
  numberOfBits(): number {
    return this.bits
  }

  /** @xnu libkern/c++/OSNumber.cpp numberOfBytes — faithful */
  numberOfBytes(): number {
    return (this.bits + 7) >> 3
  }

  /** True for the widths of doubles and floats. @xnu ours: the width is looked at in place */
  isFloating(): boolean {
    return this.bits === kOSNumberDoubleBits || this.bits === kOSNumberFloatBits
  }

  /** @xnu libkern/c++/OSNumber.cpp unsigned8BitValue — faithful */
  unsigned8BitValue(): number {
    return this.integerWords().low & 0xff
  }

  /** @xnu libkern/c++/OSNumber.cpp unsigned16BitValue — faithful */
  unsigned16BitValue(): number {
    return this.integerWords().low & 0xffff
  }

  /** @xnu libkern/c++/OSNumber.cpp unsigned32BitValue — faithful */
  unsigned32BitValue(): number {
    if (!this.isFloating()) return this.low
    return Math.min(0xffffffff, Math.max(0, Math.trunc(this.doubleValue()))) || 0
  }

  /**
   * Doubles are cut off; those out of range saturate, as on arm64.
   * @xnu libkern/c++/OSNumber.cpp unsigned64BitValue — faithful
   */
  unsigned64BitValue(): bigint {
    const { high, low } = this.integerWords()
    return high === 0 ? BigInt(low) : (BigInt(high) << 32n) | BigInt(low)
  }

  /**
   * The unsigned value as a JavaScript number; exact up to 2^53.
   * @xnu ours: unsigned64BitValue without a bigint
   */
  numberValue(): number {
    return this.isFloating() ? this.doubleValue() : this.high * word32 + this.low
  }

  /** @xnu libkern/c++/OSNumber.cpp doubleValue — faithful */
  doubleValue(): number {
    if (!this.isFloating()) return this.high * word32 + this.low
    scratch.setUint32(0, this.high)
    scratch.setUint32(4, this.low)
    return scratch.getFloat64(0)
  }

  /** @xnu libkern/c++/OSNumber.cpp floatValue — faithful */
  floatValue(): number {
    return Math.fround(this.doubleValue())
  }

  /** Upper half of the stored 64 bits (of a double: of its bits). @xnu ours: the value's upper word */
  highWord(): number {
    return this.high
  }

  /** Lower half of the stored 64 bits. @xnu ours: the value's lower word */
  lowWord(): number {
    return this.low
  }

  /**
   * Replaces the value, masked to the width; a double becomes that whole number.
   * @xnu libkern/c++/OSNumber.cpp setValue — faithful
   */
  setValue(value: number | bigint): void {
    if (this.isFloating()) this.setDouble(Number(BigInt.asUintN(64, BigInt(value))))
    else this.setInteger(value)
  }

  /** The stored bits, also of a floating width. */
  private setInteger(value: number | bigint): void {
    if (typeof value === 'bigint') {
      this.setWords(Number((value >> 32n) & 0xffffffffn), Number(value & 0xffffffffn))
    } else {
      assert(Number.isInteger(value), 'an OSNumber holds whole numbers; use withDouble')
      this.setWords(Math.floor(value / word32), value)
    }
  }

  /** Adds, wrapping at the width; doubles do not wrap. @xnu libkern/c++/OSNumber.cpp addValue — faithful */
  addValue(value: number | bigint): void {
    if (this.isFloating()) {
      return this.setDouble(this.doubleValue() + Number(BigInt.asIntN(64, BigInt(value))))
    }
    this.setValue(this.unsigned64BitValue() + BigInt(value))
  }

  /**
   * Same whole value; widths do not matter, nor what a double has behind its point.
   * @xnu libkern/c++/OSNumber.cpp isEqualTo — faithful
   */
  override isEqualTo(other: OSObject | null): boolean {
    if (!(other instanceof OSNumber)) return false
    if (!this.isFloating() && !other.isFloating()) return this.low === other.low && this.high === other.high
    return this.unsigned64BitValue() === other.unsigned64BitValue()
  }

  /** @xnu libkern/c++/OSNumber.cpp serialize — faithful */
  override serialize(serializer: OSSerialize): boolean {
    if (serializer.previouslySerialized(this)) return true
    const tag = xmlTags[this.bits]!
    return serializer.addXMLStartTag(this, tag) && serializer.addHex(this.high, this.low)
      && serializer.addXMLEndTag(tag)
  }

  private setDouble(value: number): void {
    scratch.setFloat64(0, value)
    this.high = scratch.getUint32(0)
    this.low = scratch.getUint32(4)
  }

  private setWords(high: number, low: number): void {
    const bits = this.bits === 0 ? 64 : this.bits
    this.low = bits >= 32 ? low >>> 0 : (low & (2 ** bits - 1)) >>> 0
    this.high = bits >= 64 ? high >>> 0 : bits <= 32 ? 0 : (high & (2 ** (bits - 32) - 1)) >>> 0
  }

  private integerWords(): { high: number; low: number } {
    if (!this.isFloating()) return { high: this.high, low: this.low }
    const whole = saturated(this.doubleValue())
    return { high: Number(whole >> 32n), low: Number(whole & 0xffffffffn) }
  }
}

/** A double as 64 unsigned bits the way arm64 converts it: cut off, held within the range, NaN as 0. */
function saturated(value: number): bigint {
  if (!(value >= 1)) return 0n
  return value >= 2 ** 64 ? 0xffffffffffffffffn : BigInt(Math.trunc(value))
}

function floating(value: number, bits: number): OSNumber {
  scratch.setFloat64(0, value)
  return OSNumber.withFloatingWords(scratch.getUint32(0), scratch.getUint32(4), bits)
}
