import type { Problem, Result } from '../../api/Problem.ts'
import type { WindowedBytes } from '../WindowedBytes.ts'
import { parsePlistDate } from './dates.ts'
import { Mark, PlainMarkup } from './PlainMarkup.ts'
import { PlistData, PlistDate, PlistReal, type PlistLimits, type PlistValue } from './PlistValue.ts'
import { XmlCursor } from './XmlCursor.ts'
import { narrow, parseXmlInteger, parseXmlReal } from './xmlScalars.ts'

type ContainerName = 'dict' | 'array' | 'set'

/** A container whose end tag has not come yet. Exactly one of the three stores is there. */
interface Open {
  readonly name: ContainerName
  readonly map: Map<string, PlistValue> | null
  readonly array: PlistValue[] | null
  readonly set: Set<PlistValue> | null
  readonly id: string | undefined
  key: string | null
}

/** A document read as far as it goes: no value when there is none before the first fault. */
export interface LenientPlist {
  readonly value: PlistValue | undefined
  readonly problems: readonly Problem[]
}

interface ReaderOptions {
  readonly where: string
  readonly limits: PlistLimits
  /** The text's characters are bytes of UTF-8. */
  readonly isBytes: boolean
  /** Keep what can be kept: an integer that is none as its text, a broken document up to the fault. */
  readonly isLenient?: boolean
  /**
   * The document's bytes, of which the text is the beginning: the text moves on with the reader. Problems have no
   * meaningful places then.
   */
  readonly source: WindowedBytes | null
}

/** Markup of the long way has this much text at hand where the document is read in windows. */
const LEAST_TEXT = 1 << 14

/** Element names by first letter; the longer of two with the same start stands first. */
const namesByFirst: readonly (readonly string[] | undefined)[] = (() => {
  const table: string[][] = []
  const names = ['key', 'string', 'set', 'integer', 'dict', 'data', 'date', 'array', 'true', 'false', 'real', 'reference']
  for (const name of names) (table[name.charCodeAt(0)] ??= []).push(name)
  return table
})()

/**
 * Reads an XML property list, or the I/O Kit's own XML (`ID`, `IDREF`, `size`, `<set>`, hexadecimal data, no
 * `<plist>`), in one pass without recursion.
 */
export class XmlPlistReader {
  private readonly cursor: XmlCursor
  private readonly limits: PlistLimits
  private readonly source: WindowedBytes | null
  private readonly plain: PlainMarkup | null
  private readonly isLenient: boolean
  private readonly stack: Open[] = []
  private readonly remembered = new Map<string, PlistValue>()
  private open: Open | null = null
  private root: PlistValue | undefined
  private count = 0
  private isInPlist = false

  constructor(text: string, options: ReaderOptions) {
    this.cursor = new XmlCursor(text, options.where, options.isBytes)
    this.limits = options.limits
    this.source = options.source
    this.isLenient = options.isLenient ?? false
    this.plain = options.source === null ? null : new PlainMarkup(options.source)
  }

  read(): Result<PlistValue> {
    const { value, problems } = this.readLeniently()
    if (problems.length > 0 || value === undefined) return { ok: false, problems: [...problems] }
    return { ok: true, value }
  }

  /** The value as far as there is one, and what is wrong with the document. */
  readLeniently(): LenientPlist {
    const { cursor } = this
    const { plain, source } = this
    while (!cursor.isBroken && this.root === undefined) {
      if (plain === null || source === null) this.step()
      else if (!this.stepPlain(plain, source)) {
        this.showText(source, LEAST_TEXT)
        this.step()
      }
    }
    if (source !== null) this.showText(source, source.length)
    if (!cursor.isBroken) this.readRest()
    return { value: this.root ?? this.closeAll(), problems: cursor.problems }
  }

  /** Sees to it that `atLeast` characters from the cursor on are there, as far as the document goes. */
  private showText(source: WindowedBytes, atLeast: number): void {
    const { cursor } = this
    const left = cursor.text.length - cursor.at
    const place = cursor.base + cursor.at
    if (left < atLeast && cursor.base + cursor.text.length < source.length) {
      cursor.moveTo(source.textFrom(place, atLeast), place)
    }
  }

