import { AwkError } from './AwkError.ts'

export interface Token {
  readonly kind: 'number' | 'string' | 'regex' | 'name' | 'function' | 'keyword' | 'builtin' | 'operator'
    | 'newline' | 'end'
  readonly text: string
  /** Blanks stood before it. */
  readonly spaced: boolean
}

const KEYWORDS: ReadonlySet<string> = new Set([
  'BEGIN', 'END', 'function', 'func', 'if', 'else', 'while', 'for', 'do', 'break', 'continue', 'next',
  'nextfile',
  'exit', 'return', 'delete', 'in', 'getline', 'print', 'printf',
])
export const BUILTINS: ReadonlySet<string> = new Set([
  'length', 'substr', 'index', 'split', 'sub', 'gsub', 'match', 'sprintf', 'sqrt', 'int', 'rand', 'srand',
  'tolower', 'toupper', 'system', 'close', 'fflush',
])
const OPERATORS = [
  '**=', '&&', '||', '==', '<=', '>=', '!=', '++', '--', '+=', '-=', '*=', '/=', '%=', '^=', '**', '>>', '!~',
  '{', '}', '(', ')', '[', ']', ';', ',', '+', '-', '*', '/', '%', '^', '!', '>', '<', '|', '?', ':', '~',
  '$', '=',
]
const ESCAPES = new Map([
  ['n', '\n'], ['t', '\t'], ['r', '\r'], ['f', '\f'], ['v', '\v'], ['a', '\x07'], ['b', '\b'], ['"', '"'],
  ['\\', '\\'], ['/', '/'],
])

const NUMBER = /^(?:0[xX][0-9a-fA-F]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)/

/**
 * Splits an awk program into tokens; whether `/` divides or starts an expression follows from what came
 * before.
 */
export function tokenize(text: string): Token[] {
  return new Lexer(text).all()
}

class Lexer {
  private readonly tokens: Token[] = []
  private at = 0
  private spaced = false

  constructor(private readonly text: string) {}

  all(): Token[] {
    for (;;) {
      this.skipBlanks()
      if (this.at >= this.text.length) break
      this.next()
    }
    this.add('newline', '\n')
    this.add('end', '')
    return this.tokens
  }

  private add(kind: Token['kind'], text: string): void {
    this.tokens.push({ kind, text, spaced: this.spaced })
  }

  private skipBlanks(): void {
    const match = /^(?:[ \t\r]|\\\r?\n|#[^\n]*)+/.exec(this.text.slice(this.at))
    this.spaced = match !== null
    this.at += match?.[0].length ?? 0
  }

  private next(): void {
    const character = this.text[this.at]!
    if (character === '\n') {
      this.at++
      this.add('newline', '\n')
    } else if (character === '"') this.string()
    else if (character === '/' && this.regexMayStart()) this.regex()
    else if (/[0-9.]/.test(character)) this.number()
    else if (/[A-Za-z_]/.test(character)) this.word()
    else this.operator()
  }

  private number(): void {
    const match = NUMBER.exec(this.text.slice(this.at))
    if (match === null) throw new AwkError(`syntax error at source line ${this.line()}`)
    this.at += match[0].length
    this.add('number', match[0])
  }

  private word(): void {
    const word = /^[A-Za-z_][A-Za-z0-9_]*/.exec(this.text.slice(this.at))![0]
    this.at += word.length
    if (KEYWORDS.has(word)) this.add('keyword', word)
    else if (BUILTINS.has(word)) this.add('builtin', word)
    else this.add(this.text[this.at] === '(' ? 'function' : 'name', word)
  }

  private operator(): void {
    const operator = OPERATORS.find((candidate) => this.text.startsWith(candidate, this.at))
    if (operator === undefined) throw new AwkError(`syntax error at source line ${this.line()}`)
    this.at += operator.length
    this.add('operator', operator === '**' ? '^' : operator === '**=' ? '^=' : operator)
  }

  private string(): void {
    let text = ''
    this.at++
    for (;;) {
      const character = this.text[this.at++]
      if (character === undefined || character === '\n') {
        throw new AwkError(`non-terminated string ${text.slice(0, 10)}... at source line ${this.line()}`)
      }
      if (character === '"') break
      text += character === '\\' ? this.escape() : character
    }
    this.add('string', text)
  }

  private escape(): string {
    const octal = /^[0-7]{1,3}/.exec(this.text.slice(this.at, this.at + 3))?.[0]
    if (octal !== undefined) {
      this.at += octal.length
      return String.fromCharCode(parseInt(octal, 8))
    }
    const character = this.text[this.at++] ?? ''
    if (character === '\n') return ''
    return ESCAPES.get(character) ?? '\\' + character
  }

  private regex(): void {
    let text = ''
    let bracket = false
    this.at++
    for (;;) {
      const character = this.text[this.at++]
      if (character === undefined || character === '\n') {
        const shown = `${text.slice(0, 10)}...`
        throw new AwkError(`non-terminated regular expression ${shown} at source line ${this.line()}`)
      }
      if (character === '/' && !bracket) break
      if (character === '[' && !bracket) bracket = true
      else if (character === ']' && !/\[\^?$/.test(text)) bracket = false
      if (character === '\\') {
        const next = this.text[this.at++] ?? ''
        text += next === '/' ? '/' : next === '"' ? '"' : '\\' + next
      } else text += character
    }
    this.add('regex', text)
  }

  private regexMayStart(): boolean {
    const last = this.tokens.at(-1)
    if (last === undefined) return true
    if (last.kind === 'number' || last.kind === 'string' || last.kind === 'name'
      || last.kind === 'builtin') return false
    return !(last.kind === 'operator' && [')', ']', '$', '++', '--'].includes(last.text))
  }

  private line(): number {
    return this.text.slice(0, this.at).split('\n').length
  }
}
