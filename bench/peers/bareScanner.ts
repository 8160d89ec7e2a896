/**
 * The least that reads `ioreg -l` text into typed values: one pass by character codes that trusts the text
 * to be as ioreg writes it. No damaged, clipped or several-line values, no problems, no UTF-8, no sharing.
 */
import { PeerData, placeInTree, type PeerEntry, type PeerValue } from './PeerEntry.ts'

class Scanner {
  at = 0
  constructor(private readonly text: string) {}

  value(): PeerValue {
    const { text } = this
    switch (text.charCodeAt(this.at)) {
      case 0x22: return this.until('"')
      case 0x3c: return new PeerData(this.until('>'))
      case 0x28: return this.list(0x29)
      case 0x5b: return this.list(0x5d)
      case 0x7b: return this.dictionary()
      case 0x59:
        this.at += 3
        return true
      case 0x4e:
        this.at += 2
        return false
      default: return this.integer()
    }
  }

  until(end: string): string {
    const stop = this.text.indexOf(end, this.at + 1)
    const found = this.text.slice(this.at + 1, stop)
    this.at = stop + 1
    return found
  }

  private integer(): number | bigint {
    const { text } = this
    const start = this.at
    let value = 0
    for (;;) {
      const digit = text.charCodeAt(this.at) - 48
      if (!(digit >= 0 && digit <= 9)) break
      value = value * 10 + digit
      this.at++
    }
    return this.at - start > 15 ? BigInt(text.slice(start, this.at)) : value
  }

  private list(end: number): PeerValue[] {
    const values: PeerValue[] = []
    this.at++
    while (this.text.charCodeAt(this.at) !== end) {
      values.push(this.value())
      if (this.text.charCodeAt(this.at) === 0x2c) this.at++
    }
    this.at++
    return values
  }

  private dictionary(): Map<string, PeerValue> {
    const map = new Map<string, PeerValue>()
    this.at++
    while (this.text.charCodeAt(this.at) !== 0x7d) {
      const key = this.until('"')
      this.at++
      map.set(key, this.value())
      if (this.text.charCodeAt(this.at) === 0x2c) this.at++
    }
    this.at++
    return map
  }
}

function number(text: string, after: string, from: number, radix: number): number {
  const at = text.indexOf(after, from)
  return at < 0 ? 0 : Number.parseInt(text.slice(at + after.length, at + after.length + 14), radix)
}

function readHeader(line: string, indent: number, parents: number[], row: number): PeerEntry {
  const open = line.indexOf('  <class ')
  const at = line.lastIndexOf('@', open)
  const classEnd = line.indexOf(',', open)
  return {
    parent: placeInTree(parents, indent, row), name: line.slice(4, at < 0 ? open : at),
    location: at < 0 ? null : line.slice(at + 1, open), className: line.slice(open + 9, classEnd),
    id: number(line, 'id 0x', classEnd, 16), isRegistered: line.includes(' registered', classEnd),
    isMatched: line.includes(' matched', classEnd), isActive: line.includes(' active', classEnd),
    busy: number(line, 'busy ', classEnd, 10), busyMs: number(line, ' (', classEnd, 10),
    retain: number(line, 'retain ', classEnd, 10), properties: new Map(),
  }
}

/** Entries in tree order, each with the row of its parent, and typed values. */
export function readByScanner(text: string): PeerEntry[] {
  const entries: PeerEntry[] = []
  const parents: number[] = []
  const scanner = new Scanner(text)
  let entry: PeerEntry | null = null
  for (let start = 0; start < text.length;) {
    let at = start
    while (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x7c) at++
    const code = text.charCodeAt(at)
    if (code === 0x22 && entry !== null) {
      scanner.at = at
      const key = scanner.until('"')
      scanner.at += 3
      entry.properties.set(key, scanner.value())
      start = scanner.at + 1
      continue
    }
    const end = text.indexOf('\n', at)
    if (code === 0x2b) {
      entry = readHeader(text.slice(at, end), at - start, parents, entries.length)
      entries.push(entry)
    }
    start = end + 1
  }
  return entries
}
