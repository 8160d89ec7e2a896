import { wait, type KernelThread } from '../../../sim/index.ts'
import { strerror } from '../../libsystem/errno.ts'
import { openInput, openPath } from '../../libsystem/open.ts'
import { OutputStream } from '../../libsystem/streams.ts'
import type { Process } from '../../libsystem/Process.ts'
import { runProgram } from '../support/runProgram.ts'
import type { Regex } from '../../libsystem/regex/index.ts'
import type { AwkProgram, Expression, Rule, Statement, Target } from './ast.ts'
import { AwkError, bounded } from './AwkError.ts'
import { AwkInput, RecordReader } from './AwkInput.ts'
import { AwkRuntime, type Cell } from './AwkRuntime.ts'
import { formatValues, matchIn, PLAIN_BUILTINS, splitInto, substitute } from './builtins.ts'
import { compareValues, InputText, isTrue, toNumber, type Value } from './value.ts'

class Flow {
  constructor(readonly kind: 'next' | 'break' | 'continue' | 'exit' | 'return', readonly value?: Value) {}
}

const MAX_CALL_DEPTH = 200
const CHECKPOINT_STATEMENTS = 128

/** Runs an awk program. */
export class AwkInterpreter {
  readonly runtime: AwkRuntime
  private readonly input: AwkInput
  private readonly outputs = new Map<string, OutputStream>()
  private readonly readers = new Map<string, RecordReader>()
  private readonly openRanges = new Set<Rule>()
  private statements = 0
  private exitStatus = 0

  constructor(
    private readonly process: Process, private readonly program: AwkProgram, operands: readonly string[],
  ) {
    this.runtime = new AwkRuntime(process)
    const argv = this.runtime.array('ARGV')
    ;['awk', ...operands].forEach((operand, index) => argv.set(String(index), new InputText(operand)))
    this.runtime.set('ARGC', operands.length + 1)
    this.input = new AwkInput(process, {
      operand: (index) => this.operand(index),
      assign: (name, value) => this.runtime.set(name, new InputText(value)),
      startFile: (path) => {
        this.runtime.set('FILENAME', path)
        this.runtime.set('FNR', 0)
      },
      complain: (path, errno) => {
        throw new AwkError(`can't open file ${path}: ${strerror(errno)}`)
      },
    })
  }

  private operand(index: number): string | null {
    if (index >= toNumber(this.runtime.get('ARGC'))) return null
    return this.runtime.text(this.runtime.array('ARGV').get(String(index)))
  }

  /** The exit status. */
  *run(): KernelThread<number> {
    const rules = (kind: Rule['kind']): Rule[] => this.program.rules.filter((rule) => rule.kind === kind)
    const main = this.program.rules.filter(({ kind }) => kind !== 'begin' && kind !== 'end')
    const end = rules('end')
    const go = yield* this.phase(rules('begin'))
    if (go && main.length + end.length > 0) yield* this.records(main)
    yield* this.phase(end)
    for (const output of this.outputs.values()) yield* output.flush()
    return this.exitStatus
  }

  /** Runs rules without record; false when `exit` was called. */
  private *phase(rules: readonly Rule[]): KernelThread<boolean> {
    try {
      for (const rule of rules) if (rule.body !== null) yield* this.execute(rule.body)
      return true
    } catch (flow) {
      return this.afterExit(flow)
    }
  }

  private afterExit(flow: unknown): boolean {
    if (!(flow instanceof Flow)) throw flow
    if (flow.kind !== 'exit') throw new AwkError(`${flow.kind} used outside of its place`)
    if (flow.value !== undefined) this.exitStatus = Math.trunc(toNumber(flow.value)) & 0xff
    return false
  }

  private *records(rules: readonly Rule[]): KernelThread<boolean> {
    try {
      while (yield* this.nextRecord()) yield* this.oneRecord(rules)
      return true
    } catch (flow) {
      return this.afterExit(flow)
    }
  }