  /** Puts the containers that a fault left open into each other; the outermost is what was read. */
  private closeAll(): PlistValue | undefined {
    const { stack } = this
    if (!this.isLenient) return undefined
    for (let depth = stack.length - 1; depth >= 0; depth--) {
      const { map, array, set } = stack[depth]!
      const value: PlistValue = map ?? array ?? set ?? false
      const parent = stack[depth - 1]
      if (parent === undefined) return value
      parent.array?.push(value)
      parent.set?.add(value)
      if (parent.key !== null) parent.map?.set(parent.key, value)
    }
    return undefined
  }

  /**
   * The short way, for markup as CoreFoundation and the kernel write it: no attributes, no entities. False
   * where the document is not that plain; nothing has been read then.
   */
  private stepPlain(plain: PlainMarkup, source: WindowedBytes): boolean {
    const { cursor, open } = this
    if (open === null) return false
    const at = plain.skipBlanks(cursor.base + cursor.at)
    switch (plain.markAt(at)) {
      case Mark.key: return this.plainKey(plain, source, at)
      case Mark.string: {
        const end = plain.textEnd(at + 8)
        if (end < 0 || !plain.isStringEnd(end)) return false
        return this.putPlain(source.hashed(at + 8, end, plain.hash), at, end + 9)
      }
      case Mark.integer: {
        const value = plain.integer(at + 9)
        const { end } = plain
        if (typeof value === 'number' && Number.isNaN(value)) return false
        return plain.isIntegerEnd(end) && this.putPlain(value, at, end + 10)
      }
      case Mark.data: {
        const end = plain.dataEnd(at + 6)
        if (end < 0 || !plain.isDataEnd(end)) return false
        return this.putPlain(PlistData.fromBytes(source.bytes, at + 6, end), at, end + 7)
      }
      case Mark.true: return this.putPlain(true, at, at + 7)
      case Mark.false: return this.putPlain(false, at, at + 8)
      case Mark.dict: return this.openPlain('dict', at, at + 6)
      case Mark.array: return this.openPlain('array', at, at + 7)
      case Mark.endDict: return open.name === 'dict' && open.key === null && this.closePlain(open, at, at + 7)
      case Mark.endArray: return open.name === 'array' && this.closePlain(open, at, at + 8)
      default: return false
    }
  }

  private plainKey(plain: PlainMarkup, source: WindowedBytes, at: number): boolean {
    const { open } = this
    if (open === null || open.map === null || open.key !== null) return false
    const end = plain.textEnd(at + 5)
    if (end < 0 || !plain.isKeyEnd(end)) return false
    open.key = source.hashed(at + 5, end, plain.hash)
    this.cursor.at = end + 6 - this.cursor.base
    return true
  }

  private putPlain(value: PlistValue, at: number, next: number): boolean {
    this.cursor.at = next - this.cursor.base
    this.put(value, at)
    return true
  }

  private openPlain(name: ContainerName, at: number, next: number): boolean {
    this.cursor.at = next - this.cursor.base
    this.openContainer(name, at, undefined)
    return true
  }

  private closePlain(open: Open, at: number, next: number): boolean {
    this.cursor.at = next - this.cursor.base
    this.finishContainer(open, at)
    return true
  }

  /** One piece of markup: an element, an end tag, a comment. */
  private step(): void {
    const { cursor } = this
    const code = cursor.skipBlanks()
    if (code !== 0x3c) return this.failAtText(code)
    const next = cursor.text.charCodeAt(cursor.at + 1)
    if (next === 0x2f) this.closeContainer()
    else if (next === 0x21 || next === 0x3f) cursor.skipMarkup()
    else this.readElement(next)
  }

