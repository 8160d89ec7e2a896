import { decodeLatin1, encodeUtf8Lossless } from '../formats/utf8.ts'
import { OSBoolean } from './OSBoolean.ts'
import { OSData } from './OSData.ts'
import { OSNumber } from './OSNumber.ts'
import type { OSObject } from './OSObject.ts'
import { OSString } from './OSString.ts'
import { OSSymbol } from './OSSymbol.ts'
import { isBinaryForm, OSUnserializeBinary } from './OSUnserializeBinary.ts'
import {
  buildContainer, discardContainer, maxStackSymbols, openContainer, ParseStop, refused, type OpenContainer,
  type Unserialized,
} from './unserialize.ts'
import { XMLLexer, type XMLToken } from './XMLLexer.ts'

type LeafKind = 'string' | 'data' | 'number' | 'boolean'

const maxObjects = 131071
const maxReferences = 65535

/**
 * Reads the kernel's XML with the kernel's own limits and words. Text stands for a C string; bytes for a
 * sized buffer, which must end with a NUL or hold the binary form. The object comes with one reference.
 * @xnu libkern/c++/OSUnserializeXML.y OSUnserializeXML — simplified: a key that is too long is `buildSymbol`,
 * where the kernel follows a NULL pointer
 */
export function OSUnserializeXML(input: string | Uint8Array): Unserialized {
  if (typeof input === 'string') return parse(decodeLatin1(encodeUtf8Lossless(cString(input))))
  if (isBinaryForm(input)) return { object: OSUnserializeBinary(input), errorString: null }
  if (input.length < 4 || input[input.length - 1] !== 0) return refused
  return parse(decodeLatin1(input, 0, input.indexOf(0)))
}

function cString(text: string): string {
  const nul = text.indexOf('\0')
  return nul < 0 ? text : text.slice(0, nul)
}

function parse(byteText: string): Unserialized {
  const parser = new XMLParser(byteText)
  try {
    return { object: parser.parse(), errorString: null }
  } catch (stop) {
    if (!(stop instanceof ParseStop)) throw stop
    return { object: null, errorString: `OSUnserializeXML: ${stop.message} near line ${parser.line}\n` }
  } finally {
    parser.letGo()
  }
}

/**
 * The grammar over the tokens. The height of the kernel's parser stack is followed, for its fixed size is
 * what limits nesting.
 */
class XMLParser {
  private readonly lexer: XMLLexer
  private readonly open: OpenContainer[] = []
  private readonly remembered = new Map<number, OSObject>()
  private objectCount = 0
  private referenceCount = 0
  private result: OSObject | null = null

  constructor(byteText: string) {
    this.lexer = new XMLLexer(byteText)
  }

  get line(): number {
    return this.lexer.line
  }

  parse(): OSObject {
    while (this.result === null) this.take(this.lexer.next())
    return this.result
  }

  /** Drops what the parser itself still holds: remembered objects, and the parts of a failed parse. */
  letGo(): void {
    for (const object of this.remembered.values()) object.release()
    this.open.forEach(discardContainer)
  }

  private take(token: XMLToken): void {
    const top = this.open[this.open.length - 1]
    switch (token.kind) {
      case 'open': return this.openNested(token, top)
      case 'close': return this.close(token, top)
      case 'key': return this.takeKey(token as XMLToken & { kind: 'key' }, top)
      case 'error': throw new ParseStop('syntax error')
      case 'end': throw new ParseStop(top === undefined ? 'unexpected end of buffer' : 'syntax error')
      default: return this.takeObject(token as Parameters<typeof this.takeObject>[0], top)
    }
  }

  private openNested(token: XMLToken & { kind: 'open' }, top: OpenContainer | undefined): void {
    const height = this.shiftValue(top)
    this.open.push(openContainer(token.container, height, token.id))
  }

  private close(token: XMLToken & { kind: 'close' }, top: OpenContainer | undefined): void {
    if (top === undefined) throw new ParseStop('unexpected end of buffer')
    if (top.kind !== token.container || top.pendingKey !== null) throw new ParseStop('syntax error')
    this.shift(top.base + (top.members.length > 0 ? 2 : 1))
    this.open.pop()
    const object = buildContainer(top)
    this.remember(top.id, object)
    this.accept(object)
  }

  private takeKey(token: XMLToken & { kind: 'key' }, top: OpenContainer | undefined): void {
    if (top === undefined) throw new ParseStop('unexpected end of buffer')
    if (top.kind !== 'dict' || top.pendingKey !== null) throw new ParseStop('syntax error')
    this.shift(top.base + (top.members.length > 0 ? 2 : 1))
    const key = OSSymbol.tryWithCString(token.text)
    if (key === null) throw new ParseStop('buildSymbol')
    this.remember(token.id, key)
    top.pendingKey = key
  }

  private takeObject(
    token: XMLToken & { kind: LeafKind | 'reference' | 'empty' }, top: OpenContainer | undefined,
  ): void {
    this.shiftValue(top)
    if (token.kind === 'reference') {
      const object = this.remembered.get(token.id)
      if (object === undefined) throw new ParseStop('forward reference detected')
      if (++this.referenceCount > maxReferences) throw new ParseStop('maximum object reference count')
      object.retain()
      return this.accept(object)
    }
    const object = token.kind === 'empty'
      ? buildContainer(openContainer(token.container, 0, -1)) : buildLeaf(token)
    if (token.kind !== 'boolean') this.remember(token.id, object)
    this.accept(object)
  }

  private accept(object: OSObject): void {
    if (++this.objectCount > maxObjects) {
      object.release()
      throw new ParseStop('maximum object count')
    }
    this.place(object)
  }

  /** Puts a complete object where it belongs. */
  private place(object: OSObject): void {
    const top = this.open[this.open.length - 1]
    if (top === undefined) {
      this.result = object
      return
    }
    if (top.kind === 'dict') {
      const key = top.pendingKey!
      if (top.seen.has(key)) {
        object.release()
        throw new ParseStop('duplicate dictionary key')
      }
      top.seen.add(key)
      top.keys.push(key)
      top.pendingKey = null
    }
    top.members.push(object)
  }

  private remember(id: number, object: OSObject): void {
    if (id < 0) return
    object.retain()
    this.remembered.get(id)?.release()
    this.remembered.set(id, object)
  }

  /** Checks that a value may stand here and has room; answers the stack height with it. */
  private shiftValue(top: OpenContainer | undefined): number {
    if (top === undefined) return this.shift(1)
    if (top.kind === 'dict' && top.pendingKey === null) throw new ParseStop('syntax error')
    const before = (top.members.length > 0 ? 1 : 0) + (top.kind === 'dict' ? 1 : 0)
    return this.shift(top.base + before + 1)
  }

  private shift(height: number): number {
    if (height > maxStackSymbols) throw new ParseStop('memory exhausted')
    return height
  }
}

function buildLeaf(token: XMLToken & { kind: LeafKind }): OSObject {
  switch (token.kind) {
    case 'boolean': return OSBoolean.withBoolean(token.value)
    case 'data': return OSData.withBytes(token.bytes)
    case 'number': {
      const number = OSNumber.tryWithNumber(token.value, token.bits)
      if (number === null) throw new ParseStop('buildNumber')
      return number
    }
    case 'string': {
      const string = OSString.tryWithCString(token.text)
      if (string === null) throw new ParseStop('buildString')
      return string
    }
  }
}