  private *oneRecord(rules: readonly Rule[]): KernelThread {
    try {
      for (const rule of rules) if (yield* this.selected(rule)) yield* this.runRule(rule)
    } catch (flow) {
      if (!(flow instanceof Flow) || flow.kind !== 'next') throw flow
    }
  }

  private *nextRecord(): KernelThread<boolean> {
    const record = yield* this.input.read(this.runtime.text(this.runtime.get('RS')))
    if (record === null) return false
    this.count()
    this.runtime.record.setText(record)
    return true
  }

  private count(): void {
    this.runtime.set('NR', toNumber(this.runtime.get('NR')) + 1)
    this.runtime.set('FNR', toNumber(this.runtime.get('FNR')) + 1)
  }

  private *selected(rule: Rule): KernelThread<boolean> {
    if (rule.kind === 'always') return true
    if (rule.kind === 'pattern') return isTrue(yield* this.evaluate(rule.first!))
    if (!this.openRanges.has(rule) && !isTrue(yield* this.evaluate(rule.first!))) return false
    if (isTrue(yield* this.evaluate(rule.second!))) this.openRanges.delete(rule)
    else this.openRanges.add(rule)
    return true
  }

  private *runRule(rule: Rule): KernelThread {
    const { runtime } = this
    if (rule.body !== null) yield* this.execute(rule.body)
    else yield* this.process.stdout.write(runtime.record.getText() + runtime.text(runtime.get('ORS')))
  }

  private *execute(statement: Statement): KernelThread {
    if (++this.statements % CHECKPOINT_STATEMENTS === 0) yield* this.process.checkpoint()
    switch (statement.kind) {
      case 'block':
        for (const inner of statement.body) yield* this.execute(inner)
        return
      case 'expression':
        yield* this.evaluate(statement.expression)
        return
      case 'print': case 'printf': return yield* this.print(statement)
      case 'if':
        if (isTrue(yield* this.evaluate(statement.test))) yield* this.execute(statement.yes)
        else if (statement.no !== null) yield* this.execute(statement.no)
        return
      case 'while': return yield* this.whileLoop(statement)
      case 'for': return yield* this.forLoop(statement)
      case 'forIn': return yield* this.forIn(statement)
      case 'delete': {
        const array = this.runtime.array(statement.array)
        if (statement.subscripts === null) array.clear()
        else array.delete(this.runtime.key(yield* this.evaluateAll(statement.subscripts)))
        return
      }
      case 'exit': case 'return': {
        const value = statement.value === null ? undefined : yield* this.evaluate(statement.value)
        throw this.flow(statement.kind, value)
      }
      default: throw this.flow(statement.kind)
    }
  }

  private flow(kind: Flow['kind'], value?: Value): Flow {
    return new Flow(kind, value)
  }

  /** Runs a loop's body; false when `break` was met. */
  private *loopBody(body: Statement): KernelThread<boolean> {
    try {
      yield* this.execute(body)
      return true
    } catch (flow) {
      if (!(flow instanceof Flow) || (flow.kind !== 'break' && flow.kind !== 'continue')) throw flow
      return flow.kind === 'continue'
    }
  }

  private *whileLoop(statement: Extract<Statement, { kind: 'while' }>): KernelThread {
    if (statement.testLast && !(yield* this.loopBody(statement.body))) return
    while (isTrue(yield* this.evaluate(statement.test))) if (!(yield* this.loopBody(statement.body))) return
  }

  private *forLoop(statement: Extract<Statement, { kind: 'for' }>): KernelThread {
    if (statement.start !== null) yield* this.execute(statement.start)
    while (statement.test === null || isTrue(yield* this.evaluate(statement.test))) {
      if (!(yield* this.loopBody(statement.body))) return
      if (statement.step !== null) yield* this.execute(statement.step)
    }
  }

  private *forIn(statement: Extract<Statement, { kind: 'forIn' }>): KernelThread {
    for (const key of [...this.runtime.array(statement.array).keys()]) {
      this.runtime.set(statement.name, new InputText(key))
      if (!(yield* this.loopBody(statement.body))) return
    }
  }

