import type { KernelThread } from '../../../sim/index.ts'
import type { CaseClause, CompoundCommand, Script } from '../ast.ts'
import { LoopControl } from '../control.ts'
import { evaluateWord, expandPattern, expandText, expandWords } from '../expand/expand.ts'
import { Pattern } from '../pattern.ts'
import type { Shell } from '../Shell.ts'
import { evaluateCondition } from './condition.ts'
import { runScript } from './run.ts'

/** Runs a compound command in the current shell. */
export function* runCompound(shell: Shell, command: CompoundCommand): KernelThread<number> {
  switch (command.kind) {
    case 'group': case 'subshell': return yield* runScript(shell, command.body)
    case 'if': return yield* runIf(shell, command)
    case 'while': return yield* runWhile(shell, command)
    case 'for': return yield* runFor(shell, command)
    case 'forArithmetic': return yield* runForArithmetic(shell, command)
    case 'case': return yield* runCase(shell, command)
    case 'arithmeticCommand': return (yield* evaluateWord(shell, command.expression)) === 0n ? 1 : 0
    case 'condition': return (yield* evaluateCondition(shell, command.expression)) ? 0 : 1
  }
}

type Kind<K extends CompoundCommand['kind']> = Extract<CompoundCommand, { kind: K }>

/** Runs a list whose failure is an answer and not an error. */
function* condition(shell: Shell, script: Script): KernelThread<boolean> {
  shell.conditionDepth++
  const mayReplace = shell.replaceable
  shell.replaceable = false
  try {
    return (yield* runScript(shell, script)) === 0
  } finally {
    shell.conditionDepth--
    shell.replaceable = mayReplace
  }
}

function* runIf(shell: Shell, command: Kind<'if'>): KernelThread<number> {
  for (const branch of command.branches) {
    if (yield* condition(shell, branch.condition)) return yield* runScript(shell, branch.body)
  }
  return command.otherwise === null ? 0 : yield* runScript(shell, command.otherwise)
}

/** Runs a loop's body; true when the loop must end. */
function* runBody(shell: Shell, body: Script, result: { status: number }): KernelThread<boolean> {
  try {
    result.status = yield* runScript(shell, body)
    return false
  } catch (thrown) {
    if (!(thrown instanceof LoopControl)) throw thrown
    result.status = 0
    if (--thrown.levels > 0) throw thrown
    return thrown.kind === 'break'
  }
}

function* inLoop(shell: Shell, body: (result: { status: number }) => KernelThread): KernelThread<number> {
  const mayReplace = shell.replaceable
  shell.replaceable = false
  shell.loopDepth++
  const result = { status: 0 }
  try {
    yield* body(result)
  } catch (thrown) {
    if (!(thrown instanceof LoopControl) || thrown.levels > 0) throw thrown
  } finally {
    shell.loopDepth--
    shell.replaceable = mayReplace
  }
  return result.status
}

function* runWhile(shell: Shell, command: Kind<'while'>): KernelThread<number> {
  return yield* inLoop(shell, function* (result) {
    while ((yield* condition(shell, command.condition)) !== command.until) {
      yield* shell.process.checkpoint()
      if (yield* runBody(shell, command.body, result)) return
    }
  })
}

function* runFor(shell: Shell, command: Kind<'for'>): KernelThread<number> {
  const values = command.words === null ? shell.positional : yield* expandWords(shell, command.words)
  return yield* inLoop(shell, function* (result) {
    for (const value of values) {
      shell.setVariable(command.name, value)
      yield* shell.process.checkpoint()
      if (yield* runBody(shell, command.body, result)) return
    }
  })
}

function* runForArithmetic(shell: Shell, command: Kind<'forArithmetic'>): KernelThread<number> {
  yield* evaluateWord(shell, command.start)
  const endless = command.condition.every((part) => part.kind === 'literal' && part.text.trim() === '')
  const holds = function* (): KernelThread<boolean> {
    return endless || (yield* evaluateWord(shell, command.condition)) !== 0n
  }
  return yield* inLoop(shell, function* (result) {
    while (yield* holds()) {
      yield* shell.process.checkpoint()
      if (yield* runBody(shell, command.body, result)) return
      yield* evaluateWord(shell, command.step)
    }
  })
}

function* runCase(shell: Shell, command: Kind<'case'>): KernelThread<number> {
  const subject = yield* expandText(shell, command.subject)
  for (const clause of command.clauses) {
    if (yield* clauseFits(shell, clause, subject)) return yield* runScript(shell, clause.body)
  }
  return 0
}

function* clauseFits(shell: Shell, clause: CaseClause, subject: string): KernelThread<boolean> {
  for (const pattern of clause.patterns) {
    if (new Pattern(yield* expandPattern(shell, pattern)).matches(subject)) return true
  }
  return false
}
