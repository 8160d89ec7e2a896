import { decodeUtf8Lossless, encodeUtf8Lossless, utf8ByteLength } from '../formats/utf8.ts'
import { panic } from '../mach/debug.ts'
import { OSData } from './OSData.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'
import { XMLTag } from './XMLTag.ts'

const xmlTag = new XMLTag('string')

/** Bytes that are too many for a string, its NUL not counted. */
export const kMaxStringLength = 262142

/**
 * A string of bytes, held as text: bytes that are not UTF-8 stand as U+DC80..U+DCFF (see `formats/utf8.ts`).
 * @xnu libkern/c++/OSString.cpp OSString — simplified: a NUL put in with setChar ends the string for good
 */
export class OSString extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSString', OSString, OSObject)

  protected text = ''
  protected isNoCopy = false

  /**
   * A string of the text up to its first NUL. One reference to the caller. A text over the limit is the NULL
   * dereference that it is for a caller who does not look; use `tryWithCString` for text from outside. With a
   * length, no more than that many bytes of the text.
   * @xnu libkern/c++/OSString.cpp withCString — faithful
   */
  static withCString(text: string, lengthBytes?: number): OSString {
    const string = lengthBytes === undefined
      ? OSString.tryWithCString(text) : OSString.withBytes(encodeUtf8Lossless(text), lengthBytes)
    return string ?? panic('OSString::withCString: string too long')
  }

  /**
   * Like `withCString`; null if the text has 262142 bytes or more.
   * @xnu libkern/c++/OSString.cpp withCString — faithful
   */
  static tryWithCString(text: string): OSString | null {
    const string = new OSString()
    if (string.initWithCString(text)) return string
    string.release()
    return null
  }

  /**
   * A string over text that stays where it is: it cannot be changed.
   * @xnu libkern/c++/OSString.cpp withCStringNoCopy — faithful
   */
  static withCStringNoCopy(text: string): OSString {
    const string = new OSString()
    if (string.initWithCStringNoCopy(text)) return string
    panic('OSString::withCStringNoCopy: string too long')
  }

  /** A new string of the same text. @xnu libkern/c++/OSString.cpp withString — faithful */
  static withString(string: OSString): OSString {
    return OSString.withCString(string.text)
  }

  /**
   * At most so many bytes, up to the first NUL, as a string; null if as many as 262142 are asked for.
   * @xnu libkern/c++/OSString.cpp initWithStringOfLength — faithful
   */
  static withBytes(bytes: Uint8Array, lengthBytes = bytes.length): OSString | null {
    if (lengthBytes >= kMaxStringLength) return null
    return OSString.tryWithCString(decodeUtf8Lossless(bytes, 0, Math.min(lengthBytes, bytes.length)))
  }

  /**
   * For subclasses; false if the text is too long.
   * @xnu libkern/c++/OSString.cpp initWithCString — faithful
   */
  initWithCString(text: string): boolean {
    const nul = text.indexOf('\0')
    const own = nul < 0 ? text : text.slice(0, nul)
    if (isTooLong(own)) return false
    this.text = own
    this.isNoCopy = false
    return true
  }

  /**
   * For subclasses; false if the text is too long.
   * @xnu libkern/c++/OSString.cpp initWithCStringNoCopy — faithful
   */
  initWithCStringNoCopy(text: string): boolean {
    if (!this.initWithCString(text)) return false
    this.isNoCopy = true
    return true
  }

  /** For subclasses. @xnu libkern/c++/OSString.cpp initWithString — faithful */
  initWithString(string: OSString): boolean {
    return this.initWithCString(string.text)
  }

  /** The text. @xnu libkern/c++/OSString.cpp getCStringNoCopy — simplified: text, not a pointer to bytes */
  getCStringNoCopy(): string {
    return this.text
  }

  /** The text. @xnu ours: for template literals */
  override toString(): string {
    return this.text
  }

  /** Length in bytes without the NUL. @xnu libkern/c++/OSString.cpp getLength — faithful */
  getLength(): number {
    return utf8ByteLength(this.text)
  }

  /** The bytes without the NUL. @xnu ours: getCStringNoCopy as bytes */
  getBytes(): Uint8Array {
    return encodeUtf8Lossless(this.text)
  }

  /**
   * The byte at that place as a character; NUL at the end and beyond.
   * @xnu libkern/c++/OSString.cpp getChar — faithful
   */
  getChar(index: number): string {
    return String.fromCharCode(this.getBytes()[index] ?? 0)
  }

  /**
   * Replaces one byte; false at the end and beyond, and for a string made without a copy.
   * @xnu libkern/c++/OSString.cpp setChar — faithful
   */
  setChar(character: string, index: number): boolean {
    if (this.isNoCopy) return false
    const bytes = this.getBytes()
    if (index >= bytes.length) return false
    bytes[index] = character.charCodeAt(0)
    const nul = bytes.indexOf(0)
    this.text = decodeUtf8Lossless(bytes, 0, nul < 0 ? bytes.length : nul)
    return true
  }

  /**
   * Same text. Against data: the data must also hold the closing NUL, and may hold one more.
   * @xnu libkern/c++/OSString.cpp isEqualTo — faithful
   */
  override isEqualTo(other: OSObject | string | null): boolean {
    if (typeof other === 'string') return this.text === other
    if (other instanceof OSString) return this.text === other.text
    return other instanceof OSData && this.isEqualToData(other)
  }

  private isEqualToData(data: OSData): boolean {
    const bytes = this.getBytes()
    const spare = data.getLength() - bytes.length
    if (spare !== 1 && spare !== 2) return false
    const other = data.bytes()
    for (let i = 0; i < other.length; i++) if (other[i] !== (bytes[i] ?? 0)) return false
    return true
  }

  /** @xnu libkern/c++/OSString.cpp serialize — faithful */
  override serialize(serializer: OSSerialize): boolean {
    if (serializer.previouslySerialized(this)) return true
    return serializer.addXMLStartTag(this, xmlTag) && serializer.addEscaped(this.text)
      && serializer.addXMLEndTag(xmlTag)
  }
}

/** Whether a string of that text is refused. */
export function isTooLong(text: string): boolean {
  return text.length * 3 >= kMaxStringLength && utf8ByteLength(text) >= kMaxStringLength
}
