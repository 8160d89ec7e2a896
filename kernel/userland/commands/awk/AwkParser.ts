import { compileRegex, type Regex } from '../../libsystem/regex/index.ts'
import type { AwkFunction, AwkProgram, Expression, Rule, Statement, Target } from './ast.ts'
import { AwkError } from './AwkError.ts'
import { tokenize, type Token } from './AwkLexer.ts'

const MAX_DEPTH = 200
const ASSIGNMENTS: ReadonlySet<string> = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^='])
const COMPARISONS: ReadonlySet<string> = new Set(['<', '<=', '==', '!=', '>', '>='])
/** Tokens at which a concatenated operand may begin. */
const OPERAND_STARTS: ReadonlySet<string> = new Set(['$', '!', '(', '-', '+', '++', '--'])

/** Parses an awk program. Throws `AwkError`. */
export class AwkParser {
  private readonly tokens: readonly Token[]
  private at = 0
  private depth = 0
  /** Inside `print`, a bare `>` is a redirection; inside `for (`, a bare `in` belongs to the loop. */
  private noGreater = false
  private noIn = false

  constructor(text: string) {
    this.tokens = tokenize(text)
  }

  parse(): AwkProgram {
    const rules: Rule[] = []
    const functions = new Map<string, AwkFunction>()
    this.skipNewlines()
    while (this.peek().kind !== 'end') {
      if (this.isKeyword('function') || this.isKeyword('func')) {
        const definition = this.functionDefinition()
        functions.set(definition.name, definition)
      } else rules.push(this.rule())
      while (this.accept(';') || this.peek().kind === 'newline') this.skipNewlines()
    }
    return { rules, functions }
  }

  private peek(offset = 0): Token {
    return this.tokens[Math.min(this.at + offset, this.tokens.length - 1)]!
  }

  private error(): AwkError {
    const token = this.peek()
    const near = token.kind === 'end' || token.kind === 'newline' ? 'end of line' : token.text
    return new AwkError(`syntax error at source line 1\n context is\n\t >>> ${near} <<<`)
  }

  private accept(text: string): boolean {
    const token = this.peek()
    if (token.kind !== 'operator' || token.text !== text) return false
    this.at++
    return true
  }

  private isOperator(text: string): boolean {
    const token = this.peek()
    return token.kind === 'operator' && token.text === text
  }

  private isKeyword(text: string): boolean {
    const token = this.peek()
    return token.kind === 'keyword' && token.text === text
  }

  private acceptKeyword(text: string): boolean {
    if (!this.isKeyword(text)) return false
    this.at++
    return true
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw this.error()
  }

  private skipNewlines(): void {
    while (this.peek().kind === 'newline') this.at++
  }

  private name(): string {
    const token = this.peek()
    if (token.kind !== 'name' && token.kind !== 'function') throw this.error()
    this.at++
    return token.text
  }

  private deeper<T>(body: () => T): T {
    if (++this.depth > MAX_DEPTH) throw new AwkError('program is nested too deeply')
    const value = body()
    this.depth--
    return value
  }

  private functionDefinition(): AwkFunction {
    this.at++
    const name = this.name()
    this.expect('(')
    const parameters: string[] = []
    while (!this.accept(')')) {
      this.skipNewlines()
      parameters.push(this.name())
      if (!this.accept(',') && !this.isOperator(')')) throw this.error()
    }
    this.skipNewlines()
    return { name, parameters, body: this.block() }
  }

  private rule(): Rule {
    const plain = { first: null, second: null }
    if (this.acceptKeyword('BEGIN')) return { ...plain, kind: 'begin', body: this.block() }
    if (this.acceptKeyword('END')) return { ...plain, kind: 'end', body: this.block() }
    if (this.isOperator('{')) return { ...plain, kind: 'always', body: this.block() }
    const first = this.expression()
    let second: Expression | null = null
    if (this.accept(',')) {
      this.skipNewlines()
      second = this.expression()
    }
    const body = this.isOperator('{') ? this.block() : null
    return { kind: second === null ? 'pattern' : 'range', first, second, body }
  }

