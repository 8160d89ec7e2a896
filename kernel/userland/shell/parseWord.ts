import type { ParameterOperation, Script, Word, WordPart } from './ast.ts'
import { ParseError } from './ParseError.ts'
import type { Source } from './Source.ts'

/** Where a word ends: at blanks and operators, at `}` inside `${…}`, at `"`, or at given characters. */
export type WordEnd = 'word' | 'brace' | 'replacement' | 'pattern' | 'test' | 'heredoc'

const META = ' \t\n;&|<>()'
const NAME_START = /[A-Za-z_]/
const NAME_CHARACTER = /[A-Za-z0-9_]/
const SPECIAL_PARAMETERS = '@*#?-$!0123456789'

/** Parses words. Command substitutions are given back to the command parser through `parseScript`. */
export class WordParser {
  constructor(
    private readonly source: Source,
    private readonly parseScript: (end: string) => Script,
    private readonly parseBackquoted: (text: string) => Script,
  ) {}

  /** A word at the position; empty array when none starts here. */
  word(end: WordEnd = 'word'): Word {
    const parts: WordPart[] = []
    if (end === 'word' && this.source.peek() === '~') this.tilde(parts)
    while (!this.source.atEnd && !this.endsHere(end)) this.part(parts, end)
    return parts
  }

  /** Text in which only `$`, backquotes and backslash are special: here-documents and arithmetic. */
  expandable(): Word {
    const parts: WordPart[] = []
    while (!this.source.atEnd) this.doubleQuotedPart(parts, true)
    return parts
  }

  private endsHere(end: WordEnd): boolean {
    const character = this.source.peek()
    if (end === 'brace') return character === '}'
    if (end === 'pattern') return character === '}' || character === '/'
    if (end === 'replacement') return character === '}'
    if (end === 'test') return ' \t\n;&'.includes(character)
    return META.includes(character)
  }

  private tilde(parts: WordPart[]): void {
    const match = /^~([A-Za-z0-9_-]*)(?=[/\s;&|<>():]|$)/.exec(this.source.text.slice(this.source.at))
    if (match === null) return
    this.source.at += match[0].length
    parts.push({ kind: 'tilde', user: match[1]! })
  }

  private part(parts: WordPart[], end: WordEnd): void {
    const { source } = this
    const character = source.peek()
    if (character === '\\') this.escaped(parts)
    else if (character === "'") this.singleQuoted(parts)
    else if (character === '"') this.doubleQuoted(parts)
    else if (character === '`') this.backquoted(parts, false)
    else if (character === '$') this.dollar(parts, false)
    else this.plain(parts, end)
  }

  private plain(parts: WordPart[], end: WordEnd): void {
    const { source } = this
    let text = ''
    while (!source.atEnd && !'\\\'"`$'.includes(source.peek()) && !this.endsHere(end)) text += source.take()
    parts.push({ kind: 'literal', text, quoted: false })
  }

  private escaped(parts: WordPart[]): void {
    const { source } = this
    source.at++
    if (source.atEnd) {
      parts.push({ kind: 'literal', text: '\\', quoted: true })
      return
    }
    const character = source.take()
    if (character !== '\n') parts.push({ kind: 'literal', text: character, quoted: true })
  }

  private singleQuoted(parts: WordPart[]): void {
    const { source } = this
    source.at++
    const close = source.text.indexOf("'", source.at)
    if (close < 0) throw new ParseError("unmatched '", 'quote')
    parts.push({ kind: 'literal', text: source.text.slice(source.at, close), quoted: true })
    source.at = close + 1
  }

  private doubleQuoted(parts: WordPart[]): void {
    const { source } = this
    source.at++
    parts.push({ kind: 'literal', text: '', quoted: true })
    source.inside('dquote', () => {
      for (;;) {
        if (source.atEnd) throw new ParseError('unmatched "', 'dquote')
        if (source.accept('"')) return
        this.doubleQuotedPart(parts, false)
      }
    })
  }