  private *print(statement: Extract<Statement, { kind: 'print' | 'printf' }>): KernelThread {
    const { runtime } = this
    const values = yield* this.evaluateAll(statement.arguments)
    let text: string
    if (statement.kind === 'printf') text = formatValues(runtime, values)
    else {
      const parts = values.length === 0 ? [runtime.record.getText()]
        : values.map((value) => runtime.outputText(value))
      text = parts.join(runtime.text(runtime.get('OFS'))) + runtime.text(runtime.get('ORS'))
    }
    const output = statement.output === null ? this.process.stdout : yield* this.outputTo(statement.output)
    yield* output.write(text)
  }

  private *outputTo(target: { append: boolean; path: Expression }): KernelThread<OutputStream> {
    const path = this.runtime.text(yield* this.evaluate(target.path))
    if (path === '/dev/stdout') return this.process.stdout
    if (path === '/dev/stderr') return this.process.stderr
    let output = this.outputs.get(path)
    if (output === undefined) {
      const { append } = target
      const file = openPath(this.process, path, { write: true, create: true, append, truncate: !append })
      if (typeof file === 'number') throw new AwkError(`can't redirect to ${path}`)
      output = new OutputStream(this.process, this.process.addFile(file))
      this.outputs.set(path, output)
    }
    return output
  }

  private *evaluateAll(expressions: readonly Expression[]): KernelThread<Value[]> {
    const values: Value[] = []
    for (const expression of expressions) values.push(yield* this.evaluate(expression))
    return values
  }

  private *evaluate(expression: Expression): KernelThread<Value> {
    switch (expression.kind) {
      case 'number': case 'string': return expression.value
      case 'variable': return this.runtime.get(expression.name)
      case 'regex': return expression.regex.test(this.runtime.record.getText()) ? 1 : 0
      case 'group': return yield* this.evaluate(expression.inner)
      case 'field': {
        const { index } = expression
        const number = index.kind === 'number' ? index.value : toNumber(yield* this.evaluate(index))
        return this.runtime.record.get(Math.trunc(number))
      }
      case 'element': {
        const key = this.runtime.key(yield* this.evaluateAll(expression.subscripts))
        const array = this.runtime.array(expression.array)
        if (!array.has(key)) array.set(key, undefined)
        return array.get(key)
      }
      case 'and':
      case 'or': {
        const left = isTrue(yield* this.evaluate(expression.left))
        const decided = left === (expression.kind === 'or')
        return (decided ? left : isTrue(yield* this.evaluate(expression.right))) ? 1 : 0
      }
      case 'conditional':
        return yield* this.evaluate(isTrue(yield* this.evaluate(expression.test))
          ? expression.yes : expression.no)
      case 'in': {
        const key = this.runtime.key(yield* this.evaluateAll(expression.subscripts))
        return this.runtime.array(expression.array).has(key) ? 1 : 0
      }
      default: return yield* this.compute(expression)
    }
  }

  private *compute(expression: Expression): KernelThread<Value> {
    switch (expression.kind) {
      case 'binary':
        return this.binary(
          expression.operator, yield* this.evaluate(expression.left), yield* this.evaluate(expression.right),
        )
      case 'unary': {
        const value = yield* this.evaluate(expression.operand)
        if (expression.operator === '!') return isTrue(value) ? 0 : 1
        return expression.operator === '-' ? -toNumber(value) : toNumber(value)
      }
      case 'match': {
        const text = this.runtime.text(yield* this.evaluate(expression.text))
        const regex = yield* this.regexOf(expression.pattern)
        return regex.test(text) !== expression.negated ? 1 : 0
      }
      case 'assign': return yield* this.assign(expression)
      case 'increment': {
        const before = toNumber(yield* this.evaluate(expression.target))
        yield* this.store(expression.target, before + expression.by)
        return expression.prefix ? before + expression.by : before
      }
      case 'call': return yield* this.call(expression.name, expression.arguments)
      case 'builtin': return yield* this.builtin(expression.name, expression.arguments)
      case 'getline': return yield* this.getline(expression)
      default: throw new AwkError('illegal expression')
    }
  }