  private readElement(first: number): void {
    const { cursor } = this
    const start = cursor.at
    if (first === 0x6b && cursor.matches(start + 2, 'ey>')) {
      cursor.at = start + 5
      const key = cursor.readText('key')
      return key === null ? undefined : this.putKey(key, start)
    }
    const name = this.elementName(first, start + 1)
    if (name === null) return this.readOtherElement(start)
    cursor.at = start + 1 + name.length
    if (cursor.text.charCodeAt(cursor.at) === 0x3e) {
      cursor.at++
      return this.readContent(name, start, undefined)
    }
    const attributes = cursor.readAttributes()
    if (attributes === null) return
    const { values, isEmpty } = attributes
    const reference = values.get('IDREF')
    if (reference !== undefined && isEmpty) return this.putReference(reference, start)
    if (isEmpty) this.putEmpty(name, start, values)
    else this.readContent(name, start, values)
  }

  /** The name at a place if it is one of ours and ends there. */
  private elementName(first: number, at: number): string | null {
    const names = namesByFirst[first]
    if (names === undefined) return null
    const { cursor } = this
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!
      if (!cursor.matches(at, name)) continue
      const after = cursor.text.charCodeAt(at + name.length)
      if (after === 0x3e || after === 0x2f || after === 0x20 || (after >= 0x09 && after <= 0x0d)) return name
    }
    return null
  }

  private readOtherElement(start: number): void {
    const { cursor } = this
    const name = cursor.readName(start + 1)
    if (name !== 'plist') return cursor.fail(`<${name}> is not an element of a property list`, start)
    if (this.isInPlist || this.open !== null) return cursor.fail('<plist> may stand only once, around everything', start)
    cursor.at = start + 6
    const attributes = cursor.readAttributes()
    if (attributes === null) return
    if (attributes.isEmpty) return cursor.fail('<plist/> holds no value', start)
    this.isInPlist = true
  }

  private readContent(name: string, start: number, attributes: Map<string, string> | undefined): void {
    const { cursor } = this
    switch (name) {
      case 'dict': case 'array': case 'set':
        return this.openContainer(name, start, attributes?.get('ID'))
      case 'key': {
        const key = cursor.readText(name)
        if (key === null) return
        const id = attributes?.get('ID')
        if (id !== undefined) this.remembered.set(id, key)
        return this.putKey(key, start)
      }
      case 'true': case 'false':
        cursor.skipBlanks()
        if (cursor.passEndTag(name)) this.put(name === 'true', start)
        return
      default: {
        const value = this.readLeaf(name, start, attributes)
        if (value === null) return
        const id = attributes?.get('ID')
        if (id !== undefined) this.remembered.set(id, value)
        this.put(value, start)
      }
    }
  }

  /** The value of a leaf element; null after a fault of structure. */
  private readLeaf(name: string, start: number, attributes: Map<string, string> | undefined): PlistValue | null {
    const { cursor } = this
    if (name === 'data') {
      const raw = cursor.readRawText(name)
      return raw === null ? null : PlistData.fromText(raw, attributes?.get('format') === 'hex')
    }
    const text = cursor.readText(name)
    if (text === null || name === 'string') return text
    if (name === 'integer') return this.readInteger(text, start, attributes?.get('size'))
    if (name === 'real') {
      const value = parseXmlReal(text)
      if (value === null) cursor.report('<real> must hold a number', start, text)
      return new PlistReal(value ?? 0)
    }
    if (name === 'date') {
      const seconds = parsePlistDate(text)
      if (seconds === null) cursor.report('<date> must be of the form 2001-01-01T00:00:00Z', start, text)
      return new PlistDate(seconds ?? 0)
    }
    cursor.fail('<reference> needs an IDREF and no content', start)
    return null
  }

  private readInteger(text: string, start: number, size: string | undefined): PlistValue {
    const value = parseXmlInteger(text)
    if (value === null) {
      this.cursor.report('<integer> must hold a whole number from -2^63 to 2^64-1', start, text)
      return this.isLenient ? text : 0
    }
    const bits = size === undefined ? 64 : Number(size)
    if (bits === 64 || value >= 0) return value
    return Number.isInteger(bits) && bits > 0 && bits < 64 ? narrow(BigInt.asUintN(bits, BigInt(value))) : value
  }

  private openContainer(name: ContainerName, start: number, id: string | undefined): void {
    if (this.stack.length >= this.limits.maxDepth) {
      return this.cursor.fail(`Nested too deeply: at most ${this.limits.maxDepth} containers in each other`, start)
    }
    this.open = {
      name,
      map: name === 'dict' ? new Map() : null,
      array: name === 'array' ? [] : null,
      set: name === 'set' ? new Set() : null,
      id,
      key: null,
    }
    this.stack.push(this.open)
  }

  private closeContainer(): void {
    const { cursor, open } = this
    if (open === null) return cursor.fail(this.isInPlist ? '<plist> holds no value' : 'An end tag stands before any value')
    const at = cursor.at
    if (open.key !== null) return cursor.fail(`The key "${open.key.slice(0, 40)}" has no value`, at)
    if (cursor.passEndTag(open.name)) this.finishContainer(open, at)
  }

  private finishContainer(open: Open, at: number): void {
    const { stack } = this
    stack.pop()
    this.open = stack[stack.length - 1] ?? null
    const value = open.map ?? open.array ?? open.set ?? false
    if (open.id !== undefined) this.remembered.set(open.id, value)
    this.put(value, at)
  }

  private putEmpty(name: string, start: number, attributes: Map<string, string>): void {
    const value = this.emptyValue(name, start)
    if (value === null) return
    const id = attributes.get('ID')
    if (id !== undefined && typeof value !== 'boolean') this.remembered.set(id, value)
    if (name === 'key') this.putKey('', start)
    else this.put(value, start)
  }

  private emptyValue(name: string, start: number): PlistValue | null {
    switch (name) {
      case 'dict': return new Map()
      case 'array': return []
      case 'set': return new Set()
      case 'string': case 'key': return ''
      case 'data': return new PlistData(new Uint8Array(0))
      case 'true': return true
      case 'false': return false
      case 'integer': case 'real': case 'date':
        this.cursor.report(`<${name}/> must hold a value`, start)
        return 0
      default:
        this.cursor.fail(`<${name}/> needs an IDREF`, start)
        return null
    }
  }

  private putReference(id: string, start: number): void {
    const value = this.remembered.get(id)
    if (value === undefined) return this.cursor.fail(`IDREF ${id} names nothing that is complete by now`, start)
    if (this.open?.map != null && this.open.key === null && typeof value === 'string') this.putKey(value, start)
    else this.put(value, start)
  }

  private putKey(key: string, start: number): void {
    const { open } = this
    if (open === null || open.map === null) return this.cursor.fail('<key> may stand only in a <dict>', start)
    if (open.key !== null) return this.cursor.fail(`The key "${open.key.slice(0, 40)}" has no value`, start)
    open.key = key
  }

  private put(value: PlistValue, start: number): void {
    const { open } = this
    if (++this.count > this.limits.maxValues) {
      return this.cursor.fail(`Too many values: at most ${this.limits.maxValues} are read`, start)
    }
    if (open === null) {
      this.root = value
    } else if (open.map !== null) {
      if (open.key === null) return this.cursor.fail('A value in a <dict> needs a <key> before it', start)
      open.map.set(open.key, value)
      open.key = null
    } else if (open.array !== null) {
      open.array.push(value)
    } else {
      open.set?.add(value)
    }
  }

  /** After the value: `</plist>` if it was opened, comments, nothing else. A closing NUL is allowed. */
  private readRest(): void {
    const { cursor } = this
    for (;;) {
      const code = cursor.skipBlanks()
      if (code < 0 || (code === 0 && cursor.at === cursor.text.length - 1)) break
      const next = cursor.text.charCodeAt(cursor.at + 1)
      if (code !== 0x3c) return cursor.fail('Text stands after the end of the property list')
      if (next === 0x21 || next === 0x3f) cursor.skipMarkup()
      else if (!this.isInPlist) return cursor.fail('A property list holds one value; another element follows')
      else if (cursor.passEndTag('plist')) this.isInPlist = false
      if (cursor.isBroken) return
    }
    if (this.isInPlist) cursor.fail('<plist> is not closed: </plist> is missing')
  }

  private failAtText(code: number): void {
    const { cursor, open } = this
    if (code >= 0) return cursor.fail('Text stands where an element is expected')
    if (open !== null) return cursor.fail(`<${open.name}> is not closed: the document ends before </${open.name}>`)
    cursor.fail('The document ends before any value')
  }
}
