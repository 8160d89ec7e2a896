import type { Condition, Word } from './ast.ts'
import { parseErrorNear } from './ParseError.ts'
import type { WordParser } from './parseWord.ts'
import type { Source } from './Source.ts'

const BINARY: ReadonlySet<string> = new Set([
  '=', '==', '!=', '=~', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef',
])

/** Parses what stands between `[[` and `]]`. */
export class ConditionParser {
  constructor(
    private readonly source: Source,
    private readonly words: WordParser,
  ) {}

  /** Takes the condition and the closing `]]`. */
  parse(): Condition {
    const condition = this.either()
    this.skip()
    if (this.source.atEnd) throw this.source.endError()
    if (!this.source.accept(']]')) throw parseErrorNear(this.source.near())
    return condition
  }

  private skip(): void {
    while (' \t\n'.includes(this.source.peek()) && !this.source.atEnd) this.source.at++
  }

  private either(): Condition {
    let left = this.both()
    for (;;) {
      this.skip()
      if (!this.source.accept('||')) return left
      left = { kind: 'or', left, right: this.both() }
    }
  }

  private both(): Condition {
    let left = this.single()
    for (;;) {
      this.skip()
      if (!this.source.accept('&&')) return left
      left = { kind: 'and', left, right: this.single() }
    }
  }

  private single(): Condition {
    const { source } = this
    this.skip()
    if (source.peek() === '!' && ' \t'.includes(source.peek(1))) {
      source.at++
      return source.inside('cond', () => ({ kind: 'not', operand: this.single() }))
    }
    if (source.accept('(')) return source.inside('cond', () => this.parenthesised())
    const operator = /^-[a-zA-Z](?=[ \t])/.exec(source.text.slice(source.at, source.at + 4))?.[0]
    if (operator !== undefined) {
      source.at += operator.length
      return { kind: 'unary', operator, operand: this.operand() }
    }
    return this.comparison()
  }

  private parenthesised(): Condition {
    const inner = this.either()
    this.skip()
    if (!this.source.accept(')')) throw this.source.atEnd ? this.source.endError() : parseErrorNear(this.source.near())
    return inner
  }

  private comparison(): Condition {
    const left = this.operand()
    this.skip()
    const token = /^(?:[=!<>~]+|-[a-z]{2})(?=[ \t])/.exec(this.source.text.slice(this.source.at, this.source.at + 8))?.[0]
    if (token === undefined || !BINARY.has(token)) return { kind: 'unary', operator: '-n', operand: left }
    this.source.at += token.length
    return { kind: 'binary', operator: token, left, right: this.operand(token === '=~') }
  }

  private operand(isRegex = false): Word {
    this.skip()
    if (this.source.atEnd) throw this.source.endError()
    const word = this.source.startsWith(']]') ? [] : this.words.word(isRegex ? 'test' : 'word')
    if (word.length === 0) throw parseErrorNear(this.source.near())
    return word
  }
}