  private doubleQuotedPart(parts: WordPart[], heredoc: boolean): void {
    const { source } = this
    const character = source.peek()
    if (character === '$') this.dollar(parts, true)
    else if (character === '`') this.backquoted(parts, true)
    else if (character === '\\') this.doubleQuotedEscape(parts, heredoc)
    else {
      let text = ''
      const stops = heredoc ? '\\`$' : '\\`$"'
      while (!source.atEnd && !stops.includes(source.peek())) text += source.take()
      parts.push({ kind: 'literal', text, quoted: true })
    }
  }

  private doubleQuotedEscape(parts: WordPart[], heredoc: boolean): void {
    const { source } = this
    source.at++
    const next = source.peek()
    if (next === '\n') {
      source.at++
      return
    }
    const special = next !== '' && (heredoc ? '$`\\' : '$`"\\').includes(next)
    if (special) source.at++
    parts.push({ kind: 'literal', text: special ? next : '\\', quoted: true })
  }

  private backquoted(parts: WordPart[], quoted: boolean): void {
    const { source } = this
    source.at++
    let text = ''
    for (;;) {
      if (source.atEnd) throw new ParseError('unmatched `', 'bquote')
      const character = source.take()
      if (character === '`') break
      if (character === '\\' && '$`\\'.includes(source.peek())) text += source.take()
      else text += character
    }
    parts.push({ kind: 'substitution', body: source.inside('bquote', () => this.parseBackquoted(text)), quoted })
  }

  private dollar(parts: WordPart[], quoted: boolean): void {
    const { source } = this
    source.at++
    const next = source.peek()
    if (source.startsWith('((')) {
      if (this.arithmetic(parts, quoted)) return
    }
    if (next === '(') {
      source.at++
      const body = source.inside('cmdsubst', () => this.parseScript(')'))
      parts.push({ kind: 'substitution', body, quoted })
    } else if (next === '{') this.braced(parts, quoted)
    else if (next === "'" && !quoted) this.dollarQuoted(parts)
    else if (NAME_START.test(next)) parts.push({ kind: 'parameter', name: this.name(), operation: null, quoted })
    else if (next !== '' && SPECIAL_PARAMETERS.includes(next)) {
      source.at++
      parts.push({ kind: 'parameter', name: next, operation: null, quoted })
    } else parts.push({ kind: 'literal', text: '$', quoted: true })
  }

  /** `$(( … ))`; false when it turns out to be a command substitution that starts with a subshell. */
  private arithmetic(parts: WordPart[], quoted: boolean): boolean {
    const { source } = this
    const end = matchingArithmeticEnd(source.text, source.at + 2)
    if (end === null) throw new ParseError('unmatched ((', 'mathsubst')
    if (end === -1) return false
    const expression = this.nested(source.text.slice(source.at + 2, end))
    source.at = end + 2
    parts.push({ kind: 'arithmetic', expression, quoted })
    return true
  }

  /** Parses a piece of text as if it stood between double quotes. */
  nested(text: string): Word {
    const { source } = this
    const saved = { text: source.text, at: source.at }
    source.text = text
    source.at = 0
    const word = source.inside('math', () => this.expandable())
    source.text = saved.text
    source.at = saved.at
    return word
  }

  /** `$'…'` with the escapes of C. */
  private dollarQuoted(parts: WordPart[]): void {
    const { source } = this
    source.at++
    let text = ''
    for (;;) {
      if (source.atEnd) throw new ParseError("unmatched '", 'quote')
      const character = source.take()
      if (character === "'") break
      text += character === '\\' ? this.cEscape() : character
    }
    parts.push({ kind: 'literal', text, quoted: true })
  }

  private cEscape(): string {
    const { source } = this
    const rest = source.text.slice(source.at)
    const coded = /^(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|([0-7]{1,3}))/.exec(rest)
    if (coded !== null) {
      source.at += coded[0].length
      const digits = coded[1] ?? coded[2]
      return String.fromCodePoint(digits === undefined ? parseInt(coded[3]!, 8) : parseInt(digits, 16))
    }
    const plain = C_ESCAPES.get(source.peek())
    if (plain === undefined) return '\\'
    source.at++
    return plain
  }

