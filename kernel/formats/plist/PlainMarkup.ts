import type { ByteStrings } from '../ByteText.ts'
import { unsignedDecimal } from '../decimal64.ts'

const AMPERSAND = 0x26
const LESS_THAN = 0x3c
const GREATER_THAN = 0x3e
/** No mark is longer: nearer to the end than this the long way is gone. */
const MARGIN = 16

/** Four characters as one little-endian word. */
function word(text: string): number {
  let value = 0
  for (let i = 3; i >= 0; i--) value = value * 256 + text.charCodeAt(i)
  return value
}

const TABS = word('\t\t\t\t')

/** What stands at a place, with its `>`; `other` is everything that the short way does not know. */
export const Mark = {
  other: 0, key: 1, string: 2, integer: 3, data: 4, dict: 5, array: 6, true: 7, false: 8, endDict: 9,
  endArray: 10,
} as const
export type Mark = (typeof Mark)[keyof typeof Mark]

const WORDS = {
  key: word('<key'), string: word('<str'), integer: word('<int'), data: word('<dat'), dict: word('<dic'),
  array: word('<arr'), true: word('<tru'), false: word('<fal'), endDict: word('</di'), endArray: word('</ar'),
} as const
const RESTS = {
  string: word('ing>'), integer: word('eger'), data: word('a>\0\0'), dict: word('t>\0\0'),
  array: word('ay>\0'), true: word('e/>\0'), false: word('se/>'),
  endDict: word('ct>\0'), endArray: word('ray>'), endString: word('</st'), endInteger: word('</in'),
  endData: word('</da'), endKey: word('</ke'), ring: word('ring'), tege: word('tege'),
} as const

/** Finds marks and the ends of plain text in bytes, four at a time. Moves nothing. */
export class PlainMarkup {
  private readonly bytes: Uint8Array
  private readonly view: DataView
  private readonly limit: number
  hash = 0
  end = 0

  constructor({ bytes }: ByteStrings) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.limit = bytes.length - MARGIN
  }

  /** The next place that is no blank. */
  skipBlanks(start: number): number {
    const { bytes, view, limit } = this
    let at = start
    for (;;) {
      while (at < limit && view.getUint32(at, true) === TABS) at += 4
      const code = bytes[at]
      if (code !== 0x09 && code !== 0x0a && code !== 0x20 && code !== 0x0d) return at
      at++
    }
  }

  /** The mark at a place, where it is written without blanks and attributes. */
  markAt(at: number): Mark {
    if (at >= this.limit) return Mark.other
    const { view, bytes } = this
    const rest = view.getUint32(at + 4, true)
    switch (view.getUint32(at, true)) {
      case WORDS.key: return (rest & 0xff) === GREATER_THAN ? Mark.key : Mark.other
      case WORDS.string: return rest === RESTS.string ? Mark.string : Mark.other
      case WORDS.integer:
        return rest === RESTS.integer && bytes[at + 8] === GREATER_THAN ? Mark.integer : Mark.other
      case WORDS.data: return (rest & 0xffff) === RESTS.data ? Mark.data : Mark.other
      case WORDS.dict: return (rest & 0xffff) === RESTS.dict ? Mark.dict : Mark.other
      case WORDS.array: return (rest & 0xffffff) === RESTS.array ? Mark.array : Mark.other
      case WORDS.true: return (rest & 0xffffff) === RESTS.true ? Mark.true : Mark.other
      case WORDS.false: return rest === RESTS.false ? Mark.false : Mark.other
      case WORDS.endDict: return (rest & 0xffffff) === RESTS.endDict ? Mark.endDict : Mark.other
      case WORDS.endArray: return rest === RESTS.endArray ? Mark.endArray : Mark.other
      default: return Mark.other
    }
  }

  /** Where text without entities ends at a `<`, and its `hash`; -1 where it is not that plain. */
  textEnd(start: number): number {
    const { bytes, limit } = this
    let hash = 0
    for (let at = start; at < limit; at++) {
      const code = bytes[at]!
      if (code === LESS_THAN) {
        this.hash = hash
        return at
      }
      if (code === AMPERSAND) return -1
      hash = (Math.imul(hash, 31) + code) | 0
    }
    return -1
  }

  /** Where base64 ends at a `<`. */
  dataEnd(start: number): number {
    const { bytes, limit } = this
    for (let at = start; at < limit; at++) if (bytes[at] === LESS_THAN) return at
    return -1
  }

  /** A whole number of up to 19 digits that ends at a `<`; NaN for anything else. `end` tells where. */
  integer(start: number): number | bigint {
    const { bytes } = this
    let at = start
    if (bytes[at] === 0x2d) at++
    const first = at
    let value = 0
    for (;;) {
      const digit = bytes[at]! - 0x30
      if (!(digit >= 0 && digit <= 9)) break
      value = value * 10 + digit
      at++
    }
    this.end = at
    if (bytes[at] !== LESS_THAN || at === first || at >= this.limit) return Number.NaN
    if (at - first <= 15) return first === start ? value : 0 - value
    return first === start && at - first <= 19 ? unsignedDecimal(bytes, start, at) : Number.NaN
  }

  isKeyEnd(at: number): boolean {
    const { view, bytes } = this
    return view.getUint32(at, true) === RESTS.endKey && bytes[at + 4] === 0x79
      && bytes[at + 5] === GREATER_THAN
  }

  isStringEnd(at: number): boolean {
    const { view, bytes } = this
    return view.getUint32(at, true) === RESTS.endString && view.getUint32(at + 4, true) === RESTS.ring
      && bytes[at + 8] === GREATER_THAN
  }

  isIntegerEnd(at: number): boolean {
    const { view, bytes } = this
    return view.getUint32(at, true) === RESTS.endInteger && view.getUint32(at + 4, true) === RESTS.tege
      && bytes[at + 8] === 0x72 && bytes[at + 9] === GREATER_THAN
  }

  isDataEnd(at: number): boolean {
    const { view, bytes } = this
    return view.getUint32(at, true) === RESTS.endData && bytes[at + 4] === 0x74 && bytes[at + 5] === 0x61
      && bytes[at + 6] === GREATER_THAN
  }
}
