import type { KernelThread } from '../../../sim/index.ts'
import type { ParameterOperation, Word } from '../ast.ts'
import { Pattern } from '../pattern.ts'
import type { Shell } from '../Shell.ts'
import { ExpansionError } from './ExpansionError.ts'

export interface OperationContext {
  readonly name: string
  readonly value: string | null
  readonly operation: ParameterOperation
  readonly expandText: (shell: Shell, word: Word) => KernelThread<string>
  readonly expandPattern: (shell: Shell, word: Word) => KernelThread<string>
  readonly evaluateWord: (shell: Shell, word: Word) => KernelThread<bigint>
}

/** A text, or a word that takes the parameter's place and is still to be expanded. */
export interface OperationResult {
  readonly text: string
  readonly word: Word | null
}

/** Does what stands after the name in `${name…}`. */
export function* applyOperation(shell: Shell, context: OperationContext): KernelThread<OperationResult> {
  const { name, value, operation } = context
  const plain = (text: string): OperationResult => ({ text, word: null })
  switch (operation.kind) {
    case 'length': {
      if (name === '@' || name === '*') return plain(String(shell.positional.length))
      return plain(String([...(value ?? '')].length))
    }
    case 'prefix': case 'suffix': {
      const pattern = new Pattern(yield* context.expandPattern(shell, operation.pattern))
      return plain(trim(value ?? '', pattern, operation.kind, operation.longest))
    }
    case 'replace': {
      const pattern = new Pattern(yield* context.expandPattern(shell, operation.pattern))
      const replacement = yield* context.expandText(shell, operation.replacement)
      return plain(replace(value ?? '', pattern, replacement, operation.where))
    }
    case 'substring': return plain(yield* substring(shell, context, operation))
    default: return yield* test(shell, context, operation)
  }
}

function* test(
  shell: Shell, context: OperationContext, operation: Extract<ParameterOperation, { orEmpty: boolean }>,
): KernelThread<OperationResult> {
  const { name, value } = context
  const missing = value === null || (operation.orEmpty && value === '')
  if (operation.kind === 'alternate') return missing ? { text: '', word: null } : { text: '', word: operation.word }
  if (!missing) return { text: value, word: null }
  if (operation.kind === 'default') return { text: '', word: operation.word }
  const text = yield* context.expandText(shell, operation.word)
  if (operation.kind === 'error') throw new ExpansionError(`${name}: ${text === '' ? 'parameter not set' : text}`)
  shell.setVariable(name, text)
  return { text, word: null }
}

function* substring(
  shell: Shell, context: OperationContext, operation: Extract<ParameterOperation, { kind: 'substring' }>,
): KernelThread<string> {
  const characters = context.name === '@' ? null : [...(context.value ?? '')]
  const items: readonly string[] = characters ?? [shell.name, ...shell.positional]
  const offset = Number(yield* context.evaluateWord(shell, operation.offset))
  const start = offset < 0 ? Math.max(0, items.length + offset) : offset
  const length = operation.length === null ? Infinity : Number(yield* context.evaluateWord(shell, operation.length))
  const end = length < 0 ? items.length + length : start + length
  return items.slice(start, Math.max(start, end)).join(characters === null ? ' ' : '')
}

function trim(value: string, pattern: Pattern, side: 'prefix' | 'suffix', longest: boolean): string {
  const characters = [...value]
  const count = characters.length
  for (let step = 0; step <= count; step++) {
    const size = longest ? count - step : step
    const start = side === 'prefix' ? 0 : count - size
    if (!pattern.matchesCharacters(characters, start, start + size)) continue
    return (side === 'prefix' ? characters.slice(size) : characters.slice(0, count - size)).join('')
  }
  return value
}

type Where = Extract<ParameterOperation, { kind: 'replace' }>['where']

function replace(value: string, pattern: Pattern, replacement: string, where: Where): string {
  const characters = [...value]
  let result = ''
  let at = 0
  while (at < characters.length) {
    const end = where === 'start' && at > 0 ? -1 : longestMatch(characters, pattern, at, where === 'end')
    if (end <= at) {
      result += characters[at++]!
      continue
    }
    result += replacement
    at = end
    if (where !== 'all') break
  }
  return result + characters.slice(at).join('')
}

function longestMatch(characters: readonly string[], pattern: Pattern, start: number, toEnd: boolean): number {
  for (let end = characters.length; end > start; end--) {
    if (pattern.matchesCharacters(characters, start, end)) return end
    if (toEnd) return -1
  }
  return -1
}
