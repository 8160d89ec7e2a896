import { SedError } from './program.ts'

/** A piece of script as the command line gave it. */
export interface ScriptPart {
  /** Name of the file; null for text of the command line. */
  readonly path: string | null
  readonly text: string
}

/** Characters that a text of the command line may have before messages show only its start. */
const IDENTITY_LENGTH = 29
const SHORTENED_LENGTH = 24

/** Hands out the lines of all script parts, and knows where the parser stands. */
export class ScriptReader {
  /** `#n` on the first line of a part: as option -n. */
  quiet = false
  private number = 0
  private name = ''
  private part = 0
  private lines: readonly string[] = []

  constructor(private readonly parts: readonly ScriptPart[]) {}

  /** The next line with its newline, or null after the last. */
  next(): string | null {
    while (this.number >= this.lines.length) {
      const part = this.parts[this.part]
      if (part === undefined) return null
      this.part++
      this.open(part)
    }
    return this.lines[this.number++]!
  }

  /** Number and name as messages show them. */
  get place(): string {
    return `${this.number}: ${this.name}`
  }

  error(message: string): SedError {
    return new SedError(`${this.place}: ${message}`)
  }

  private open({ path, text }: ScriptPart): void {
    const quoted = `"${text}"`
    this.name = path ?? (quoted.length < IDENTITY_LENGTH
      ? quoted : `${quoted.slice(0, SHORTENED_LENGTH)} ..."`)
    this.number = 0
    const lines = text === '' ? [] : text.split(/(?<=\n)/)
    // A text of the command line that ends in a newline has one more line, an empty one.
    this.lines = path === null && text.endsWith('\n') ? [...lines, ''] : lines
    if (text.startsWith('#n')) this.quiet = true
  }
}
