import { decodeUtf8Lossless } from './utf8.ts'

/** Short texts come again and again in a document; the last one of each kind is kept and shared. */
const LONGEST_SHARED = 48
const SHARED_TEXTS = 8192

/** Cuts strings out of the bytes of a document. */
export abstract class ByteStrings {
  readonly length: number
  private readonly shared = new Array<string>(SHARED_TEXTS).fill('')
  private readonly sharedStarts = new Int32Array(SHARED_TEXTS)
  private readonly sharedLengths = new Int32Array(SHARED_TEXTS).fill(-1)

  constructor(readonly bytes: Uint8Array) {
    this.length = bytes.length
  }

  /** The text of a range that is ASCII. */
  protected abstract cut(start: number, end: number): string

  /**
   * The text of a range, decoded from UTF-8; bytes that are not UTF-8 survive as U+DC80 + byte. Short ones
   * are the same string object as the last time where that is likely.
   */
  string(start: number, end: number): string {
    const bytes = this.bytes
    if (end - start > LONGEST_SHARED) return this.decode(start, end)
    let hash = 0
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + bytes[i]!) | 0
    return this.hashed(start, end, hash)
  }

  /** The same for who has looked at each byte already: `hash` begins as 0 and becomes 31 * hash + byte. */
  hashed(start: number, end: number, hash: number): string {
    const length = end - start
    if (length > LONGEST_SHARED) return this.decode(start, end)
    const slot = (hash ^ (hash >>> 13)) & (SHARED_TEXTS - 1)
    if (this.sharedLengths[slot] === length && this.isSame(start, this.sharedStarts[slot]!, length)) {
      this.sharedStarts[slot] = start
      return this.shared[slot]!
    }
    const made = this.decode(start, end)
    this.shared[slot] = made
    this.sharedStarts[slot] = start
    this.sharedLengths[slot] = length
    return made
  }

  /** Whether the same `length` bytes stand at both places. */
  isSame(one: number, other: number, length: number): boolean {
    const bytes = this.bytes
    for (let i = 0; i < length; i++) if (bytes[one + i] !== bytes[other + i]) return false
    return true
  }

  /** Whether the ASCII word stands at that place, before `limit`. */
  has(word: string, at: number, limit: number): boolean {
    if (at + word.length > limit) return false
    const bytes = this.bytes
    for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return false
    return true
  }

  private decode(start: number, end: number): string {
    const bytes = this.bytes
    for (let i = start; i < end; i++) if (bytes[i]! >= 0x80) return decodeUtf8Lossless(bytes, start, end)
    return this.cut(start, end)
  }
}

/**
 * A document twice: as bytes, which are quick to look through, and as text with one character per byte, from
 * which strings are cut.
 */
export class ByteText extends ByteStrings {
  constructor(bytes: Uint8Array, readonly text: string) {
    super(bytes)
  }

  protected override cut(start: number, end: number): string {
    return this.text.slice(start, end)
  }
}