  private block(): Statement {
    return this.deeper(() => {
      this.expect('{')
      const body: Statement[] = []
      for (;;) {
        while (this.accept(';') || this.peek().kind === 'newline') this.skipNewlines()
        if (this.accept('}')) return { kind: 'block', body }
        body.push(this.statement())
      }
    })
  }

  private statement(): Statement {
    if (this.isOperator('{')) return this.block()
    const token = this.peek()
    if (token.kind !== 'keyword') return this.terminated(this.simple())
    switch (token.text) {
      case 'if': return this.deeper(() => this.ifStatement())
      case 'while': return this.deeper(() => this.whileStatement())
      case 'do': return this.deeper(() => this.doStatement())
      case 'for': return this.deeper(() => this.forStatement())
      case 'next': case 'nextfile': case 'break': case 'continue':
        this.at++
        return this.terminated({ kind: token.text === 'nextfile' ? 'next' : token.text })
      case 'exit': case 'return':
        this.at++
        return this.terminated({ kind: token.text, value: this.atEnd() ? null : this.expression() })
      default: return this.terminated(this.simple())
    }
  }

  private atEnd(): boolean {
    return this.peek().kind === 'newline' || this.peek().kind === 'end' || this.isOperator(';')
      || this.isOperator('}')
  }

  private terminated(statement: Statement): Statement {
    if (!this.atEnd()) throw this.error()
    if (!this.isOperator('}')) this.at++
    return statement
  }

  /** The body of a compound statement, after newlines. */
  private body(): Statement {
    this.skipNewlines()
    if (this.accept(';')) return { kind: 'block', body: [] }
    return this.statement()
  }

  private parenthesised(): Expression {
    this.expect('(')
    const expression = this.expression()
    this.expect(')')
    return expression
  }

  private ifStatement(): Statement {
    this.at++
    const test = this.parenthesised()
    const yes = this.body()
    const mark = this.at
    while (this.accept(';') || this.peek().kind === 'newline') this.skipNewlines()
    if (this.acceptKeyword('else')) return { kind: 'if', test, yes, no: this.body() }
    this.at = mark
    return { kind: 'if', test, yes, no: null }
  }

  private whileStatement(): Statement {
    this.at++
    const test = this.parenthesised()
    return { kind: 'while', test, body: this.body(), testLast: false }
  }

  private doStatement(): Statement {
    this.at++
    const body = this.body()
    while (this.accept(';') || this.peek().kind === 'newline') this.skipNewlines()
    if (!this.acceptKeyword('while')) throw this.error()
    return this.terminated({ kind: 'while', test: this.parenthesised(), body, testLast: true })
  }

  private forStatement(): Statement {
    this.at++
    this.expect('(')
    if (this.peek().kind === 'name' && this.peek(1).text === 'in' && this.peek(3).text === ')') {
      const name = this.name()
      this.at++
      const array = this.name()
      this.expect(')')
      return { kind: 'forIn', name, array, body: this.body() }
    }
    const start = this.isOperator(';') ? null : this.simple()
    this.expect(';')
    this.skipNewlines()
    const test = this.isOperator(';') ? null : this.expression()
    this.expect(';')
    this.skipNewlines()
    const step = this.isOperator(')') ? null : this.simple()
    this.expect(')')
    return { kind: 'for', start, test, step, body: this.body() }
  }

  private simple(): Statement {
    if (this.isKeyword('print') || this.isKeyword('printf')) return this.print()
    if (this.acceptKeyword('delete')) {
      const array = this.name()
      return { kind: 'delete', array, subscripts: this.accept('[') ? this.list(']') : null }
    }
    return { kind: 'expression', expression: this.expression() }
  }

  private print(): Statement {
    const kind = this.isKeyword('print') ? 'print' : 'printf'
    this.at++
    const saved = this.noGreater
    this.noGreater = true
    const items = this.atEnd() || this.isOperator('>') || this.isOperator('>>') ? [] : this.printList()
    this.noGreater = saved
    const append = this.isOperator('>>')
    if (this.isOperator('|')) throw new AwkError('output into commands is not available')
    if (!append && !this.isOperator('>')) return { kind, arguments: items, output: null }
    this.at++
    return { kind, arguments: items, output: { append, path: this.concatenation() } }
  }

