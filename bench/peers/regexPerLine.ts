/** What most scripts do with `ioreg -l` text: split it, and put two regular expressions on each line. */

export interface PeerEntry {
  readonly name: string
  readonly className: string
  readonly id: string
  readonly properties: Map<string, unknown>
}

const HEADER = /^([| ]*)\+-o (.+?)  <class ([^,>]+)(?:, id (0x[0-9a-f]+))?/
const PROPERTY = /^[| ]*"([^"]+)" = (.*)$/

class Scanner {
  private at = 0
  constructor(private readonly text: string) {}

  value(): unknown {
    const first = this.text[this.at]
    if (first === '"') return this.until('"')
    if (first === '<') return this.until('>')
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

  private list(end: string): unknown[] {
    const values: unknown[] = []
    this.at++
    while (this.text[this.at] !== end) {
      values.push(this.value())
      if (this.text[this.at] === ',') this.at++
    }
    this.at++
    return values
  }

  private dictionary(): Map<string, unknown> {
    const map = new Map<string, unknown>()
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

/** Entries in tree order with typed values; the tree itself follows from the indentation. */
export function readByRegex(text: string): PeerEntry[] {
  const entries: PeerEntry[] = []
  for (const line of text.split('\n')) {
    const header = HEADER.exec(line)
    if (header !== null) {
      entries.push({ name: header[2]!, className: header[3]!, id: header[4] ?? '', properties: new Map() })
      continue
    }
    const property = PROPERTY.exec(line)
    if (property !== null) entries.at(-1)?.properties.set(property[1]!, new Scanner(property[2]!).value())
  }
  return entries
}
