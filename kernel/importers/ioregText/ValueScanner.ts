import {
  EMPTY_DICTIONARY,
  ImportedArray,
  ImportedData,
  ImportedDictionary,
  ImportedOther,
  ImportedString,
  type ImportedValue,
} from '../ImportedRegistry.ts'
import { MAX_VALUE_DEPTH } from '../limits.ts'
import { HEX_DIGIT, VALUE_START } from './charTables.ts'
import type { ByteText } from '../../formats/ByteText.ts'
import { KeyReader } from './KeyReader.ts'
import { MarkFinder } from './MarkFinder.ts'
import { wideDecimal, wideInteger } from './wideInteger.ts'

/** Where a value stands, which decides what may follow it. */
const TOP = 0
const IN_ARRAY = 1
const IN_SET = 2
const IN_DICTIONARY = 3
type Place = 0 | 1 | 2 | 3

const QUOTE = 34
const COMMA = 44
const EQUALS = 61
const CLOSE_DICTIONARY = 125

/**
 * Reads the values that ioreg prints. One scanner serves a whole dump: `scan` sets the window and answers
 * the value, or undefined when the text is no complete value (then `position` is where it stopped making
 * sense). Strings are printed without escapes, so a quote ends one only where the enclosing value could go
 * on.
 */
export class ValueScanner {
  position = 0
  private limit = 0
  private depth = 0
  /** One for each depth: dictionaries in a list mostly have the same keys, and share them. */
  private readonly keyReaders: KeyReader[] = []

  /**
   * Members of the containers being read, the innermost last: each is cut off in its exact size when it
   * ends.
   */
  private readonly members: ImportedValue[] = []
  private memberCount = 0
  private readonly textEnds: MarkFinder
  private readonly dataEnds: MarkFinder
  private readonly bytes: Uint8Array

  constructor(private readonly dump: ByteText) {
    this.bytes = dump.bytes
    this.textEnds = new MarkFinder(dump.text, '">')
    this.dataEnds = new MarkFinder(dump.text, '>')
  }

  /** The value that fills the text from `start` up to `limit` exactly. */
  scan(start: number, limit: number): ImportedValue | undefined {
    this.position = start
    this.limit = limit
    this.depth = 0
    this.memberCount = 0
    if (start >= limit) return UNPRINTED
    if (this.bytes[start] === QUOTE) return this.topString(start, limit)
    const value = this.value(TOP)
    return value !== undefined && this.position === limit ? value : undefined
  }

  private topString(start: number, limit: number): ImportedValue | undefined {
    if (limit - start < 2 || this.bytes[limit - 1] !== QUOTE) return undefined
    this.position = limit
    return this.dump.string(start + 1, limit - 1)
  }

  private value(place: Place): ImportedValue | undefined {
    const code = this.position < this.limit ? this.bytes[this.position]! : 0
    switch (code) {
      case QUOTE:
        return this.quoted(place)
      case 60:
        return this.data(place)
      case 123:
        return this.nested(IN_DICTIONARY)
      case 40:
        return this.nested(IN_ARRAY)
      case 91:
        return this.nested(IN_SET)
      default:
        return code >= 48 && code <= 57 ? this.integer() : this.word(place)
    }
  }

  private nested(place: Place): ImportedValue | undefined {
    if (this.depth >= MAX_VALUE_DEPTH) return undefined
    this.depth++
    this.position++
    const value = place === IN_DICTIONARY ? this.dictionary() : this.array(place)
    this.depth--
    return value
  }

  private dictionary(): ImportedValue | undefined {
    const bytes = this.bytes
    if (bytes[this.position] === CLOSE_DICTIONARY) {
      this.position++
      return EMPTY_DICTIONARY
    }
    const keys = (this.keyReaders[this.depth] ??= new KeyReader(this.dump, false))
    const first = this.memberCount
    keys.begin()
    for (;;) {
      if (bytes[this.position] !== QUOTE) return undefined
      const at = keys.read(this.position + 1, this.limit)
      if (at < 0) return undefined
      this.position = at
      const value = this.value(IN_DICTIONARY)
      if (value === undefined) return undefined
      this.members[this.memberCount++] = value
      const code = this.position < this.limit ? bytes[this.position]! : 0
      this.position++
      if (code === CLOSE_DICTIONARY) return new ImportedDictionary(keys.finish(), this.takeMembers(first))
      if (code !== COMMA) return undefined
    }
  }

  private takeMembers(first: number): ImportedValue[] {
    const values = this.members.slice(first, this.memberCount)
    this.memberCount = first
    return values
  }