  /** The operands of print: `(a, b)` is a list unless an operator follows. */
  private printList(): Expression[] {
    if (this.isOperator('(')) {
      const mark = this.at
      this.at++
      const saved = this.noGreater
      this.noGreater = false
      const items = this.list(')')
      this.noGreater = saved
      if (this.atEnd() || this.isOperator('>') || this.isOperator('>>') || this.isOperator('|')) return items
      this.at = mark
    }
    const items = [this.expression()]
    while (this.accept(',')) {
      this.skipNewlines()
      items.push(this.expression())
    }
    return items
  }

  private list(end: string): Expression[] {
    const items: Expression[] = []
    this.skipNewlines()
    while (!this.accept(end)) {
      items.push(this.expression())
      this.skipNewlines()
      if (this.accept(',')) this.skipNewlines()
      else if (!this.isOperator(end)) throw this.error()
    }
    return items
  }

  private expression(): Expression {
    return this.deeper(() => {
      const left = this.conditional()
      const token = this.peek()
      if (token.kind !== 'operator' || !ASSIGNMENTS.has(token.text)) return left
      if (!isTarget(left)) throw this.error()
      this.at++
      this.skipNewlines()
      return { kind: 'assign', operator: token.text, target: left, value: this.expression() }
    })
  }

  private conditional(): Expression {
    const test = this.or()
    if (!this.accept('?')) return test
    this.skipNewlines()
    const yes = this.expression()
    this.skipNewlines()
    this.expect(':')
    this.skipNewlines()
    return { kind: 'conditional', test, yes, no: this.expression() }
  }

  private or(): Expression {
    let left = this.and()
    while (this.accept('||')) {
      this.skipNewlines()
      left = { kind: 'or', left, right: this.and() }
    }
    return left
  }

  private and(): Expression {
    let left = this.membership()
    while (this.accept('&&')) {
      this.skipNewlines()
      left = { kind: 'and', left, right: this.membership() }
    }
    return left
  }

  private membership(): Expression {
    let left = this.match()
    while (!this.noIn && this.acceptKeyword('in')) {
      left = { kind: 'in', subscripts: [left], array: this.name() }
    }
    return left
  }

  private match(): Expression {
    let left = this.comparison()
    for (;;) {
      const negated = this.isOperator('!~')
      if (!negated && !this.isOperator('~')) return left
      this.at++
      left = { kind: 'match', negated, text: left, pattern: this.comparison() }
    }
  }

  private comparison(): Expression {
    const left = this.concatenation()
    const token = this.peek()
    if (token.kind !== 'operator' || !COMPARISONS.has(token.text)) return left
    if (token.text === '>' && this.noGreater) return left
    this.at++
    return { kind: 'binary', operator: token.text, left, right: this.concatenation() }
  }

  private concatenation(): Expression {
    let left = this.additive()
    while (this.operandStarts()) left = { kind: 'binary', operator: ' ', left, right: this.additive() }
    return left
  }

  private operandStarts(): boolean {
    const token = this.peek()
    if (token.kind === 'number' || token.kind === 'string' || token.kind === 'regex') return true
    if (token.kind === 'name' || token.kind === 'function' || token.kind === 'builtin') return true
    if (token.kind !== 'operator' || token.text === '+' || token.text === '-') return false
    return OPERAND_STARTS.has(token.text)
  }

  private additive(): Expression {
    let left = this.multiplicative()
    for (;;) {
      const operator = this.peek().text
      if (this.peek().kind !== 'operator' || (operator !== '+' && operator !== '-')) return left
      this.at++
      left = { kind: 'binary', operator, left, right: this.multiplicative() }
    }
  }

  private multiplicative(): Expression {
    let left = this.unary()
    for (;;) {
      const operator = this.peek().text
      if (this.peek().kind !== 'operator' || !['*', '/', '%'].includes(operator)) return left
      this.at++
      left = { kind: 'binary', operator, left, right: this.unary() }
    }
  }

