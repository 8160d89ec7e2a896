import type { Process } from '../../libsystem/Process.ts'
import { binaryTest, unaryTest } from './testOperators.ts'

/** The answer of `test`: 0 true, 1 false, 2 with a message when the expression is wrong. */
export interface TestResult {
  readonly status: 0 | 1 | 2
  readonly message: string | null
}

class TestError extends Error {}

/** Evaluates the operands of `test`, by their number first as POSIX says, else by precedence. */
export function evaluateTest(process: Process, operands: readonly string[]): TestResult {
  try {
    const value = new TestParser(process, operands).whole()
    return { status: value ? 0 : 1, message: null }
  } catch (error) {
    if (error instanceof TestError) return { status: 2, message: error.message }
    throw error
  }
}

const BINARY = /^(?:=|==|!=|<|>|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/

class TestParser {
  private at = 0

  constructor(
    private readonly process: Process,
    private readonly operands: readonly string[],
  ) {}

  whole(): boolean {
    if (this.operands.length === 0) return false
    const value = this.either()
    if (this.at < this.operands.length) throw new TestError('too many arguments')
    return value
  }

  private either(): boolean {
    let value = this.both()
    while (this.peek() === '-o') {
      this.at++
      const right = this.both()
      value = value || right
    }
    return value
  }

  private both(): boolean {
    let value = this.negated()
    while (this.peek() === '-a') {
      this.at++
      const right = this.negated()
      value = value && right
    }
    return value
  }

  private negated(): boolean {
    if (this.peek() !== '!' || this.left() === 1) return this.primary()
    if (this.left() === 3 && BINARY.test(this.operands[this.at + 1]!)) return this.primary()
    this.at++
    return !this.negated()
  }

  private primary(): boolean {
    const first = this.peek()
    if (first === undefined) throw new TestError('argument expected')
    const second = this.operands[this.at + 1]
    if (this.left() >= 3 && second !== undefined && BINARY.test(second)) return this.binary(first, second)
    if (first === '(' && this.left() > 1) return this.parenthesised()
    this.at++
    if (/^-[a-zA-Z]$/.test(first) && second !== undefined && second !== '-a' && second !== '-o') {
      this.at++
      const value = unaryTest(this.process, first, second)
      if (value === null) throw new TestError(`unknown condition: ${first}`)
      return value
    }
    return first !== ''
  }

  private binary(left: string, operator: string): boolean {
    const right = this.operands[this.at + 2]!
    this.at += 3
    const value = binaryTest(this.process, operator, left, right)
    if (typeof value === 'string') throw new TestError(`integer expression expected: ${value}`)
    return value === true
  }

  private parenthesised(): boolean {
    this.at++
    const value = this.either()
    if (this.peek() !== ')') throw new TestError(') expected')
    this.at++
    return value
  }

  private peek(): string | undefined {
    return this.operands[this.at]
  }

  private left(): number {
    return this.operands.length - this.at
  }
}
