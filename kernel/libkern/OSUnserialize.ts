import { decodeLatin1, encodeUtf8Lossless } from '../formats/utf8.ts'
import { OSBoolean } from './OSBoolean.ts'
import { OSData } from './OSData.ts'
import { OSNumber } from './OSNumber.ts'
import type { OSObject } from './OSObject.ts'
import { OSString } from './OSString.ts'
import { OSSymbol } from './OSSymbol.ts'
import { TextLexer, type TextToken } from './TextLexer.ts'
import {
  buildContainer, discardContainer, maxStackSymbols, openContainer, ParseStop, refused, type OpenContainer,
  type Unserialized,
} from './unserialize.ts'

/**
 * Reads the old text form (`{ key = value; }`, `( a, b )`, `[ a, b ]`, `'text'`, `12:32`, `<0102>`,
 * `.true.`). The object comes with one reference. Input that starts no object gives null without words.
 * @xnu libkern/c++/OSUnserialize.y OSUnserialize — simplified: a key that is no string, or a member that
 * could not be made, over which the kernel falls, refuses the whole without words
 */
export function OSUnserialize(text: string): Unserialized {
  const parser = new TextParser(decodeLatin1(encodeUtf8Lossless(text)))
  try {
    return { object: parser.parse(), errorString: null }
  } catch (stop) {
    if (!(stop instanceof ParseStop)) throw stop
    if (stop.message === notMade) return refused
    return { object: null, errorString: `OSUnserialize: ${stop.message} near line ${parser.line}\n` }
  } finally {
    parser.letGo()
  }
}

/** A string that is too long or a number that is too wide: no object, and no words about it. */
const notMade = 'not made'

const closers = { dict: '}', array: ')', set: ']' } as const

/** Recursive over nesting, which the kernel's fixed parser stack bounds. */
class TextParser {
  private readonly lexer: TextLexer
  private readonly open: OpenContainer[] = []
  private readonly remembered = new Map<number, OSObject>()
  private token: TextToken
  /** An object that is complete but stands nowhere yet. */
  private held: OSObject | null = null

  constructor(byteText: string) {
    this.lexer = new TextLexer(byteText)
    this.token = this.lexer.next()
  }

  get line(): number {
    return this.lexer.line
  }

  parse(): OSObject | null {
    const { token } = this
    if (token.kind === 'error') throw new ParseStop('syntax error')
    if (token.kind === 'end' || (token.kind === 'mark' && !'{([@'.includes(token.text))) return null
    return this.readObject(1)
  }

  /** Drops what the parser itself still holds. */
  letGo(): void {
    this.held?.release()
    for (const object of this.remembered.values()) object.release()
    this.open.forEach(discardContainer)
  }

  /**
   * An object whose first token stands at that height of the kernel's parser stack; null if it cannot be
   * made.
   */
  private readObject(height: number): OSObject | null {
    const object = this.readPlain(height)
    this.held = object
    while (this.isMark('@')) {
      this.advance(height + 1)
      const id = this.token
      if (id.kind !== 'number') throw new ParseStop('syntax error')
      if (object !== null) this.remember(Number(BigInt.asIntN(32, id.value)), object)
      this.advance(height + 2)
    }
    this.held = null
    return object
  }

  private readPlain(height: number): OSObject | null {
    const { token } = this
    switch (token.kind) {
      case 'string': return this.readString(token.text, height)
      case 'data':
        this.advance(height)
        return OSData.withBytes(token.bytes)
      case 'boolean':
        this.advance(height)
        return OSBoolean.withBoolean(token.value)
      case 'number': return this.readNumber(token.value, height)
      case 'mark': return this.readMarked(token.text, height)
      default: throw new ParseStop('syntax error')
    }
  }

  private readString(text: string, height: number): OSObject | null {
    this.advance(height)
    return OSString.tryWithCString(text)
  }

  private readMarked(mark: string, height: number): OSObject {
    switch (mark) {
      case '{': return this.readContainer('dict', height)
      case '(': return this.readContainer('array', height)
      case '[': return this.readContainer('set', height)
      case '@': return this.readReference(height)
      default: throw new ParseStop('syntax error')
    }
  }

  private readNumber(value: bigint, height: number): OSObject | null {
    this.advance(height)
    this.expect(':', height + 1)
    const { token } = this
    if (token.kind !== 'number') throw new ParseStop('syntax error')
    this.advance(height + 2)
    return OSNumber.tryWithNumber(value, Number(token.value & 0xffffffffn))
  }

  private readReference(height: number): OSObject {
    this.advance(height)
    const { token } = this
    if (token.kind !== 'number') throw new ParseStop('syntax error')
    this.checkHeight(height + 1)
    const object = this.remembered.get(Number(BigInt.asIntN(32, token.value)))
    if (object === undefined) throw new ParseStop('forward reference detected')
    this.advance(height + 1)
    object.retain()
    return object
  }

  private readContainer(kind: OpenContainer['kind'], height: number): OSObject {
    this.advance(height)
    const container = openContainer(kind, height, -1)
    this.open.push(container)
    const isEmpty = this.isMark(closers[kind])
    if (kind === 'dict') this.readPairs(container)
    else if (!isEmpty) this.readMembers(container)
    this.expect(closers[kind], height + (isEmpty ? 1 : 2))
    if (container.isBroken) throw new ParseStop(notMade)
    this.open.pop()
    return buildContainer(container)
  }

  private readMembers(container: OpenContainer): void {
    const { base } = container
    this.addMember(container, this.readObject(base + 1))
    while (this.isMark(',')) {
      this.advance(base + 2)
      this.addMember(container, this.readObject(base + 3))
    }
  }

  private addMember(container: OpenContainer, member: OSObject | null): void {
    if (member === null) container.isBroken = true
    else container.members.push(member)
  }

  private readPairs(container: OpenContainer): void {
    for (let before = container.base; !this.isMark('}'); before = container.base + 1) {
      const key = this.readObject(before + 1)
      container.pendingKey = key instanceof OSString ? OSSymbol.withString(key) : null
      key?.release()
      this.expect('=', before + 2)
      this.addPair(container, this.readObject(before + 3))
      this.expect(';', before + 4)
    }
  }

  private addPair(container: OpenContainer, value: OSObject | null): void {
    const { pendingKey } = container
    container.pendingKey = null
    if (pendingKey !== null && value !== null) {
      container.keys.push(pendingKey)
      container.members.push(value)
      return
    }
    container.isBroken = true
    pendingKey?.release()
    value?.release()
  }

  private remember(id: number, object: OSObject): void {
    object.retain()
    this.remembered.get(id)?.release()
    this.remembered.set(id, object)
  }

  private isMark(mark: string): boolean {
    return this.token.kind === 'mark' && this.token.text === mark
  }

  private expect(mark: string, height: number): void {
    if (!this.isMark(mark)) throw new ParseStop('syntax error')
    this.advance(height)
  }

  /** Shifts the token, which then stands at that height, and reads the next. */
  private advance(height: number): void {
    this.checkHeight(height)
    this.token = this.lexer.next()
  }

  private checkHeight(height: number): void {
    if (height > maxStackSymbols) throw new ParseStop('memory exhausted')
  }
}
