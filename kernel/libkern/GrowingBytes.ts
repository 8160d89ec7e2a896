import { encodeBase64Into } from '../formats/base64.ts'
import { encodeUtf8Into } from '../formats/utf8.ts'

const digitZero = 0x30
const letterBelowA = 0x57

/** Up to here a loop copies faster than a call. */
const longestLoop = 64

/** Bytes that grow while a serialiser writes them. What lies behind `length` is zero. */
export class GrowingBytes {
  bytes: Uint8Array
  length = 0
  /** The same bytes as words, for what is written at whole words. */
  private words: Uint32Array

  /** `capacity` is a multiple of 4. */
  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity)
    this.words = new Uint32Array(this.bytes.buffer)
  }

  /** What was written, with `more` zeros after it. Valid until more is written. */
  present(more = 0): Uint8Array {
    this.reserve(more)
    return this.bytes.subarray(0, this.length + more)
  }

  /** A copy of what was written, with `more` zeros after it. */
  copy(more = 0): Uint8Array {
    return this.present(more).slice()
  }

  /** Forgets what was written; the room stays. */
  clear(): void {
    this.bytes.fill(0, 0, this.length)
    this.length = 0
  }

  /** Makes room for so many bytes more. */
  reserve(sizeBytes: number): void {
    const wanted = this.length + sizeBytes
    if (wanted > this.bytes.length) this.grow(wanted)
  }

  /** Bytes as they are. */
  addBytes(source: Uint8Array): void {
    const { length } = source
    this.reserve(length + 3)
    const { bytes, length: at } = this
    if (length > longestLoop) bytes.set(source, at)
    else for (let i = 0; i < length; i++) bytes[at + i] = source[i]!
    this.length = at + length
  }

  /** Text as UTF-8. */
  addText(text: string): void {
    this.length = this.encodeAt(this.length, text)
  }

  /** Writes text at an offset behind `length`, with room for seven bytes more; the offset after it. */
  encodeAt(offset: number, text: string): number {
    this.reserve(offset - this.length + text.length * 3 + 7)
    const { bytes } = this
    let at = offset
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code >= 0x80) return encodeUtf8Into(text.slice(i), bytes, at)
      bytes[at++] = code
    }
    return at
  }

  /** Text as UTF-8 with `<`, `>` and `&` as entities. */
  addEscaped(text: string): void {
    this.reserve(text.length * 3)
    const { bytes } = this
    let at = this.length
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (code >= 0x80 || code === 0x26 || code === 0x3c || code === 0x3e) {
        this.length = at
        return this.addText(escapeXml(text.slice(i)))
      }
      bytes[at++] = code
    }
    this.length = at
  }

  /** A whole number in decimal digits. */
  addDecimal(value: number): void {
    if (value > 0x3fffffff) return this.addText(String(value))
    this.reserve(10)
    let digits = 1
    for (let bound = 10; value >= bound; bound *= 10) digits++
    const { bytes } = this
    let left = value | 0
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const rest = (left / 10) | 0
      bytes[at] = digitZero + left - rest * 10
      left = rest
    }
    this.length += digits
  }

  /** Bytes, a whole number in decimal digits, and `">`. */
  addNumbered(start: Uint8Array, number: number): void {
    const { length } = start
    this.reserve(length + 18)
    const { bytes } = this
    let at = this.length
    for (let i = 0; i < length; i++) bytes[at++] = start[i]!
    if (number < 10) bytes[at++] = digitZero + number
    else if (number < 100) {
      const tens = (number / 10) | 0
      bytes[at++] = digitZero + tens
      bytes[at++] = digitZero + number - tens * 10
    } else {
      this.length = at
      this.addDecimal(number)
      at = this.length
    }
    bytes[at++] = 0x22
    bytes[at++] = 0x3e
    this.length = at
  }

  /** A word of 32 bits in hexadecimal digits, as few as will do but no less than `atLeast`. */
  addHex(word: number, atLeast = 1): void {
    this.reserve(8)
    const digits = Math.max(atLeast, (35 - Math.clz32(word)) >> 2)
    const { bytes } = this
    let left = word
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const digit = left & 15
      bytes[at] = digit + (digit < 10 ? digitZero : letterBelowA)
      left >>>= 4
    }
    this.length += digits
  }

  /** Bytes in base64. */
  addBase64(source: Uint8Array): void {
    this.reserve(Math.ceil(source.length / 3) * 4)
    this.length = encodeBase64Into(this.bytes, this.length, { source, start: 0, end: source.length })
  }

  /** A word of 32 bits at a whole word, the low byte first as on every machine that runs this. */
  addWord(word: number): void {
    this.reserve(4)
    this.words[this.length >> 2] = word
    this.length += 4
  }

  /** Words at a whole word. */
  addWords(source: Uint32Array): void {
    const { length } = source
    this.reserve(length * 4)
    const { words } = this
    const at = this.length >> 2
    for (let i = 0; i < length; i++) words[at + i] = source[i]!
    this.length += length * 4
  }

  /** Puts a word where there is one already. */
  setWord(offset: number, word: number): void {
    this.words[offset >> 2] = word
  }

  private grow(wanted: number): void {
    const grown = new Uint8Array(Math.max((wanted + 3) & ~3, this.bytes.length * 2))
    grown.set(this.bytes)
    this.bytes = grown
    this.words = new Uint32Array(grown.buffer)
  }
}

/** `<`, `>` and `&` as entities. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
