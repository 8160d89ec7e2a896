import type { Regex } from '../../libsystem/regex/index.ts'
import { allMatches } from '../../libsystem/regex/index.ts'
import { awkRegex } from './AwkParser.ts'
import { AwkError } from './AwkError.ts'
import { InputText, type Value } from './value.ts'

const MAX_FIELDS = 100_000
const cacheLimit = 100

/** Compiled expressions by their text, since programs build them at run time. */
export class RegexCache {
  private readonly cache = new Map<string, Regex>()

  get(text: string): Regex {
    let regex = this.cache.get(text)
    if (regex === undefined) {
      regex = awkRegex(text)
      if (this.cache.size >= cacheLimit) this.cache.clear()
      this.cache.set(text, regex)
    }
    return regex
  }
}

/** Splits a text as FS does: blanks, one character, or an expression. */
export function splitFields(text: string, separator: string | Regex, cache: RegexCache): string[] {
  if (separator === ' ') {
    const trimmed = text.replace(/^[ \t\n]+|[ \t\n]+$/g, '')
    return trimmed === '' ? [] : trimmed.split(/[ \t\n]+/)
  }
  if (text === '') return []
  if (separator === '') return [...text]
  const isPlain = typeof separator === 'string' && [...separator].length === 1 && separator !== '\\'
  if (isPlain) return text.split(separator)
  const regex = typeof separator === 'string' ? cache.get(separator) : separator
  const parts: string[] = []
  let start = 0
  for (const match of allMatches(regex, text)) {
    if (match.end === match.start) continue
    parts.push(text.slice(start, match.start))
    start = match.end
  }
  parts.push(text.slice(start))
  return parts
}

/** The current record: its text, and its fields once they are asked for. */
export class AwkRecord {
  private text = ''
  private fields: Value[] | null = null
  private stale = false

  constructor(
    private readonly separator: () => string,
    private readonly join: () => string,
    private readonly textOf: (value: Value) => string,
    private readonly cache: RegexCache,
  ) {}

  setText(text: string): void {
    this.text = text
    this.fields = null
    this.stale = false
  }

  getText(): string {
    if (this.stale) {
      this.text = this.fields!.map(this.textOf).join(this.join())
      this.stale = false
    }
    return this.text
  }

  get count(): number {
    return this.split().length
  }

  setCount(count: number): void {
    const fields = this.split()
    this.check(count)
    while (fields.length < count) fields.push('')
    fields.length = count
    this.stale = true
  }

  get(index: number): Value {
    if (index === 0) return new InputText(this.getText())
    this.check(index)
    return this.split()[index - 1]
  }

  set(index: number, value: Value): void {
    if (index === 0) {
      this.setText(this.textOf(value))
      return
    }
    this.check(index)
    const fields = this.split()
    while (fields.length < index) fields.push('')
    fields[index - 1] = value
    this.stale = true
  }

  private check(index: number): void {
    if (index < 0 || index > MAX_FIELDS) throw new AwkError(`trying to access out of range field ${index}`)
  }

  private split(): Value[] {
    this.fields ??= splitFields(this.text, this.separator(), this.cache).map((text) => new InputText(text))
    return this.fields
  }
}