  private binary(operator: string, left: Value, right: Value): Value {
    if (operator === ' ') return bounded(this.runtime.text(left) + this.runtime.text(right))
    const arithmetic = this.arithmetic(operator, left, right)
    if (arithmetic !== null) return arithmetic
    const order = compareValues(left, right, this.runtime.text(this.runtime.get('CONVFMT')))
    const holds = operator === '<' ? order < 0
      : operator === '<=' ? order <= 0 : operator === '==' ? order === 0
      : operator === '!=' ? order !== 0 : operator === '>' ? order > 0 : order >= 0
    return holds ? 1 : 0
  }

  private arithmetic(operator: string, left: Value, right: Value): number | null {
    switch (operator) {
      case '+': return toNumber(left) + toNumber(right)
      case '-': return toNumber(left) - toNumber(right)
      case '*': return toNumber(left) * toNumber(right)
      case '^': return power(toNumber(left), toNumber(right))
      case '/': case '%': {
        const divisor = toNumber(right)
        if (divisor === 0) throw new AwkError(operator === '/' ? 'division by zero' : 'division by zero in %')
        return operator === '/' ? toNumber(left) / divisor : toNumber(left) % divisor
      }
      default: return null
    }
  }

  private *assign(expression: Extract<Expression, { kind: 'assign' }>): KernelThread<Value> {
    let value = yield* this.evaluate(expression.value)
    if (expression.operator !== '=') {
      value = this.binary(expression.operator.slice(0, -1), yield* this.evaluate(expression.target), value)
    }
    yield* this.store(expression.target, value)
    return value
  }

  private *store(target: Target, value: Value): KernelThread {
    if (target.kind === 'variable') this.runtime.set(target.name, value)
    else if (target.kind === 'field') {
      this.runtime.record.set(Math.trunc(toNumber(yield* this.evaluate(target.index))), value)
    } else {
      const key = this.runtime.key(yield* this.evaluateAll(target.subscripts))
      this.runtime.array(target.array).set(key, value)
    }
  }

  private *regexOf(expression: Expression): KernelThread<Regex> {
    if (expression.kind === 'regex') return expression.regex
    return this.runtime.cache.get(this.runtime.text(yield* this.evaluate(expression)))
  }

  private *call(name: string, expressions: readonly Expression[]): KernelThread<Value> {
    const definition = this.program.functions.get(name)
    if (definition === undefined) throw new AwkError(`calling undefined function ${name}`)
    const { frames } = this.runtime
    if (frames.length >= MAX_CALL_DEPTH) throw new AwkError(`function ${name} nested too deeply`)
    const frame = new Map<string, Cell>()
    for (const [index, parameter] of definition.parameters.entries()) {
      const expression = expressions[index]
      const cell = expression === undefined
        ? { value: undefined, array: null } : yield* this.argument(expression)
      frame.set(parameter, cell)
    }
    frames.push(frame)
    try {
      yield* this.execute(definition.body)
      return undefined
    } catch (flow) {
      if (flow instanceof Flow && flow.kind === 'return') return flow.value
      throw flow
    } finally {
      frames.pop()
    }
  }

  /** A bare name that is an array, or not used yet, is handed over itself; anything else by value. */
  private *argument(expression: Expression): KernelThread<Cell> {
    if (expression.kind === 'variable' && expression.name !== 'NF') {
      const cell = this.runtime.cellOf(expression.name)
      if (cell.array !== null || cell.value === undefined) {
        return cell.array === null ? this.lateArray(cell) : cell
      }
    }
    return { value: yield* this.evaluate(expression), array: null }
  }

  /** A cell that makes its caller's cell an array when it becomes one itself. */
  private lateArray(caller: Cell): Cell {
    const cell: Cell = { value: undefined, array: null }
    return {
      get value() { return cell.value },
      set value(value) { cell.value = value },
      get array() { return caller.array },
      set array(array) { caller.array = array },
    }
  }

