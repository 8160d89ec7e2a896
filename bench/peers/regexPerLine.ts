/** What most scripts do with `ioreg -l` text: split it, and put two regular expressions on each line. */
import { PeerData, placeInTree, type PeerEntry, type PeerValue } from './PeerEntry.ts'

const HEADER = /^([| ]*)\+-o (.+?)(?:@([0-9A-Fa-f,]+))?  <class ([^,>]+)(?:, id 0x([0-9a-f]+))?(.*)>$/
const FACTS = /(!?registered|!?matched|!?active|inactive)|busy (\d+)(?: \((\d+) ms\))?|retain (\d+)/g
const PROPERTY = /^[| ]*"([^"]+)" = (.*)$/

class Scanner {
  private at = 0
  constructor(private readonly text: string) {}

  value(): PeerValue {
    const first = this.text[this.at]
    if (first === '"') return this.until('"')
    if (first === '<') return new PeerData(this.until('>'))
    if (first === '(' || first === '[') return this.list(first === '(' ? ')' : ']')
    if (first === '{') return this.dictionary()
    const start = this.at
    while (this.at < this.text.length && !',)}]'.includes(this.text[this.at]!)) this.at++
    const word = this.text.slice(start, this.at)
    if (word === 'Yes') return true
    if (word === 'No') return false
    return word.length > 15 ? BigInt(word) : Number(word)
  }

  private until(end: string): string {
    const stop = this.text.indexOf(end, this.at + 1)
    const found = this.text.slice(this.at + 1, stop)
    this.at = stop + 1
    return found
  }

  private list(end: string): PeerValue[] {
    const values: PeerValue[] = []
    this.at++
    while (this.text[this.at] !== end) {
      values.push(this.value())
      if (this.text[this.at] === ',') this.at++
    }
    this.at++
    return values
  }

  private dictionary(): Map<string, PeerValue> {
    const map = new Map<string, PeerValue>()
    this.at++
    while (this.text[this.at] !== '}') {
      const key = this.until('"')
      this.at++
      map.set(key, this.value())
      if (this.text[this.at] === ',') this.at++
    }
    this.at++
    return map
  }
}

function readHeader(header: RegExpExecArray, parents: number[], row: number): PeerEntry {
  const entry: PeerEntry = {
    parent: placeInTree(parents, header[1]!.length, row), name: header[2]!, location: header[3] ?? null,
    className: header[4]!, id: header[5] === undefined ? 0 : Number.parseInt(header[5], 16),
    isRegistered: false, isMatched: false, isActive: true, busy: 0, busyMs: 0, retain: 0,
    properties: new Map(),
  }
  for (const fact of header[6]!.matchAll(FACTS)) {
    if (fact[1] === 'registered') entry.isRegistered = true
    else if (fact[1] === 'matched') entry.isMatched = true
    else if (fact[1] === 'inactive' || fact[1] === '!active') entry.isActive = false
    else if (fact[2] !== undefined) [entry.busy, entry.busyMs] = [Number(fact[2]), Number(fact[3] ?? 0)]
    else if (fact[4] !== undefined) entry.retain = Number(fact[4])
  }
  return entry
}

/** Entries in tree order, each with the row of its parent, and typed values. */
export function readByRegex(text: string): PeerEntry[] {
  const entries: PeerEntry[] = []
  const parents: number[] = []
  for (const line of text.split('\n')) {
    const header = HEADER.exec(line)
    if (header !== null) {
      entries.push(readHeader(header, parents, entries.length))
      continue
    }
    const property = PROPERTY.exec(line)
    if (property !== null) entries.at(-1)?.properties.set(property[1]!, new Scanner(property[2]!).value())
  }
  return entries
}
