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
import { decodeText } from './decodeText.ts'
import { MarkFinder } from './MarkFinder.ts'

/** Where a value stands, which decides what may follow it. */
const TOP = 0
const IN_ARRAY = 1
const IN_SET = 2
const IN_DICTIONARY = 3
type Place = 0 | 1 | 2 | 3

const QUOTE = 34
const COMMA = 44
const EQUALS = 61

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
  /**
   * Keys of the dictionary read last at each depth: dictionaries in a list mostly have the same, and share
   * them.
   */
  private readonly lastKeys: (readonly string[])[] = []

  /**
   * Members of the containers being read, the innermost last: each is cut off in its exact size when it
   * ends.
   */
  private readonly members: ImportedValue[] = []
  private memberCount = 0
  private readonly keyEnds: MarkFinder
  private readonly textEnds: MarkFinder
  private readonly dataEnds: MarkFinder

  constructor(private readonly text: string) {
    this.keyEnds = new MarkFinder(text, '"=')
    this.textEnds = new MarkFinder(text, '">')
    this.dataEnds = new MarkFinder(text, '>')
  }

  /** The value that fills the text from `start` up to `limit` exactly. */
  scan(start: number, limit: number): ImportedValue | undefined {
    this.position = start
    this.limit = limit
    this.depth = 0
    this.memberCount = 0
    if (start >= limit) return UNPRINTED
    const code = this.text.charCodeAt(start)
    if (code === QUOTE) return this.topString(start, limit)
    const value = this.value(TOP)
    return value !== undefined && this.position === limit ? value : undefined
  }

  private topString(start: number, limit: number): ImportedValue | undefined {
    if (limit - start < 2 || this.text.charCodeAt(limit - 1) !== QUOTE) return undefined
    this.position = limit
    return this.string(start + 1, limit - 1)
  }

  private value(place: Place): ImportedValue | undefined {
    const code = this.position < this.limit ? this.text.charCodeAt(this.position) : 0
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
    const text = this.text
    if (text.charCodeAt(this.position) === 125) {
      this.position++
      return EMPTY_DICTIONARY
    }
    const expected = this.lastKeys[this.depth] ?? NO_KEYS
    const first = this.memberCount
    let keys: string[] | null = null
    for (;;) {
      const index = this.memberCount - first
      const key = this.key(expected[index])
      if (key === null) return undefined
      if (keys !== null) keys.push(key)
      else if (key !== expected[index]) keys = [...expected.slice(0, index), key]
      const value = this.value(IN_DICTIONARY)
      if (value === undefined) return undefined
      this.members[this.memberCount++] = value
      const code = this.position < this.limit ? text.charCodeAt(this.position) : 0
      this.position++
      if (code === 125) return this.finishDictionary(expected, keys, this.takeMembers(first))
      if (code !== COMMA) return undefined
    }
  }

  private takeMembers(first: number): ImportedValue[] {
    const values = this.members.slice(first, this.memberCount)
    this.memberCount = first
    return values
  }

  private finishDictionary(
    expected: readonly string[],
    own: string[] | null,
    values: ImportedValue[],
  ): ImportedDictionary {
    const keys = own ?? (expected.length === values.length ? expected : expected.slice(0, values.length))
    this.lastKeys[this.depth] = keys
    return new ImportedDictionary(keys, values)
  }

  /** Reads `"key"=`; the expected key is compared in place. Null when there is no key. */
  private key(expected: string | undefined): string | null {
    const text = this.text
    if (text.charCodeAt(this.position) !== QUOTE) return null
    const start = this.position + 1
    let end = expected === undefined ? 0 : start + expected.length
    if (
      expected !== undefined &&
      text.charCodeAt(end) === QUOTE &&
      text.charCodeAt(end + 1) === EQUALS &&
      text.startsWith(expected, start)
    ) {
      this.position = end + 2
      return expected
    }
    end = this.keyEnds.next(start)
    if (end >= this.limit) return null
    this.position = end + 2
    return this.string(start, end)
  }

  private array(place: Place): ImportedValue | undefined {
    const text = this.text
    const close = place === IN_ARRAY ? 41 : 93
    const kind = place === IN_ARRAY ? 'array' : 'set'
    const first = this.memberCount
    if (text.charCodeAt(this.position) === close) {
      this.position++
      return new ImportedArray([], kind)
    }
    for (;;) {
      const value = this.value(place)
      if (value === undefined) return undefined
      this.members[this.memberCount++] = value
      const code = this.position < this.limit ? text.charCodeAt(this.position) : 0
      this.position++
      if (code === close) return new ImportedArray(this.takeMembers(first), kind)
      if (code !== COMMA) return undefined
    }
  }

  private quoted(place: Place): ImportedValue | undefined {
    const start = this.position + 1
    let end = start
    for (;;) {
      end = this.text.indexOf('"', end)
      if (end < 0 || end >= this.limit) return undefined
      if (this.endsValue(end + 1, place)) break
      end++
    }
    this.position = end + 1
    return this.string(start, end)
  }

  /** Whether the enclosing value can go on at `index`. */
  private endsValue(index: number, place: Place): boolean {
    if (place === TOP) return index === this.limit
    if (index >= this.limit) return false
    const code = this.text.charCodeAt(index)
    if (code !== COMMA) return code === (place === IN_ARRAY ? 41 : place === IN_SET ? 93 : 125)
    const next = this.text.charCodeAt(index + 1)
    return place === IN_DICTIONARY ? next === QUOTE : VALUE_START[next] === 1
  }

  private data(place: Place): ImportedValue | undefined {
    const text = this.text
    const start = this.position + 1
    if (text.charCodeAt(start) === QUOTE) return this.textData(start, place)
    let end = start
    while (HEX_DIGIT[text.charCodeAt(end)] === 1) end++
    if (end < this.limit && text.charCodeAt(end) === 62 && ((end - start) & 1) === 0) {
      this.position = end + 1
      return new ImportedData(text.slice(start, end), 'hex')
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
    return new ImportedData(this.text.slice(start, end + 1), 'text')
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
    return new ImportedOther(this.text.slice(start, end), 'masked')
  }

  private integer(): ImportedValue | undefined {
    const text = this.text
    const start = this.position
    let end = start
    let value = 0
    let code = text.charCodeAt(end)
    while (code >= 48 && code <= 57 && end < this.limit) {
      value = value * 10 + code - 48
      code = text.charCodeAt(++end)
    }
    if (end - start > 1 && text.charCodeAt(start) === 48) return this.word(TOP)
    if (end === start + 1 && value === 0 && code === 120) return this.hexInteger()
    if (end < this.limit && isWordCode(code)) return this.word(TOP)
    this.position = end
    return end - start < 16 ? value : wideInteger(text.slice(start, end))
  }

  private hexInteger(): ImportedValue | undefined {
    const start = this.position
    let end = start + 2
    while (end < this.limit && HEX_DIGIT[this.text.charCodeAt(end)] === 1) end++
    if (end === start + 2 || end - start > 18) return undefined
    this.position = end
    return wideInteger(this.text.slice(start, end))
  }

  /** `Yes`, `No`, nothing at all, or a scrubbed token. */
  private word(place: Place): ImportedValue | undefined {
    const start = this.position
    let end = start
    while (end < this.limit && isWordCode(this.text.charCodeAt(end))) end++
    this.position = end
    if (end === start) return place !== TOP && this.endsValue(end, place) ? UNPRINTED : undefined
    const word = this.text.slice(start, end)
    if (word === 'Yes') return true
    if (word === 'No') return false
    return /^-[0-9]{1,19}$/.test(word) ? wideInteger(word) : new ImportedOther(word, 'masked')
  }

  private string(start: number, end: number): string {
    const text = this.text
    const raw = text.slice(start, end)
    for (let i = start; i < end; i++) {
      if (text.charCodeAt(i) >= 0x80) return decodeText(raw)
    }
    return raw
  }
}

const NO_KEYS: readonly string[] = []

export const UNPRINTED = new ImportedString()

/** The last ten digits of 2^64. */
const LOW_DIGITS_OF_2_64 = 3_709_551_616

/**
 * A 64-bit integer as the kernel holds it. Numbers of up to 32 bits reach user space signed, so what prints
 * within 2^31 of 2^64 was a negative 32-bit number.
 */
function wideInteger(digits: string): ImportedValue {
  if (digits.length === 20 && digits.startsWith('1844674407')) {
    const below = Number(digits.slice(10)) - LOW_DIGITS_OF_2_64
    if (below < 0 && below >= -0x80000000) return below
  }
  const value = digits.startsWith('-') ? BigInt(digits) : BigInt.asUintN(64, BigInt(digits))
  const signed = BigInt.asIntN(64, value)
  if (signed < 0n && signed >= -0x80000000n) return Number(signed)
  if (value >= 0n && value <= 0x1fffffffffffffn) return Number(value)
  return BigInt.asUintN(64, value)
}

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
