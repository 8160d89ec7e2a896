import type { ByteText } from '../../formats/ByteText.ts'

/** What one tree line says. */
export interface HeaderLine {
  name: string
  location: string | null
  className: string
  inheritance: readonly string[] | null
  id: number
  state: number | null
  busy: number
  busyTimeNs: number | null
  retain: number | null
  retainCountWord: boolean
  clipped: boolean
  /** False when something in the line is not what any ioreg prints. */
  understood: boolean
}

const SPACE = 32
const DOLLAR = 36
const COMMA = 44
const COLON = 58
const LESS_THAN = 60
const GREATER_THAN = 62
const AT = 64

const INACTIVE = 0x1
const REGISTERED = 0x2
const MATCHED = 0x4

/** Reads tree lines: `NAME[@LOCATION]  <class …>`, what follows their drawing. */
export class HeaderReader {
  private line = emptyHeader()
  /** Superclass lists by what the dump prints of them. */
  private readonly inheritances = new Map<string, readonly string[]>()

  constructor(private readonly dump: ByteText) {}

  read(start: number, end: number): HeaderLine {
    const { bytes } = this.dump
    const header = emptyHeader()
    this.line = header
    const isClosed = bytes[end - 1] === GREATER_THAN
    header.clipped = bytes[end - 1] === DOLLAR
    const factsEnd = isClosed || header.clipped ? end - 1 : end
    const open = this.findOpen(start, end)
    if (open < 0) {
      this.readName(start, header.clipped ? end - 1 : end)
      header.understood = header.clipped
      return header
    }
    this.readName(start, open)
    this.readFacts(open + 3, factsEnd)
    if (!isClosed && !header.clipped) header.understood = false
    return header
  }

  /** Where `  <` stands, -1 if nowhere. */
  private findOpen(start: number, end: number): number {
    const { bytes } = this.dump
    for (let at = start; at + 2 < end; at++) {
      if (bytes[at] === SPACE && bytes[at + 1] === SPACE && bytes[at + 2] === LESS_THAN) return at
    }
    return -1
  }

  private readName(start: number, end: number): void {
    const { bytes } = this.dump
    const { line } = this
    let at = end - 1
    while (at >= start && isLocationCode(bytes[at]!)) at--
    if (at < start || bytes[at] !== AT || at === end - 1) {
      line.name = this.dump.string(start, end)
      return
    }
    line.name = this.dump.string(start, at)
    line.location = this.dump.string(at + 1, end)
  }

  private readFacts(start: number, end: number): void {
    const { bytes } = this.dump
    const { line } = this
    let at = start
    while (at < end) {
      let comma = at
      while (comma < end && !(bytes[comma] === COMMA && bytes[comma + 1] === SPACE)) comma++
      if (!this.readFact(at, comma)) line.understood = line.clipped && comma === end
      at = comma + 2
    }
  }

  private readFact(at: number, end: number): boolean {
    const { dump } = this
    if (dump.has('class ', at, end)) return this.readClass(at + 6, end)
    if (dump.has('id 0x', at, end)) return this.readId(at + 5, end)
    if (dump.has('busy ', at, end)) return this.readBusy(at + 5, end)
    if (dump.has('retain count ', at, end)) return this.readRetain(at + 13, end, true)
    if (dump.has('retain ', at, end)) return this.readRetain(at + 7, end, false)
    return this.readWord(at, end)
  }

  private readClass(start: number, end: number): boolean {
    const { bytes } = this.dump
    const { line } = this
    let colon = end - 1
    while (colon >= start && bytes[colon] !== COLON) colon--
    line.className = this.dump.string(Math.max(start, colon + 1), end)
    if (colon >= start) line.inheritance = this.inheritanceOf(this.dump.string(start, end))
    return true
  }

  private inheritanceOf(names: string): readonly string[] {
    let list = this.inheritances.get(names)
    if (list === undefined) {
      list = names.split(':')
      this.inheritances.set(names, list)
    }
    return list
  }

  private readId(start: number, end: number): boolean {
    const { bytes } = this.dump
    if (end === start || end - start > 14) return false
    let id = 0
    for (let i = start; i < end; i++) {
      const code = bytes[i]!
      const digit = code < 58 ? code - 48 : code - 87
      if (digit < 0 || digit > 15 || (code >= 58 && digit < 10)) return false
      id = id * 16 + digit
    }
    if (!Number.isSafeInteger(id)) return false
    this.line.id = id
    return true
  }

  private readWord(at: number, end: number): boolean {
    for (const [word, bit] of STATE_WORDS) {
      if (word.length !== end - at || !this.dump.has(word, at, end)) continue
      this.line.state = (this.line.state ?? 0) | bit
      return true
    }
    return false
  }

  /** `COUNT` or `COUNT (TIME ms)`. */
  private readBusy(start: number, end: number): boolean {
    const { line, dump } = this
    const countEnd = this.digitsEnd(start, end, 9)
    if (countEnd === start) return false
    let timeNs: number | null = null
    if (countEnd < end) {
      if (!dump.has(' (', countEnd, end)) return false
      const timeEnd = this.digitsEnd(countEnd + 2, end, 15)
      if (timeEnd === countEnd + 2 || timeEnd + 4 !== end || !dump.has(' ms)', timeEnd, end)) return false
      timeNs = this.number(countEnd + 2, timeEnd) * 1_000_000
    }
    line.busy = this.number(start, countEnd)
    line.state ??= 0
    line.busyTimeNs = timeNs ?? line.busyTimeNs
    return true
  }

  private readRetain(start: number, end: number, isCountWord: boolean): boolean {
    if (end === start || this.digitsEnd(start, end, 9) !== end) return false
    this.line.retain = this.number(start, end)
    this.line.retainCountWord = isCountWord
    return true
  }

  /** Where up to `most` digits end. */
  private digitsEnd(start: number, end: number, most: number): number {
    const { bytes } = this.dump
    let at = start
    while (at < end && at - start < most && bytes[at]! >= 48 && bytes[at]! <= 57) at++
    return at
  }

  private number(start: number, end: number): number {
    const { bytes } = this.dump
    let value = 0
    for (let i = start; i < end; i++) value = value * 10 + bytes[i]! - 48
    return value
  }
}

function emptyHeader(): HeaderLine {
  return {
    name: '',
    location: null,
    className: '',
    inheritance: null,
    id: 0,
    state: null,
    busy: 0,
    busyTimeNs: null,
    retain: null,
    retainCountWord: false,
    clipped: false,
    understood: true,
  }
}

function isLocationCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70) || code === COMMA
  )
}

const STATE_WORDS: readonly (readonly [string, number])[] = [
  ['registered', REGISTERED],
  ['matched', MATCHED],
  ['active', 0],
  ['inactive', INACTIVE],
  ['!registered', 0],
  ['!matched', 0],
  ['!active', INACTIVE],
]
