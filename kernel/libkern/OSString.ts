import { decodeUtf8Lossless, encodeUtf8Lossless, utf8ByteLength } from '../formats/utf8.ts'
import { panic } from '../mach/debug.ts'
import { OSData } from './OSData.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'

/** Longest string in bytes, without the NUL. */
export const kMaxStringLength = 262142

/**
 * A string of bytes, held as text: bytes that are not UTF-8 stand as U+DC80..U+DCFF (see `formats/utf8.ts`).
 * @xnu libkern/c++/OSString.cpp OSString — simplified: setChar and getChar count UTF-16 units, not bytes
 */
export class OSString extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSString', OSString, OSObject)

  protected text = ''

  /**
   * A string of the text up to its first NUL. One reference to the caller. A text over the limit is the NULL
   * dereference that it is for a caller who does not look; use `tryWithCString` for text from outside.
   */
  static withCString(text: string): OSString {
    return OSString.tryWithCString(text) ?? panic('OSString::withCString: string too long')
  }

  /** Like `withCString`; null if the text is longer than 262142 bytes. */
  static tryWithCString(text: string): OSString | null {
    const string = new OSString()
    if (string.initWithCString(text)) return string
    string.release()
    return null
  }

  static withCStringNoCopy(text: string): OSString {
    return OSString.withCString(text)
  }

  static withString(string: OSString): OSString {
    return OSString.withCString(string.text)
  }

  /** Bytes up to the first NUL as a string; null if too long. */
  static withBytes(bytes: Uint8Array): OSString | null {
    return OSString.tryWithCString(decodeUtf8Lossless(bytes))
  }

  initWithCString(text: string): boolean {
    const nul = text.indexOf('\0')
    const own = nul < 0 ? text : text.slice(0, nul)
    if (own.length * 3 > kMaxStringLength && utf8ByteLength(own) > kMaxStringLength) return false
    this.text = own
    return true
  }

  /** The text. */
  getCStringNoCopy(): string {
    return this.text
  }

  override toString(): string {
    return this.text
  }

  /** Length in bytes without the NUL. */
  getLength(): number {
    return utf8ByteLength(this.text)
  }

  /** The bytes without the NUL. */
  getBytes(): Uint8Array {
    return encodeUtf8Lossless(this.text)
  }

  getChar(index: number): string {
    return this.text.charAt(index)
  }

  /** Replaces one character; false beyond the end. */
  setChar(character: string, index: number): boolean {
    if (index >= this.text.length) return false
    this.text = this.text.slice(0, index) + character + this.text.slice(index + 1)
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

  override serialize(serializer: OSSerialize): boolean {
    if (serializer.previouslySerialized(this)) return true
    return serializer.addXMLStartTag(this, 'string') && serializer.addEscaped(this.text)
      && serializer.addXMLEndTag('string')
  }
}