  private name(): string {
    const { source } = this
    let name = ''
    while (NAME_CHARACTER.test(source.peek())) name += source.take()
    return name
  }

  private braced(parts: WordPart[], quoted: boolean): void {
    const { source } = this
    source.at++
    const part = source.inside('braceparam', (): WordPart => {
      const isLength = source.peek() === '#' && /^#(?:[A-Za-z0-9_@*]|[?$!-]\})/.test(source.text.slice(source.at))
      if (isLength) source.at++
      const name = this.parameterName()
      const operation = isLength ? ({ kind: 'length' } as const) : this.operation()
      if (source.atEnd) throw source.endError()
      if (!source.accept('}')) throw new ParseError('bad substitution', null)
      return { kind: 'parameter', name, operation, quoted }
    })
    parts.push(part)
  }

  private parameterName(): string {
    const { source } = this
    const character = source.peek()
    if (character === '') throw source.endError()
    if (NAME_START.test(character)) return this.name()
    const digits = /^[0-9]+/.exec(source.text.slice(source.at))?.[0]
    if (digits !== undefined) {
      source.at += digits.length
      return digits
    }
    if (!SPECIAL_PARAMETERS.includes(character)) throw new ParseError('bad substitution', null)
    source.at++
    return character
  }

  private operation(): ParameterOperation | null {
    const { source } = this
    if (source.peek() === '}') return null
    const test = /^(:?)([-=?+])/.exec(source.text.slice(source.at, source.at + 2))
    if (test !== null) {
      source.at += test[0].length
      const kind = TEST_KINDS[test[2] as keyof typeof TEST_KINDS]
      return { kind, orEmpty: test[1] === ':', word: this.word('brace') }
    }
    for (const [kind, sign] of [['prefix', '#'], ['suffix', '%']] as const) {
      if (!source.accept(sign)) continue
      const longest = source.accept(sign)
      return { kind, longest, pattern: this.word('brace') }
    }
    if (source.accept('/')) return this.replacement()
    if (source.accept(':')) return this.substring()
    throw new ParseError('bad substitution', null)
  }

  private replacement(): ParameterOperation {
    const { source } = this
    const sign = source.peek()
    const where = sign === '/' ? 'all' : sign === '#' ? 'start' : sign === '%' ? 'end' : 'first'
    if (where !== 'first') source.at++
    const pattern = this.word('pattern')
    const replacement = source.accept('/') ? this.word('replacement') : []
    return { kind: 'replace', where, pattern, replacement }
  }

  private substring(): ParameterOperation {
    const rest = this.source.text.slice(this.source.at)
    const match = /^([^:}]*)(?::([^}]*))?(?=\})/.exec(rest)
    if (match === null) throw this.source.endError()
    this.source.at += match[0].length
    const length = match[2] === undefined ? null : this.nested(match[2])
    return { kind: 'substring', offset: this.nested(match[1]!), length }
  }
}

const TEST_KINDS = { '-': 'default', '=': 'assign', '?': 'error', '+': 'alternate' } as const

const C_ESCAPES = new Map([
  ['n', '\n'], ['t', '\t'], ['r', '\r'], ['a', '\x07'], ['b', '\b'], ['e', '\x1b'], ['f', '\f'], ['v', '\v'],
  ['\\', '\\'], ["'", "'"], ['"', '"'],
])

/**
 * Index of the `))` that closes an arithmetic expression whose inside starts at `start`; -1 when the parentheses
 * close one by one (a command after all); null when the text ends first.
 */
export function matchingArithmeticEnd(text: string, start: number): number | null {
  let depth = 0
  for (let i = start; i < text.length; i++) {
    if (text[i] === '(') depth++
    else if (text[i] === ')') {
      if (depth === 0) return text[i + 1] === ')' ? i : i + 1 < text.length ? -1 : null
      depth--
    }
  }
  return null
}
