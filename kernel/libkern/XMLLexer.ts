import { base64Value } from '../formats/base64.ts'
import { decodeUtf8Text } from '../formats/utf8.ts'
import { plainDecimal, strtol, strtoul } from './strtoul.ts'

type ContainerName = 'dict' | 'array' | 'set'

/** What the grammar sees. `id` is the number of the ID attribute, -1 without one. */
export type XMLToken =
  | { readonly kind: 'open'; readonly container: ContainerName; readonly id: number }
  | { readonly kind: 'close'; readonly container: ContainerName }
  | { readonly kind: 'empty'; readonly container: ContainerName; readonly id: number }
  | { readonly kind: 'key' | 'string'; readonly text: string; readonly id: number }
  | { readonly kind: 'data'; readonly bytes: Uint8Array; readonly id: number }
  | { readonly kind: 'number'; readonly value: bigint; readonly bits: number; readonly id: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'reference'; readonly id: number }
  | { readonly kind: 'error' | 'end' }

const error: XMLToken = { kind: 'error' }
const longestTagText = 30
const mostAttributes = 31

type TagType = 'start' | 'end' | 'empty' | 'ignore' | 'bad'

/** A tag as read: its kind, name and attributes in order. */
interface Tag {
  readonly type: TagType
  readonly name: string
  readonly attributes: readonly (readonly [name: string, value: string])[]
}

const ignored: Tag = { type: 'ignore', name: '', attributes: [] }
const bad: Tag = { type: 'bad', name: '', attributes: [] }

/**
 * The kernel's hand-written scanner of its XML, over text whose characters are bytes. Much stricter than XML:
 * no blank before `>`, no CR between tags, three entities, double quotes only.
 * @xnu libkern/libkern/c++/OSUnserializeXMLSharedImplementation.h yylex — faithful
 */
export class XMLLexer {
  line = 1
  private at = 0

  constructor(private readonly text: string) {}

  /** The next token. */
  next(): XMLToken {
    for (;;) {
      while (isSpace(this.code())) this.at++
      const code = this.code()
      if (code === 0) return { kind: 'end' }
      if (code === 0x0a) {
        this.line++
        this.at++
        continue
      }
      const tag = this.readTag()
      if (tag.type === 'bad') return error
      if (tag.type === 'ignore') continue
      const token = this.tokenOf(tag)
      if (token !== null) return token
    }
  }

  /** The token of a tag; null for `plist`, which is passed over wherever it stands. */
  private tokenOf(tag: Tag): XMLToken | null {
    let id = -1
    for (const [name, value] of tag.attributes) {
      if (!name.startsWith('ID')) continue
      if (name === 'IDREF') return tag.type === 'empty' ? { kind: 'reference', id: parseLong(value) } : error
      if (name !== 'ID') return error
      id = parseLong(value)
    }
    switch (tag.name) {
      case 'array': case 'dict': case 'set': return this.containerToken(tag, tag.name, id)
      case 'string': return this.textToken('string', tag, id)
      case 'key': return tag.type === 'empty' ? error : this.textToken('key', tag, id)
      case 'integer': return this.numberToken(tag, id)
      case 'data': return this.dataToken(tag, id)
      case 'true': case 'false':
        return tag.type === 'empty' ? { kind: 'boolean', value: tag.name === 'true' } : error
      case 'plist': return null
      default: return error
    }
  }

  private containerToken(tag: Tag, container: ContainerName, id: number): XMLToken {
    if (tag.type === 'end') return { kind: 'close', container }
    return { kind: tag.type === 'empty' ? 'empty' : 'open', container, id }
  }

  private textToken(kind: 'key' | 'string', tag: Tag, id: number): XMLToken {
    if (tag.type === 'empty') return { kind, text: '', id }
    const text = this.readText()
    return text !== null && this.endsWith(kind) ? { kind, text, id } : error
  }

