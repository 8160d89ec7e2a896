/** A JSON value; whole numbers that a `number` cannot hold are `bigint`. */
export type LooseJson = null | boolean | number | bigint | string | LooseJson[] | LooseObject

/** Members of a JSON object. */
export type LooseObject = { [key: string]: LooseJson }

/** One value and how it ended. */
export interface LooseDocument {
  readonly value: LooseJson | undefined
  /** Offset behind it. */
  readonly end: number
  /** What was wrong, with offsets; empty for well-formed JSON. */
  readonly faults: readonly LooseFault[]
}

/** One fault of a JSON text. */
export interface LooseFault {
  readonly at: number
  readonly message: string
}

const MAX_DEPTH = 64
const MAX_FAULTS = 20
const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '/': '/',
  '\\': '\\',
  '"': '"',
}
const LITERALS: readonly (readonly [string, LooseJson])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

/**
 * Reads JSON that people have cut and pasted: the text may stop anywhere, strings may hold raw line breaks,
 * commas may be missing. What was read up to a fault is kept. Linear in the length; never throws.
 */
export class LooseJsonReader {
  private at: number
  private readonly faults: LooseFault[] = []

  constructor(
    private readonly text: string,
    start = 0,
  ) {
    this.at = start
  }

  /** The value at the start. */
  document(): LooseDocument {
    const value = this.value(0)
    return { value, end: this.at, faults: this.faults }
  }

  /** Members that stand anywhere in the text without braces around them: `"key" : value`. */
  members(): LooseDocument {
    const found: [string, LooseJson][] = []
    while (this.at < this.text.length) {
      const quote = this.text.indexOf('"', this.at)
      if (quote < 0) break
      this.at = quote
      const key = this.string()
      this.blanks()
      if (this.text[this.at] !== ':') continue
      this.at++
      const value = this.value(1)
      if (value !== undefined) found.push([key, value])
    }
    return { value: Object.fromEntries(found), end: this.text.length, faults: this.faults }
  }

  private fault(message: string): void {
    if (this.faults.length < MAX_FAULTS) this.faults.push({ at: this.at, message })
  }

  private blanks(): void {
    while (this.at < this.text.length && this.text.charCodeAt(this.at) <= 0x20) this.at++
  }

  private value(depth: number): LooseJson | undefined {
    this.blanks()
    const first = this.text[this.at]
    if (first === undefined) {
      this.fault('The text ends where a value is wanted.')
      return undefined
    }
    if (first === '"') return this.string()
    if (first === '{' || first === '[') return this.nested(first, depth)
    const literal = LITERALS.find(([word]) => this.text.startsWith(word, this.at))
    if (literal !== undefined) {
      this.at += literal[0].length
      return literal[1]
    }
    return this.number()
  }

  private nested(opener: '{' | '[', depth: number): LooseJson | undefined {
    if (depth >= MAX_DEPTH) {
      this.fault(`Values lie in each other more than ${MAX_DEPTH} deep: the rest was not read.`)
      this.at = this.text.length
      return undefined
    }
    this.at++
    return opener === '{' ? this.object(depth + 1) : this.array(depth + 1)
  }

  private number(): LooseJson | undefined {
    const start = this.at
    while (this.at < this.text.length && this.at - start < 40 && /[-+0-9.eE]/u.test(this.text[this.at]!))
      this.at++
    const digits = this.text.slice(start, this.at)
    if (/^-?\d+$/u.test(digits)) {
      const value = Number(digits)
      return Number.isSafeInteger(value) ? value : BigInt(digits)
    }
    if (digits !== '' && Number.isFinite(Number(digits))) return Number(digits)
    this.fault(`${JSON.stringify(this.text.slice(start, start + 12))} is no value.`)
    if (this.at === start) this.at++
    return undefined
  }

  private string(): string {
    this.at++
    let result = ''
    let start = this.at
    while (this.at < this.text.length) {
      const code = this.text.charCodeAt(this.at)
      if (code === 0x22) {
        result += this.text.slice(start, this.at++)
        return result
      }
      if (code !== 0x5c) {
        this.at++
        continue
      }
      result += this.text.slice(start, this.at) + this.escape()
      start = this.at
    }
    this.fault('The text ends inside a string.')
    return result + this.text.slice(start)
  }

  private escape(): string {
    const letter = this.text[this.at + 1]
    if (letter === 'u' && /^[0-9A-Fa-f]{4}$/u.test(this.text.slice(this.at + 2, this.at + 6))) {
      const code = Number.parseInt(this.text.slice(this.at + 2, this.at + 6), 16)
      this.at += 6
      return String.fromCharCode(code)
    }
    this.at += letter === undefined ? 1 : 2
    return letter === undefined ? '' : (ESCAPES[letter] ?? `\\${letter}`)
  }

  private array(depth: number): LooseJson[] {
    const items: LooseJson[] = []
    while (this.more(']')) {
      const item = this.value(depth)
      if (item !== undefined) items.push(item)
    }
    return items
  }

  private object(depth: number): LooseObject {
    const members: [string, LooseJson][] = []
    while (this.more('}')) {
      if (this.text[this.at] !== '"') {
        this.fault(
          `A key in quotes is wanted instead of ${JSON.stringify(this.text.slice(this.at, this.at + 12))}.`,
        )
        this.at++
        continue
      }
      const key = this.string()
      this.blanks()
      if (this.text[this.at] === ':') this.at++
      else this.fault('A colon is wanted behind a key.')
      const value = this.value(depth)
      if (value !== undefined) members.push([key, value])
    }
    return Object.fromEntries(members)
  }

  /** Whether another item follows; steps over commas and the closing bracket. */
  private more(closer: ']' | '}'): boolean {
    this.blanks()
    while (this.text[this.at] === ',') {
      this.at++
      this.blanks()
    }
    if (this.at >= this.text.length) {
      this.fault(`The text ends before ${closer}.`)
      return false
    }
    if (this.text[this.at] !== closer) return true
    this.at++
    return false
  }
}

/** Whether a JSON value is an object. */
export const isLooseObject = (value: LooseJson | undefined): value is LooseObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
