import type { ReplacementPart } from './program.ts'

const LETTER_ESCAPES = new Map([['n', '\n'], ['r', '\r'], ['t', '\t']])

/** A delimited text, and where it ends in the line; or null when its delimiter does not come again. */
export interface Delimited {
  readonly text: string
  readonly end: number
}

/** The character after `\x`, with the number of digits that were taken; null when there are none. */
function hexEscape(line: string, at: number): { character: string; length: number } | null {
  const digits = /^[0-9A-Fa-f]{1,2}/.exec(line.slice(at, at + 2))?.[0]
  return digits === undefined
    ? null : { character: String.fromCharCode(Number.parseInt(digits, 16)), length: digits.length }
}

/** End of the bracket expression that starts at `at`; -1 when it has none. */
export function bracketEnd(line: string, at: number): number {
  let end = at + 1
  if (line[end] === '^') end++
  if (line[end] === ']') end++
  while (end < line.length && line[end] !== ']') {
    const kind = line[end + 1]
    const isClass = line[end] === '[' && (kind === '.' || kind === ':' || kind === '=')
    if (!isClass) {
      end++
      continue
    }
    const close = line.indexOf(`${kind}]`, end + 2)
    if (close < 0) return -1
    end = close + 2
  }
  return line[end] === ']' ? end + 1 : -1
}

/** What an escape in a pattern (or in a set of `y`) stands for, and its length in the line. */
function escape(
  line: string, at: number, delimiter: string, isSet: boolean,
): { text: string; length: number } {
  const next = line[at + 1] ?? ''
  if (next === '[') return { text: isSet ? '[' : '\\[', length: 2 }
  if (next === delimiter) return { text: next, length: 2 }
  const letter = LETTER_ESCAPES.get(next)
  if (letter !== undefined) return { text: letter, length: 2 }
  if (next === 'x') {
    const hex = hexEscape(line, at + 2)
    if (hex !== null) return { text: hex.character, length: 2 + hex.length }
  }
  if (next === '\\') return { text: isSet ? '\\' : '\\\\', length: 2 }
  return { text: '\\', length: 1 }
}

/**
 * The text between the delimiter at `at` and its next occurrence. Brackets hide the delimiter in a pattern
 * but not
 * in a set of `y`. `'brackets'`: a bracket expression does not end.
 */
export function readDelimited(line: string, at: number, isSet: boolean): Delimited | null | 'brackets' {
  const delimiter = line[at] ?? ''
  let text = ''
  let from = at + 1
  while (from < line.length) {
    const character = line[from]!
    if (character === '[' && delimiter !== '[' && !isSet) {
      const end = bracketEnd(line, from)
      if (end < 0) return 'brackets'
      text += bracketText(line.slice(from, end))
      from = end
    } else if (character === '\\') {
      const found = escape(line, from, delimiter, isSet)
      text += found.text
      from += found.length
    } else if (character === delimiter) return { text, end: from + 1 }
    else {
      text += character
      from++
    }
  }
  return null
}

/** A bracket expression with the escapes that stand for control characters resolved. */
function bracketText(text: string): string {
  return text.replace(/\\([nrt])/g, (_, letter: string) => LETTER_ESCAPES.get(letter)!)
}

/** Collects the parts of a replacement. */
export class ReplacementBuilder {
  readonly parts: ReplacementPart[] = []
  /** The highest group it names. */
  highest = 0
  private literal = ''

  add(text: string): void {
    this.literal += text
  }

  group(index: number): void {
    this.finish()
    this.highest = Math.max(this.highest, index)
    this.parts.push({ kind: 'group', index })
  }

  /** Adds what the escape whose backslash is at `at` stands for; the value is its length. */
  escape(line: string, at: number): number {
    const next = line[at + 1]!
    if (next >= '1' && next <= '9') this.group(Number(next))
    else if (next === 'x') {
      const hex = hexEscape(line, at + 2)
      this.add(hex === null ? 'x' : hex.character)
      return 2 + (hex?.length ?? 0)
    } else this.add(LETTER_ESCAPES.get(next) ?? next)
    return 2
  }

  finish(): readonly ReplacementPart[] {
    if (this.literal !== '') this.parts.push({ kind: 'text', text: this.literal })
    this.literal = ''
    return this.parts
  }
}
