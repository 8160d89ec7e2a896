import type { KernelThread } from '../../../sim/index.ts'
import { ArithmeticError, evaluateArithmetic } from '../arithmetic.ts'
import type { Condition } from '../ast.ts'
import { ExpansionError } from '../expand/ExpansionError.ts'
import { expandPattern, expandText } from '../expand/expand.ts'
import { Pattern } from '../pattern.ts'
import { compileRegex } from '../../libsystem/regex/index.ts'
import type { Shell } from '../Shell.ts'
import { binaryTest, unaryTest } from '../builtins/testOperators.ts'

/** Evaluates the inside of `[[ … ]]`. */
export function* evaluateCondition(shell: Shell, condition: Condition): KernelThread<boolean> {
  switch (condition.kind) {
    case 'not': return !(yield* evaluateCondition(shell, condition.operand))
    case 'and':
      return (yield* evaluateCondition(shell, condition.left)) && (yield* evaluateCondition(shell, condition.right))
    case 'or':
      return (yield* evaluateCondition(shell, condition.left)) || (yield* evaluateCondition(shell, condition.right))
    case 'unary': return yield* unary(shell, condition)
    case 'binary': return yield* binary(shell, condition)
  }
}

function* unary(shell: Shell, condition: Extract<Condition, { kind: 'unary' }>): KernelThread<boolean> {
  const operand = yield* expandText(shell, condition.operand)
  const result = unaryTest(shell.process, condition.operator, operand)
  if (result === null) throw new ExpansionError(`unknown condition: ${condition.operator}`)
  return result
}

function* binary(shell: Shell, condition: Extract<Condition, { kind: 'binary' }>): KernelThread<boolean> {
  const { operator } = condition
  const left = yield* expandText(shell, condition.left)
  if (operator === '=' || operator === '==' || operator === '!=') {
    const fits = new Pattern(yield* expandPattern(shell, condition.right)).matches(left)
    return fits === (operator !== '!=')
  }
  const right = yield* expandText(shell, condition.right)
  if (operator === '=~') return matchesRegex(shell, left, right)
  if (operator === '<') return left < right
  if (operator === '>') return left > right
  if (/^-(?:eq|ne|lt|le|gt|ge)$/.test(operator)) {
    return binaryTest(shell.process, operator, number(shell, left), number(shell, right)) === true
  }
  return binaryTest(shell.process, operator, left, right) === true
}

function matchesRegex(shell: Shell, text: string, pattern: string): boolean {
  const regex = compileRegex(pattern, { extended: true })
  if ('problem' in regex) throw new ExpansionError(`failed to compile regex: ${regex.problem}`)
  const match = regex.exec(text)
  if (match === null) return false
  shell.setVariable('MATCH', text.slice(match.start, match.end))
  return true
}

function number(shell: Shell, text: string): string {
  try {
    return String(evaluateArithmetic(text, {
      get: (name) => shell.parameter(name) ?? '',
      set: (name, value) => shell.setVariable(name, value),
    }))
  } catch (error) {
    if (error instanceof ArithmeticError) throw new ExpansionError(error.message)
    throw error
  }
}
