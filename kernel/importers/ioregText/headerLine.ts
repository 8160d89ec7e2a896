import { decodeText } from './decodeText.ts'

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

const INACTIVE = 0x1
const REGISTERED = 0x2
const MATCHED = 0x4

/** Reads `NAME[@LOCATION]  <class …>`, what a tree line holds after its drawing. */
export function readHeaderLine(line: string): HeaderLine {
  const open = line.indexOf('  <')
  const clipped = line.endsWith('$')
  const header = emptyHeader(clipped)
  if (open < 0) {
    splitName(decodeText(clipped ? line.slice(0, -1) : line), header)
    header.understood = clipped
    return header
  }
  splitName(decodeText(line.slice(0, open)), header)
  const closed = line.endsWith('>')
  readFacts(line.slice(open + 3, closed || clipped ? -1 : line.length), header)
  if (!closed && !clipped) header.understood = false
  return header
}

function emptyHeader(clipped: boolean): HeaderLine {
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
    clipped,
    understood: true,
  }
}

function splitName(text: string, header: HeaderLine): void {
  const at = text.lastIndexOf('@')
  header.name = text
  if (at < 0 || at === text.length - 1) return
  for (let i = at + 1; i < text.length; i++) {
    if (!isLocationCode(text.charCodeAt(i))) return
  }
  header.name = text.slice(0, at)
  header.location = text.slice(at + 1)
}

function isLocationCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70) || code === 44
  )
}

function readFacts(facts: string, header: HeaderLine): void {
  let at = 0
  while (at < facts.length) {
    let comma = facts.indexOf(', ', at)
    if (comma < 0) comma = facts.length
    if (!readFact(facts, at, comma, header)) header.understood = header.clipped && comma === facts.length
    at = comma + 2
  }
}

function readFact(facts: string, at: number, end: number, header: HeaderLine): boolean {
  switch (facts.charCodeAt(at)) {
    case 99:
      return readClass(facts.slice(at, end), header)
    case 105:
      return facts.startsWith('id 0x', at)
        ? readId(facts.slice(at + 5, end), header)
        : readWord(facts.slice(at, end), header)
    case 98:
      return readBusy(facts.slice(at, end), header)
    case 114:
      if (facts.startsWith('retain', at)) return readRetain(facts.slice(at + 6, end), header)
      return readWord(facts.slice(at, end), header)
    default:
      return readWord(facts.slice(at, end), header)
  }
}

function readClass(fact: string, header: HeaderLine): boolean {
  if (!fact.startsWith('class ')) return false
  const colon = fact.lastIndexOf(':')
  header.className = fact.slice(colon < 0 ? 6 : colon + 1)
  if (colon >= 0) header.inheritance = fact.slice(6).split(':')
  return true
}

function readId(digits: string, header: HeaderLine): boolean {
  const id = /^[0-9a-f]{1,14}$/.test(digits) ? Number.parseInt(digits, 16) : NaN
  if (!Number.isSafeInteger(id)) return false
  header.id = id
  return true
}

function readWord(word: string, header: HeaderLine): boolean {
  const bit = STATE_WORDS.get(word)
  if (bit === undefined) return false
  header.state = (header.state ?? 0) | bit
  return true
}

const STATE_WORDS: ReadonlyMap<string, number> = new Map([
  ['registered', REGISTERED],
  ['!registered', 0],
  ['matched', MATCHED],
  ['!matched', 0],
  ['active', 0],
  ['inactive', INACTIVE],
  ['!active', INACTIVE],
])

function readBusy(fact: string, header: HeaderLine): boolean {
  const match = /^busy ([0-9]{1,9})(?: \(([0-9]{1,15}) ms\))?$/.exec(fact)
  if (match === null) return false
  header.busy = Number(match[1])
  header.state ??= 0
  if (match[2] !== undefined) header.busyTimeNs = Number(match[2]) * 1_000_000
  return true
}

function readRetain(rest: string, header: HeaderLine): boolean {
  const countWord = rest.startsWith(' count ')
  const digits = rest.slice(countWord ? 7 : 1)
  if (!/^[0-9]{1,9}$/.test(digits)) return false
  header.retain = Number(digits)
  header.retainCountWord = countWord
  return true
}