  private numberToken(tag: Tag, id: number): XMLToken {
    const size = tag.attributes.findLast(([name]) => name === 'size')?.[1]
    const bits = size === undefined ? 64 : parseUnsignedInt(size)
    if (tag.type === 'empty') return { kind: 'number', value: 0n, bits, id }
    const value = this.readNumber()
    return this.endsWith('integer') ? { kind: 'number', value, bits, id } : error
  }

  private dataToken(tag: Tag, id: number): XMLToken {
    if (tag.type === 'empty') return { kind: 'data', bytes: new Uint8Array(0), id }
    const isHex = tag.attributes.some(([name, value]) => name === 'format' && value === 'hex')
    const bytes = isHex ? this.readHex() : this.readBase64()
    return bytes !== null && this.endsWith('data') ? { kind: 'data', bytes, id } : error
  }

  private endsWith(name: string): boolean {
    const tag = this.readTag()
    return tag.type === 'end' && tag.name === name
  }

  private readTag(): Tag {
    if (this.code() !== 0x3c) return bad
    let code = this.advance()
    if (code === 0x21) return this.readDeclaration()
    if (code === 0x3f) return this.readInstruction()
    let type: TagType = 'start'
    if (code === 0x2f) {
      code = this.advance()
      type = 'end'
    }
    if (!isAlpha(code)) return bad
    const name = this.readName()
    if (name === null) return bad
    const attributes: [string, string][] = []
    while (this.code() !== 0x3e && this.code() !== 0x2f) {
      const attribute = this.readAttribute()
      if (attribute === null) return bad
      attributes.push(attribute)
      if (attributes.length > mostAttributes) return bad
    }
    if (this.code() === 0x2f) {
      this.at++
      type = 'empty'
    }
    if (this.code() !== 0x3e) return bad
    this.at++
    return { type, name, attributes }
  }

  private readAttribute(): [string, string] | null {
    this.skipSpaces()
    const name = this.readName()
    if (name === null) return null
    this.skipSpaces()
    if (this.code() !== 0x3d) return null
    this.at++
    this.skipSpaces()
    if (this.code() !== 0x22) return null
    const start = ++this.at
    while (this.code() !== 0x22) {
      if (this.code() === 0 || this.at - start >= longestTagText) return null
      this.at++
    }
    return [name, this.text.slice(start, this.at++)]
  }

  /** Letters, digits and `-`, perhaps none; null if too many. */
  private readName(): string | null {
    const start = this.at
    while (isNameCode(this.code())) {
      this.at++
      if (this.at - start > longestTagText) return null
    }
    return this.text.slice(start, this.at)
  }

  /** `<!…>`: a comment, in which `--` may stand only at its end, or a declaration up to the first `>`. */
  private readDeclaration(): Tag {
    let code = this.advance()
    const isComment = code === 0x2d && (code = this.advance()) === 0x2d
    if (!isComment && !isAlpha(code)) return bad
    while ((code = this.advance()) !== 0) {
      if (code === 0x0a) this.line++
      if (isComment) {
        if (code !== 0x2d) continue
        if (this.advance() !== 0x2d) continue
        code = this.advance()
      }
      if (code === 0x3e) {
        this.at++
        return ignored
      }
      if (isComment) return bad
    }
    return bad
  }

  private readInstruction(): Tag {
    let code: number
    while ((code = this.advance()) !== 0) {
      if (code === 0x0a) this.line++
      if (code !== 0x3f) continue
      code = this.advance()
      if (code === 0) return ignored
      if (code !== 0x3e) continue
      this.at++
      return ignored
    }
    return bad
  }

  /** Text up to the next tag with its entities replaced; null if there is no tag or an unknown entity. */
  private readText(): string | null {
    const { text, at } = this
    const end = text.indexOf('<', at)
    if (end < 0) {
      this.line += countLines(text.slice(at))
      this.at = text.length
      return null
    }
    const raw = text.slice(at, end)
    this.at = end
    this.line += countLines(raw)
    const plain = raw.includes('&') ? replaceEntities(raw) : raw
    return plain === null ? null : decodeUtf8Text(plain)
  }