  private array(place: Place): ImportedValue | undefined {
    const bytes = this.bytes
    const close = place === IN_ARRAY ? 41 : 93
    const kind = place === IN_ARRAY ? 'array' : 'set'
    const first = this.memberCount
    if (bytes[this.position] === close) {
      this.position++
      return new ImportedArray([], kind)
    }
    for (;;) {
      const value = this.value(place)
      if (value === undefined) return undefined
      this.members[this.memberCount++] = value
      const code = this.position < this.limit ? bytes[this.position]! : 0
      this.position++
      if (code === close) return new ImportedArray(this.takeMembers(first), kind)
      if (code !== COMMA) return undefined
    }
  }

  private quoted(place: Place): ImportedValue | undefined {
    const bytes = this.bytes
    const limit = this.limit
    const start = this.position + 1
    let end = start
    while (end < limit && !(bytes[end] === QUOTE && this.endsValue(end + 1, place))) end++
    if (end >= limit) return undefined
    this.position = end + 1
    return this.dump.string(start, end)
  }

  /** Whether the enclosing value can go on at `index`. */
  private endsValue(index: number, place: Place): boolean {
    if (place === TOP) return index === this.limit
    if (index >= this.limit) return false
    const code = this.bytes[index]!
    if (code !== COMMA) return code === (place === IN_ARRAY ? 41 : place === IN_SET ? 93 : CLOSE_DICTIONARY)
    const next = this.bytes[index + 1] ?? 0
    return place === IN_DICTIONARY ? next === QUOTE : VALUE_START[next] === 1
  }

  private data(place: Place): ImportedValue | undefined {
    const bytes = this.bytes
    const start = this.position + 1
    if (bytes[start] === QUOTE) return this.textData(start, place)
    const limit = this.limit
    let end = start
    while (end < limit && HEX_DIGIT[bytes[end]!] === 1) end++
    if (end < limit && bytes[end] === 62 && ((end - start) & 1) === 0) {
      this.position = end + 1
      return new ImportedData(this.dump.text.slice(start, end), 'hex')
    }
    return this.masked(end, place)
  }

  private textData(start: number, place: Place): ImportedValue | undefined {
    let end = start
    for (;;) {
      end = this.textEnds.next(end)
      if (end >= this.limit) return undefined
      if (end > start && this.endsValue(end + 2, place)) break
      end++
    }
    this.position = end + 2
    return new ImportedData(this.dump.text.slice(start, end + 1), 'text')
  }

  /** `<` something that is no hexadecimal: data that someone has blotted out. */
  private masked(from: number, place: Place): ImportedValue | undefined {
    const start = this.position
    let end = from
    for (;;) {
      end = this.dataEnds.next(end)
      if (end >= this.limit) return undefined
      end++
      if (this.endsValue(end, place)) break
    }
    this.position = end
    return new ImportedOther(this.dump.text.slice(start, end), 'masked')
  }

  private integer(): ImportedValue | undefined {
    const bytes = this.bytes
    const limit = this.limit
    const start = this.position
    let end = start
    let value = 0
    let code = bytes[end]!
    while (code >= 48 && code <= 57) {
      value = value * 10 + code - 48
      if (++end === limit) break
      code = bytes[end]!
    }
    if (end - start > 1 && bytes[start] === 48) return this.word(TOP)
    if (end < limit) {
      if (end === start + 1 && value === 0 && code === 120) return this.hexInteger()
      if (isWordCode(code)) return this.word(TOP)
    }
    this.position = end
    return end - start < 16 ? value : wideDecimal(bytes, start, end)
  }

  private hexInteger(): ImportedValue | undefined {
    const start = this.position
    let end = start + 2
    while (end < this.limit && HEX_DIGIT[this.bytes[end]!] === 1) end++
    if (end === start + 2 || end - start > 18) return undefined
    this.position = end
    return wideInteger(BigInt(this.dump.text.slice(start, end)))
  }

  /** `Yes`, `No`, nothing at all, or a scrubbed token. */
  private word(place: Place): ImportedValue | undefined {
    const start = this.position
    let end = start
    while (end < this.limit && isWordCode(this.bytes[end]!)) end++
    this.position = end
    if (end === start) return place !== TOP && this.endsValue(end, place) ? UNPRINTED : undefined
    if (end === start + 3 && this.dump.has('Yes', start, end)) return true
    if (end === start + 2 && this.dump.has('No', start, end)) return false
    const word = this.dump.text.slice(start, end)
    return /^-[0-9]{1,19}$/.test(word) ? wideInteger(BigInt(word)) : new ImportedOther(word, 'masked')
  }
}

export const UNPRINTED = new ImportedString()

function isWordCode(code: number): boolean {
  return (
    code !== COMMA &&
    code !== 41 &&
    code !== 93 &&
    code !== 125 &&
    code !== EQUALS &&
    code > 32 &&
    code !== QUOTE
  )
}
