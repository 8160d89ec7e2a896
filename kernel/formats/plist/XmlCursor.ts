import type { Problem } from '../../api/Problem.ts'
import { decodeUtf8Text } from '../utf8.ts'
import { entityText } from './xmlScalars.ts'

const maxProblems = 100
const lessThan = 0x3c
const greaterThan = 0x3e
const slash = 0x2f

/** Short texts come again and again in property lists; the last one of each kind is kept and shared. */
const longestShared = 40
const sharedCount = 2048

/**
 * Walks over the text of an XML document: blanks, comments, attributes, character data. Each step moves forward, so
 * the whole walk is linear. Faults are collected; after a fault of structure `isBroken` is set and walking ends.
 */
export class XmlCursor {
  at = 0
  isBroken = false
  readonly problems: Problem[] = []
  private nextAmpersand = -1
  private readonly shared = new Array<string>(sharedCount).fill('')

  /** Where `text` begins in its document. */
  base = 0

  /** `isBytes`: each character is one byte of UTF-8; otherwise the text is decoded already. */
  constructor(public text: string, private readonly where: string, private readonly isBytes: boolean) {}

  /** Goes on at the beginning of another part of the document. */
  moveTo(text: string, base: number): void {
    this.text = text
    this.base = base
    this.at = 0
    this.nextAmpersand = -1
  }

  /** The text of a range, as the same string object as last time where that is likely. */
  private slice(start: number, end: number): string {
    const { text } = this
    const length = end - start
    if (length > longestShared || length === 0) return text.slice(start, end)
    const middle = text.charCodeAt(start + (length >> 1))
    const hash = text.charCodeAt(start) * 31 + middle * 17 + text.charCodeAt(end - 1) * 131 + length * 7
    const slot = hash & (sharedCount - 1)
    const known = this.shared[slot]!
    if (known.length === length && this.matches(start, known)) return known
    const made = text.slice(start, end)
    this.shared[slot] = made
    return made
  }

  /** A fault of structure: nothing after it can be understood. */
  fail(message: string, at = this.at): void {
    this.report(message, at)
    this.isBroken = true
  }

  /** A fault of one value; reading goes on. */
  report(message: string, at: number, seen?: string): void {
    if (this.problems.length >= maxProblems) {
      this.isBroken = true
      return
    }
    const lineStart = this.text.lastIndexOf('\n', at - 1) + 1
    const place = { where: this.where, message, line: this.lineAt(at), column: at - lineStart + 1 }
    this.problems.push(seen === undefined ? place : { ...place, seen: seen.slice(0, 40) })
  }

  /** Moves over blanks and answers the character code there; -1 at the end. */
  skipBlanks(): number {
    const { text } = this
    const { length } = text
    let at = this.at
    while (at < length) {
      const code = text.charCodeAt(at)
      if (code > 0x20 || !(code === 0x09 || code === 0x0a || code === 0x20 || code === 0x0d)) {
        this.at = at
        return code
      }
      at++
    }
    this.at = length
    return -1
  }

  /** True if the ASCII word stands at that place. */
  matches(at: number, word: string): boolean {
    const { text } = this
    if (at + word.length > text.length) return false
    for (let i = 0; i < word.length; i++) if (text.charCodeAt(at + i) !== word.charCodeAt(i)) return false
    return true
  }

  /** Moves over `<!…>` or `<?…>`, at which it stands. */
  skipMarkup(): void {
    if (this.matches(this.at, '<!--')) this.skipPast('-->', 4, 'The comment is not closed: --> is missing')
    else if (this.matches(this.at, '<?')) this.skipPast('?>', 2, 'The instruction is not closed: ?> is missing')
    else if (this.matches(this.at, '<!DOCTYPE')) this.skipDoctype()
    else this.fail('Only comments and a DOCTYPE may start with <! here')
  }

  /**
   * Character data from the place on up to the end tag `</name>`, which is passed over too. Entities and CDATA
   * sections are resolved. Null after a fault.
   */
  readText(name: string): string | null {
    const { text, at } = this
    const end = text.indexOf('<', at)
    if (end < 0) return this.unclosed(name)
    if (this.nextAmpersand < at) this.nextAmpersand = indexOrEnd(text.indexOf('&', at))
    if (this.nextAmpersand < end || text.charCodeAt(end + 1) !== slash) return this.readMixedText(name)
    this.at = end
    if (!this.passEndTag(name)) return null
    return this.hasHighByte(at, end) ? decodeUtf8Text(text.slice(at, end)) : this.slice(at, end)
  }

  /** Like `readText` for content that is taken as it stands, without entities: base64. */
  readRawText(name: string): string | null {
    const { text, at } = this
    const end = text.indexOf('<', at)
    if (end < 0) return this.unclosed(name)
    if (text.charCodeAt(end + 1) !== slash) return this.readMixedText(name)
    this.at = end
    return this.passEndTag(name) ? text.slice(at, end) : null
  }

  /** Moves over `</name>`, blanks before the `>` allowed. */
  passEndTag(name: string): boolean {
    const { at } = this
    if (this.text.charCodeAt(at + 1) !== slash || !this.matches(at + 2, name)) return this.wrongEndTag(name)
    this.at = at + 2 + name.length
    if (this.text.charCodeAt(this.at) === greaterThan || this.skipBlanks() === greaterThan) {
      this.at++
      return true
    }
    this.at = at
    return this.wrongEndTag(name)
  }