  private readNumber(): bigint {
    let isHex = false
    if (this.code() === 0x30) {
      this.at++
      if (this.code() === 0x78) {
        isHex = true
        this.at++
      }
    }
    const isNegative = !isHex && this.code() === 0x2d
    if (isNegative) this.at++
    const start = this.at
    while (isHex ? lowerHex(this.code()) >= 0 : isDigit(this.code())) this.at++
    const digits = this.text.slice(start, this.at)
    if (digits === '') return 0n
    const magnitude = wrapped(digits, isHex)
    return isNegative ? BigInt.asUintN(64, -magnitude) : magnitude
  }

  private readBase64(): Uint8Array | null {
    const bytes: number[] = []
    let padding = 0
    let word = 0
    let count = 0
    for (let code = this.code() & 0x7f; this.code() !== 0x3c; code = this.advance() & 0x7f) {
      if (code === 0) return null
      const isPadding = code === 0x3d
      padding = isPadding ? padding + 1 : 0
      if (code === 0x0a) this.line++
      const value = isPadding ? 0 : base64Value(code)
      if (value < 0) continue
      word = ((word << 6) | value) & 0xffffff
      if ((++count & 3) !== 0) continue
      bytes.push(word >> 16)
      if (padding < 2) bytes.push((word >> 8) & 0xff)
      if (padding < 1) bytes.push(word & 0xff)
    }
    return Uint8Array.from(bytes)
  }

  /** Pairs of digits; at the first thing that is none, what was read is lost and reading stops there. */
  private readHex(): Uint8Array {
    const bytes: number[] = []
    while (this.code() !== 0x3c) {
      this.skipSpaces()
      if (this.code() === 0x0a) {
        this.line++
        this.at++
        continue
      }
      const high = lowerHex(this.code())
      if (high < 0) return new Uint8Array(0)
      const low = lowerHex(this.advance())
      if (low < 0) return new Uint8Array(0)
      this.at++
      bytes.push((high << 4) | low)
    }
    return Uint8Array.from(bytes)
  }

  private skipSpaces(): void {
    while (isSpace(this.code())) this.at++
  }

  /** Character code at the place; 0 at the end. */
  private code(): number {
    return this.at < this.text.length ? this.text.charCodeAt(this.at) : 0
  }

  private advance(): number {
    if (this.at < this.text.length) this.at++
    return this.code()
  }
}

const entities = [['&lt;', '<'], ['&gt;', '>'], ['&amp;', '&']] as const

function replaceEntities(raw: string): string | null {
  const parts: string[] = []
  let from = 0
  for (let at = raw.indexOf('&'); at >= 0; at = raw.indexOf('&', from)) {
    const entity = entities.find(([name]) => raw.startsWith(name, at))
    if (entity === undefined) return null
    parts.push(raw.slice(from, at), entity[1])
    from = at + entity[0].length
  }
  parts.push(raw.slice(from))
  return parts.join('')
}

/** Value of digits modulo 2^64, in pieces so that long runs stay cheap. */
function wrapped(digits: string, isHex: boolean): bigint {
  let value = 0n
  const step = 15
  for (let i = 0; i < digits.length; i += step) {
    const piece = digits.slice(i, i + step)
    const scale = isHex ? 16n ** BigInt(piece.length) : 10n ** BigInt(piece.length)
    value = BigInt.asUintN(64, value * scale + BigInt(isHex ? `0x${piece}` : piece))
  }
  return value
}

/** C's `strtol` with base 0, as an int. */
function parseLong(text: string): number {
  const plain = plainDecimal(text)
  return plain >= 0 ? plain : Number(BigInt.asIntN(32, strtol(text)))
}

/** C's `strtoul` with base 0, as an unsigned int. */
function parseUnsignedInt(text: string): number {
  const plain = plainDecimal(text)
  return plain >= 0 ? plain : Number(strtoul(text) & 0xffffffffn)
}

function countLines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

function isAlpha(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
}

function isNameCode(code: number): boolean {
  return isAlpha(code) || isDigit(code) || code === 0x2d
}

function lowerHex(code: number): number {
  if (isDigit(code)) return code - 0x30
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1
}