  private *builtin(name: string, expressions: readonly Expression[]): KernelThread<Value> {
    const { runtime } = this
    const plain = PLAIN_BUILTINS.get(name)
    if (plain !== undefined) return plain(runtime, yield* this.evaluateAll(expressions))
    const [first, second, third] = expressions
    switch (name) {
      case 'length': return yield* this.length(first)
      case 'split': {
        if (second?.kind !== 'variable') throw new AwkError('split needs an array')
        const text = runtime.text(yield* this.evaluate(first!))
        const separator = third === undefined ? runtime.text(runtime.get('FS'))
          : third.kind === 'regex' ? third.regex : runtime.text(yield* this.evaluate(third))
        return splitInto(runtime, text, runtime.array(second.name), separator)
      }
      case 'match': {
        const text = runtime.text(yield* this.evaluate(first!))
        return matchIn(runtime, text, yield* this.regexOf(second!))
      }
      case 'sub': case 'gsub': return yield* this.substitute(name === 'gsub', expressions)
      case 'system': return yield* this.system(first)
      case 'close': return yield* this.close(runtime.text(yield* this.evaluate(first!)))
      default:
        yield* this.process.stdout.flush()
        return 0
    }
  }

  private *length(operand: Expression | undefined): KernelThread<number> {
    if (operand === undefined) return [...this.runtime.record.getText()].length
    if (operand.kind === 'variable') {
      const { array } = this.runtime.cellOf(operand.name)
      if (array !== null) return array.size
    }
    return [...this.runtime.text(yield* this.evaluate(operand))].length
  }

  private *substitute(global: boolean, expressions: readonly Expression[]): KernelThread<number> {
    const record = { kind: 'field', index: { kind: 'number', value: 0 } } as const
    const [pattern, replacement, target = record] = expressions
    const regex = yield* this.regexOf(pattern!)
    const text = this.runtime.text(yield* this.evaluate(replacement!))
    const subject = this.runtime.text(yield* this.evaluate(target))
    const result = substitute(subject, regex, text, global)
    if (result.count > 0 && (target.kind === 'variable' || target.kind === 'field'
      || target.kind === 'element')) {
      yield* this.store(target, result.text)
    }
    return result.count
  }

  private *system(operand: Expression | undefined): KernelThread<number> {
    const text = operand === undefined ? '' : this.runtime.text(yield* this.evaluate(operand))
    yield* this.process.stdout.flush()
    return yield* runProgram(this.process, ['/bin/sh', '-c', text])
  }

  private *close(path: string): KernelThread<number> {
    const output = this.outputs.get(path)
    const reader = this.readers.get(path)
    if (output !== undefined) {
      yield* output.flush()
      this.process.close(output.fd)
    }
    reader?.stream.close()
    this.readers.delete(path)
    return this.outputs.delete(path) || reader !== undefined ? 0 : -1
  }

  private *getline(expression: Extract<Expression, { kind: 'getline' }>): KernelThread<number> {
    const separator = this.runtime.text(this.runtime.get('RS'))
    const reader = expression.file === null
      ? null : this.readerOf(this.runtime.text(yield* this.evaluate(expression.file)))
    if (reader === undefined) return -1
    const record = yield* wait(reader === null ? this.input.read(separator) : reader.read(separator))
    if (record === null) return 0
    if (reader === null) this.count()
    if (expression.target === null) this.runtime.record.setText(record)
    else yield* this.store(expression.target, new InputText(record))
    return 1
  }

  private readerOf(path: string): RecordReader | undefined {
    let reader = this.readers.get(path)
    if (reader === undefined) {
      const stream = path === '-' ? this.process.stdin : openInput(this.process, path)
      if (typeof stream === 'number') return undefined
      reader = new RecordReader(stream)
      this.readers.set(path, reader)
    }
    return reader
  }
}

/** Whole powers by squaring: the result is the same on every host. */
function power(base: number, exponent: number): number {
  if (exponent === 0.5) return Math.sqrt(base)
  if (!Number.isInteger(exponent)) throw new AwkError(`${base}^${exponent}: the exponent is no whole number`)
  let result = 1
  let square = base
  for (let rest = Math.min(Math.abs(exponent), 2 ** 31); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square
    square *= square
  }
  return exponent < 0 ? 1 / result : result
}