  /** Reads attributes up to and past `>` or `/>`; null after a fault. */
  readAttributes(): { readonly values: Map<string, string>; readonly isEmpty: boolean } | null {
    const values = new Map<string, string>()
    for (;;) {
      const code = this.skipBlanks()
      if (code === greaterThan) {
        this.at++
        return { values, isEmpty: false }
      }
      if (code === slash && this.text.charCodeAt(this.at + 1) === greaterThan) {
        this.at += 2
        return { values, isEmpty: true }
      }
      if (!this.readAttribute(values)) return null
    }
  }

  private readAttribute(values: Map<string, string>): boolean {
    const { text, at } = this
    const name = this.readName(at)
    this.at = at + name.length
    if (name === '' || this.skipBlanks() !== 0x3d) {
      this.fail('A tag may hold only attributes of the form name="value" here', at)
      return false
    }
    this.at++
    const quote = this.skipBlanks()
    const end = quote === 0x22 || quote === 0x27 ? text.indexOf(String.fromCharCode(quote), this.at + 1) : -1
    if (end < 0) {
      this.fail(`The value of attribute ${name} must stand in quotes`)
      return false
    }
    values.set(name, text.slice(this.at + 1, end))
    this.at = end + 1
    return true
  }

  /** The name (letters, digits, `-_:.`) at a place; empty if there is none. */
  readName(at: number): string {
    const { text } = this
    let end = at
    while (end < text.length && end - at < 256 && isNameCode(text.charCodeAt(end))) end++
    return text.slice(at, end)
  }

  private readMixedText(name: string): string | null {
    const { text } = this
    const parts: string[] = []
    for (;;) {
      const end = text.indexOf('<', this.at)
      if (end < 0) return this.unclosed(name)
      parts.push(this.resolveEntities(this.at, end))
      this.at = end
      if (this.matches(end, '<![CDATA[')) {
        const close = text.indexOf(']]>', end + 9)
        if (close < 0) return this.unclosed(name)
        parts.push(this.decode(end + 9, close))
        this.at = close + 3
      } else if (text.charCodeAt(end + 1) === slash) {
        return this.passEndTag(name) ? parts.join('') : null
      } else if (text.charCodeAt(end + 1) === 0x21 || text.charCodeAt(end + 1) === 0x3f) {
        this.skipMarkup()
        if (this.isBroken) return null
      } else {
        this.fail(`<${name}> may hold only text, not the element <${this.readName(end + 1)}>`)
        return null
      }
    }
  }

  private resolveEntities(start: number, end: number): string {
    const raw = this.decode(start, end)
    let from = 0
    let ampersand = raw.indexOf('&')
    if (ampersand < 0) return raw
    const parts: string[] = []
    while (ampersand >= 0) {
      const close = raw.indexOf(';', ampersand)
      const name = close < 0 || close - ampersand > 12 ? null : raw.slice(ampersand + 1, close)
      const character = name === null ? null : entityText(name)
      if (character === null || name === null) {
        this.report('The character & must start an entity such as &amp; or &#65;', start + ampersand,
          raw.slice(ampersand, ampersand + 12))
        return raw
      }
      parts.push(raw.slice(from, ampersand), character)
      from = close + 1
      ampersand = raw.indexOf('&', from)
    }
    parts.push(raw.slice(from))
    return parts.join('')
  }

  private decode(start: number, end: number): string {
    const raw = this.text.slice(start, end)
    return this.isBytes ? decodeUtf8Text(raw) : raw
  }

  /** Are the characters bytes, with one over 127 in the range? */
  private hasHighByte(start: number, end: number): boolean {
    const { text } = this
    if (this.isBytes) for (let at = start; at < end; at++) if (text.charCodeAt(at) >= 0x80) return true
    return false
  }

  private skipPast(close: string, skip: number, message: string): void {
    const end = this.text.indexOf(close, this.at + skip)
    if (end < 0) this.fail(message)
    else this.at = end + close.length
  }

  /** Over a DOCTYPE with or without an internal subset in brackets; quoted text may hold anything. */
  private skipDoctype(): void {
    const { text } = this
    let isInSubset = false
    for (let at = this.at + 2; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === 0x22 || code === 0x27) {
        at = text.indexOf(String.fromCharCode(code), at + 1)
        if (at < 0) break
      } else if (code === 0x5b) {
        isInSubset = true
      } else if (code === 0x5d) {
        isInSubset = false
      } else if (code === greaterThan && !isInSubset) {
        this.at = at + 1
        return
      }
    }
    this.fail('The DOCTYPE is not closed: > is missing')
  }

  private unclosed(name: string): null {
    this.fail(`<${name}> is not closed: the document ends before </${name}>`)
    return null
  }

  private wrongEndTag(name: string): false {
    const { text, at } = this
    const close = text.indexOf('>', at)
    const seen = text.slice(at, close < 0 || close - at > 40 ? at + 40 : close + 1)
    this.fail(text.charCodeAt(at) === lessThan ? `</${name}> is expected here, not ${seen}` : `</${name}> is missing`)
    return false
  }

  private lineAt(at: number): number {
    let line = 1
    for (let i = this.text.indexOf('\n'); i >= 0 && i < at; i = this.text.indexOf('\n', i + 1)) line++
    return line
  }
}

function indexOrEnd(index: number): number {
  return index < 0 ? Number.POSITIVE_INFINITY : index
}

function isNameCode(code: number): boolean {
  const lower = code | 0x20
  return (lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x3a) || code === 0x2d || code === 0x2e
    || code === 0x5f
}
