import { encodeBase64Into } from '../base64.ts'
import { encodeUtf8Into, utf8ByteLength } from '../utf8.ts'

const TAB = 0x09
const ENTITIES: ReadonlyMap<number, string> = new Map([[0x26, '&amp;'], [0x3c, '&lt;'], [0x3e, '&gt;']])

/** Puts markup together as bytes in a buffer that grows. */
export class MarkupWriter {
  private bytes = new Uint8Array(1 << 16)
  private length = 0

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  /** ASCII text as it stands. */
  ascii(text: string): void {
    this.reserve(text.length)
    this.put(text)
  }

  /** A tag alone in its line, which ends with the text's own line feed. */
  line(depth: number, tag: string): void {
    this.reserve(depth + tag.length)
    this.indent(depth)
    this.put(tag)
  }

  /** Tags around text, which is escaped. */
  element(depth: number, open: string, text: string, close: string): void {
    this.reserve(depth + open.length + text.length + close.length)
    this.indent(depth)
    this.put(open)
    if (!this.putPlain(text)) this.putEscaped(text, close.length)
    this.put(close)
  }

  /** A line of base64 of some of the bytes. */
  base64(depth: number, source: Uint8Array, start: number, end: number): void {
    this.reserve(depth + Math.ceil((end - start) / 3) * 4 + 1)
    this.indent(depth)
    this.length = encodeBase64Into(this.bytes, this.length, { source, start, end })
    this.bytes[this.length++] = 0x0a
  }

  private indent(depth: number): void {
    const { bytes } = this
    const end = this.length + depth
    for (let at = this.length; at < end; at++) bytes[at] = TAB
    this.length = end
  }

  private put(text: string): void {
    const { bytes, length } = this
    for (let i = 0; i < text.length; i++) bytes[length + i] = text.charCodeAt(i)
    this.length = length + text.length
  }

  /** False, with nothing written, where a character takes more than one byte. */
  private putPlain(text: string): boolean {
    const { bytes, length } = this
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code >= 0x80 || code === 0x26 || code === 0x3c || code === 0x3e) return false
      bytes[length + i] = code
    }
    this.length = length + text.length
    return true
  }

  private putEscaped(text: string, after: number): void {
    let escaped = ''
    for (let i = 0; i < text.length; i++) escaped += ENTITIES.get(text.charCodeAt(i)) ?? text[i]!
    this.reserve(utf8ByteLength(escaped) + after)
    this.length = encodeUtf8Into(escaped, this.bytes, this.length)
  }

  private reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(this.length + size, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
  }
}
