import { decodeUtf8Text } from '../formats/utf8.ts'

/** A token of the old text form; `mark` is a single character that stands for itself. */
export type TextToken =
  | { readonly kind: 'string' | 'mark'; readonly text: string }
  | { readonly kind: 'number'; readonly value: bigint }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'error' | 'end' }

const error: TextToken = { kind: 'error' }

/**
 * The scanner of the old text form, over text whose characters are bytes.
 * @xnu libkern/c++/OSUnserialize.y yylex — faithful
 */
export class TextLexer {
  line = 1
  private at = 0

  constructor(private readonly text: string) {}

  next(): TextToken {
    this.skipBlanks()
    const code = this.code()
    if (code === 0) return { kind: 'end' }
    if (isLetter(code)) return { kind: 'string', text: this.takeWhile(isWordCode) }
    if (isDigit(code)) return this.readNumber()
    if (code === 0x22 || code === 0x27) return this.readQuoted(code)
    if (code === 0x3c) return this.readData()
    if (code === 0x2e) return this.readBoolean()
    this.at++
    return { kind: 'mark', text: String.fromCharCode(code) }
  }

  /** Blanks, line ends and comments. */
  private skipBlanks(): void {
    for (;;) {
      const code = this.code()
      if (code === 0x0a) this.line++
      else if (code === 0x23) this.takeWhile((c) => c !== 0x0a && c !== 0)
      else if (code !== 0x20 && code !== 0x09) return
      if (code !== 0x23) this.at++
    }
  }

  private readNumber(): TextToken {
    if (this.text.startsWith('0x', this.at)) {
      this.at += 2
      return { kind: 'number', value: wrapped(this.takeWhile((c) => lowerHex(c) >= 0), 16n) }
    }
    return { kind: 'number', value: wrapped(this.takeWhile(isDigit), 10n) }
  }

  /** A quoted string: a backslash protects the next character from ending it, and goes. */
  private readQuoted(quote: number): TextToken {
    const parts: string[] = []
    let from = ++this.at
    for (;;) {
      const code = this.code()
      if (code === 0) return error
      if (code === quote) break
      if (code === 0x5c) {
        parts.push(this.text.slice(from, this.at))
        from = ++this.at
        if (this.code() === 0x5c) {
          from = ++this.at
          continue
        }
      }
      if (this.code() === 0x0a) this.line++
      if (this.code() !== 0) this.at++
    }
    parts.push(this.text.slice(from, this.at++))
    return { kind: 'string', text: decodeUtf8Text(parts.join('')) }
  }

  /** Pairs of digits up to `>`; a single last digit is dropped. */
  private readData(): TextToken {
    this.at++
    const bytes: number[] = []
    for (;;) {
      this.skipBlanks()
      if (this.code() === 0x3e) break
      const high = lowerHex(this.code())
      if (high < 0) return error
      this.at++
      if (this.code() === 0x3e) break
      const low = lowerHex(this.code())
      if (low < 0) return error
      this.at++
      bytes.push((high << 4) | low)
    }
    this.at++
    return { kind: 'data', bytes: Uint8Array.from(bytes) }
  }

  private readBoolean(): TextToken {
    for (const value of [true, false]) {
      const word = `.${value}.`
      if (!this.text.startsWith(word, this.at)) continue
      this.at += word.length
      return { kind: 'boolean', value }
    }
    return error
  }

  private takeWhile(fits: (code: number) => boolean): string {
    const start = this.at
    while (fits(this.code())) this.at++
    return this.text.slice(start, this.at)
  }

  private code(): number {
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : 0
  }
}

/** Value of digits modulo 2^64, linear in their number. */
function wrapped(digits: string, base: bigint): bigint {
  let value = 0n
  for (let i = 0; i < digits.length; i += 15) {
    const piece = digits.slice(i, i + 15)
    const part = BigInt(base === 16n ? `0x${piece}` : piece)
    value = BigInt.asUintN(64, value * base ** BigInt(piece.length) + part)
  }
  return value
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
}

function isWordCode(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === 0x2d
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function lowerHex(code: number): number {
  if (isDigit(code)) return code - 0x30
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1
}
