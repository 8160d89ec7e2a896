import { escapePattern, hasWildcard } from '../pattern.ts'

/** One field of an expanded word: its text, and the same as a pattern in which quoted characters are escaped. */
export interface Field {
  text: string
  pattern: string
}

/** Collects the fields of a word while its parts are expanded. */
export class Fields {
  readonly done: Field[] = []
  private current: Field | null = null

  /** `separators` null: nothing is split. */
  constructor(private readonly separators: string | null) {}

  /** Quoted text; even empty text makes a field. */
  addQuoted(text: string): void {
    const field = this.open()
    field.text += text
    field.pattern += escapePattern(text)
  }

  /** Text that stands in the script itself: not split, but its wildcards work. */
  addLiteral(text: string): void {
    const field = this.open()
    field.text += text
    field.pattern += text
  }

  /** The value of an unquoted expansion: split at separators, wildcards work. */
  addSplit(text: string): void {
    if (this.separators === null) {
      if (text !== '') this.append(text)
      return
    }
    const blanks = [...this.separators].filter((character) => ' \t\n'.includes(character)).join('')
    let at = 0
    while (at < text.length) {
      const character = text[at]!
      if (blanks.includes(character)) {
        this.end()
        at++
        while (at < text.length && blanks.includes(text[at]!)) at++
        if (at < text.length && this.isHard(text[at]!, blanks)) at = this.skipHard(text, at, blanks)
      } else if (this.isHard(character, blanks)) {
        this.open()
        this.end()
        at = this.skipHard(text, at, blanks)
      } else at = this.takeRun(text, at)
    }
  }

  /** Ends the field that is being collected. */
  end(): void {
    if (this.current === null) return
    this.done.push(this.current)
    this.current = null
  }

  private append(text: string): void {
    const field = this.open()
    field.text += text
    field.pattern += text.replaceAll('\\', '\\\\')
  }

  private open(): Field {
    this.current ??= { text: '', pattern: '' }
    return this.current
  }

  private isHard(character: string, blanks: string): boolean {
    return this.separators!.includes(character) && !blanks.includes(character)
  }

  private skipHard(text: string, at: number, blanks: string): number {
    let next = at + 1
    while (next < text.length && blanks.includes(text[next]!)) next++
    return next
  }

  private takeRun(text: string, start: number): number {
    let end = start
    while (end < text.length && !this.separators!.includes(text[end]!)) end++
    this.append(text.slice(start, end))
    return end
  }
}

/** Whether file names are to be put in for a field. */
export function isGlob(field: Field): boolean {
  return hasWildcard(field.pattern)
}