  private unary(): Expression {
    for (const operator of ['!', '-', '+'] as const) {
      if (this.accept(operator)) return this.deeper(() =>
        ({ kind: 'unary', operator, operand: this.unary() }))
    }
    return this.power()
  }

  private power(): Expression {
    const base = this.postfix()
    if (!this.accept('^')) return base
    return { kind: 'binary', operator: '^', left: base, right: this.deeper(() => this.unary()) }
  }

  private postfix(): Expression {
    const operand = this.primary()
    if (!isTarget(operand)) return operand
    if (this.accept('++')) return { kind: 'increment', by: 1, prefix: false, target: operand }
    if (this.accept('--')) return { kind: 'increment', by: -1, prefix: false, target: operand }
    return operand
  }

  private primary(): Expression {
    const token = this.peek()
    this.at++
    switch (token.kind) {
      case 'number': return { kind: 'number', value: Number(token.text) }
      case 'string': return { kind: 'string', value: token.text }
      case 'regex': return { kind: 'regex', regex: awkRegex(token.text) }
      case 'name': return this.variable(token.text)
      case 'function': return this.call(token.text)
      case 'builtin': return this.builtin(token.text)
      case 'keyword': return this.getline(token.text)
      case 'operator': return this.operatorOperand(token.text)
      default:
        this.at--
        throw this.error()
    }
  }

  private variable(name: string): Expression {
    if (!this.accept('[')) return { kind: 'variable', name }
    return { kind: 'element', array: name, subscripts: this.freely(() => this.list(']')) }
  }

  private freely<T>(body: () => T): T {
    const { noGreater, noIn } = this
    this.noGreater = false
    this.noIn = false
    const value = this.deeper(body)
    this.noGreater = noGreater
    this.noIn = noIn
    return value
  }

  private call(name: string): Expression {
    this.expect('(')
    return { kind: 'call', name, arguments: this.freely(() => this.list(')')) }
  }

  private builtin(name: string): Expression {
    if (this.accept('(')) return { kind: 'builtin', name, arguments: this.freely(() => this.list(')')) }
    if (name !== 'length') throw this.error()
    return { kind: 'builtin', name, arguments: [] }
  }

  private getline(keyword: string): Expression {
    if (keyword !== 'getline') {
      this.at--
      throw this.error()
    }
    const next = this.peek()
    const hasTarget = next.kind === 'name' || (next.kind === 'operator' && next.text === '$')
    const target = hasTarget ? this.primary() : null
    const file = this.accept('<') ? this.primary() : null
    return { kind: 'getline', target: target as Target | null, file }
  }

  private operatorOperand(operator: string): Expression {
    if (operator === '$') {
      const hasSign = ['++', '--', '-'].some((sign) => this.isOperator(sign))
      const index = this.deeper(() => (hasSign ? this.unary() : this.primary()))
      return { kind: 'field', index }
    }
    if (operator === '++' || operator === '--') {
      const target = this.deeper(() => this.primary())
      if (!isTarget(target)) throw this.error()
      return { kind: 'increment', by: operator === '++' ? 1 : -1, prefix: true, target }
    }
    if (operator === '(') return this.grouping()
    this.at--
    throw this.error()
  }

  private grouping(): Expression {
    const items = this.freely(() => this.list(')'))
    const only = items[0]
    if (only === undefined) throw this.error()
    if (items.length === 1) return { kind: 'group', inner: only }
    if (!this.acceptKeyword('in')) throw this.error()
    return { kind: 'in', subscripts: items, array: this.name() }
  }
}

function isTarget(expression: Expression): expression is Target {
  return expression.kind === 'variable' || expression.kind === 'field' || expression.kind === 'element'
}

/** Compiles an expression in awk's (extended) syntax. Throws `AwkError`. */
export function awkRegex(text: string): Regex {
  const regex = compileRegex(text, { extended: true })
  if ('problem' in regex) {
    throw new AwkError(`illegal primary in regular expression ${text}: ${regex.problem}`)
  }
  return regex
}
