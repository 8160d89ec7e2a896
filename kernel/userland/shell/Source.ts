import { ParseError } from './ParseError.ts'

/** How deep constructs may nest before the parser gives up. */
const MAX_DEPTH = 150
/** How often alias text may be put in for one script. */
const MAX_ALIAS_EXPANSIONS = 1000

/** The text under the parser: a position, aliases spliced in, and what construct we are inside of. */
export class Source {
  at = 0
  private readonly contexts: string[] = []
  /** Aliases that are being expanded, each with the length of text that remained after it. */
  private active: { name: string; remaining: number }[] = []
  private expansions = 0

  constructor(
    public text: string,
    private readonly aliases: ReadonlyMap<string, string>,
  ) {}

  get atEnd(): boolean {
    return this.at >= this.text.length
  }

  /** The character at the position plus `offset`; empty at the end. */
  peek(offset = 0): string {
    return this.text[this.at + offset] ?? ''
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.at)
  }

  /** Skips `text` if it stands here. */
  accept(text: string): boolean {
    if (!this.startsWith(text)) return false
    this.at += text.length
    return true
  }

  /** Takes one character; at the end the text is incomplete. */
  take(): string {
    if (this.atEnd) throw this.endError()
    return this.text[this.at++]!
  }

  /** The error of a text that ends here. */
  endError(): ParseError {
    return new ParseError('unexpected end of file', this.contexts.join(' '))
  }

  /** Runs `body` inside a construct, whose name the second prompt shows. */
  inside<T>(context: string, body: () => T): T {
    if (this.contexts.length >= MAX_DEPTH) throw new ParseError('nesting too deep', null)
    this.contexts.push(context)
    const value = body()
    this.contexts.pop()
    return value
  }

  /** Skips blanks, escaped newlines and a comment. */
  skipBlanks(): void {
    for (;;) {
      const character = this.peek()
      if (character === ' ' || character === '\t') this.at++
      else if (character === '\\' && this.peek(1) === '\n') this.at += 2
      else break
    }
    if (this.peek() !== '#') return
    while (!this.atEnd && this.peek() !== '\n') this.at++
  }

  /** Replaces the word that was read from `start` by its alias, if it has one that is not being expanded. */
  expandAlias(start: number, name: string): boolean {
    const value = this.aliases.get(name)
    if (value === undefined) return false
    const remaining = this.text.length - this.at
    this.active = this.active.filter((alias) => alias.remaining < remaining)
    if (this.active.some((alias) => alias.name === name) || ++this.expansions > MAX_ALIAS_EXPANSIONS) return false
    this.active.push({ name, remaining })
    this.text = this.text.slice(0, start) + value + this.text.slice(this.at)
    this.at = start
    return true
  }

  /** The next few characters, for a message. */
  near(): string {
    const rest = this.text.slice(this.at)
    if (rest === '') return ''
    if (rest.startsWith('\n')) return '\\n'
    return /^(?:[;&|<>()]{1,2}|[^\s;&|<>()]+)/.exec(rest)?.[0] ?? rest[0]!
  }
}
