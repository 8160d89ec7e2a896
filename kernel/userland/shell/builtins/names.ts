import type { KernelThread } from '../../../sim/index.ts'
import { allInPath } from '../../libsystem/exec.ts'
import { signalByName, SIGKILL, SIGNAL_NAMES, SIGSTOP } from '../../libsystem/signals.ts'
import { execute } from '../interpret/simple.ts'
import { startBodies, waitForJob } from '../interpret/job.ts'
import type { Shell } from '../Shell.ts'
import { complainAs, type Builtin } from './Builtin.ts'
import { quoteValue } from './variables.ts'

const RESERVED = new Set([
  '!', '{', '}', 'if', 'then', 'elif', 'else', 'fi', 'while', 'until', 'do', 'done', 'for', 'in', 'case', 'esac',
  'function', '[[', 'time',
])

/** What a command name means, as sentences of `type`, first meaning first. */
export function meaningsOf(shell: Shell, name: string): { sentence: string; value: string }[] {
  const found: { sentence: string; value: string }[] = []
  const alias = shell.aliases.get(name)
  if (alias !== undefined) found.push({ sentence: `${name} is an alias for ${alias}`, value: alias })
  if (RESERVED.has(name)) found.push({ sentence: `${name} is a reserved word`, value: name })
  if (shell.functions.has(name)) found.push({ sentence: `${name} is a shell function`, value: name })
  if (shell.builtins.has(name)) found.push({ sentence: `${name} is a shell builtin`, value: name })
  for (const path of allInPath(shell.process, name)) found.push({ sentence: `${name} is ${path}`, value: path })
  return found
}

function* describe(shell: Shell, argv: readonly string[], form: 'sentence' | 'value'): KernelThread<number> {
  const all = argv[1] === '-a'
  let status = 0
  for (const name of argv.slice(all ? 2 : 1)) {
    const meanings = meaningsOf(shell, name)
    if (meanings.length === 0) {
      if (form === 'sentence') yield* shell.process.stdout.write(`${name} not found\n`)
      status = 1
    }
    for (const meaning of all ? meanings : meanings.slice(0, 1)) yield* shell.process.stdout.write(meaning[form] + '\n')
  }
  return status
}

export const typeBuiltin: Builtin = {
  name: 'type', summary: 'say what a name means', run: (shell, argv) => describe(shell, argv, 'sentence'),
}

export const commandBuiltin: Builtin = {
  name: 'command',
  summary: 'run a command past functions and aliases',
  *run(shell, argv) {
    if (argv[1] === '-v') return yield* describe(shell, argv.slice(1), 'value')
    if (argv[1] === '-V') return yield* describe(shell, argv.slice(1), 'sentence')
    const rest = argv.slice(1)
    const name = rest[0]
    if (name === undefined) return 0
    const builtin = shell.builtins.get(name)
    if (builtin !== undefined) return yield* builtin.run(shell, rest)
    if (shell.replaceable) return yield* execute(shell, rest)
    const job = yield* startBodies(shell, {
      text: rest.join(' '), background: false, argvs: [rest], bodies: [(process) => execute(shell.fork(process), rest)],
    })
    return job === null ? 1 : yield* waitForJob(shell, job)
  },
}

export const builtinBuiltin: Builtin = {
  name: 'builtin',
  summary: 'run a builtin past functions',
  *run(shell, argv) {
    const builtin = shell.builtins.get(argv[1] ?? '')
    if (builtin !== undefined) return yield* builtin.run(shell, argv.slice(1))
    yield* complainAs(shell, 'builtin', `no such builtin: ${argv[1] ?? ''}`)
    return 1
  },
}

export const aliasBuiltin: Builtin = {
  name: 'alias',
  summary: 'define or list aliases',
  *run(shell, argv) {
    let status = 0
    const operands = argv.length > 1 ? argv.slice(1) : [...shell.aliases.keys()].sort()
    for (const operand of operands) {
      const equals = operand.indexOf('=')
      if (equals > 0) {
        shell.aliases.set(operand.slice(0, equals), operand.slice(equals + 1))
        continue
      }
      const value = shell.aliases.get(operand)
      if (value === undefined) status = 1
      else yield* shell.process.stdout.write(`${operand}=${quoteValue(value)}\n`)
    }
    return status
  },
}

export const unaliasBuiltin: Builtin = {
  name: 'unalias',
  summary: 'remove aliases',
  *run(shell, argv) {
    let status = 0
    if (argv[1] === '-a') shell.aliases.clear()
    for (const name of argv.slice(1)) {
      if (name === '-a' || shell.aliases.delete(name)) continue
      yield* complainAs(shell, 'unalias', `no such hash table element: ${name}`)
      status = 1
    }
    return status
  },
}

export const historyBuiltin: Builtin = {
  name: 'history',
  summary: 'list the lines of this session',
  *run(shell, argv) {
    const { entries, firstNumber } = shell.history
    const from = Number(argv[1] ?? -16)
    const start = Math.max(0, from < 0 ? entries.length + from : from - firstNumber)
    for (let i = start; i < entries.length; i++) {
      yield* shell.process.stdout.write(`${String(firstNumber + i).padStart(5)}  ${entries[i]}\n`)
    }
    return 0
  },
}

export const trapBuiltin: Builtin = {
  name: 'trap',
  special: true,
  summary: 'say what runs on a signal or at the end',
  *run(shell, argv) {
    if (argv.length === 1) {
      for (const [name, text] of shell.traps) yield* shell.process.stdout.write(`trap -- ${quoteValue(text)} ${name}\n`)
      return 0
    }
    const operands = argv[1] === '--' ? argv.slice(2) : argv.slice(1)
    const reset = operands[0] === '-' || operands.length === 1
    for (const name of operands.slice(operands.length === 1 ? 0 : 1)) {
      const problem = setTrap(shell, name, reset ? null : operands[0]!)
      if (problem === null) continue
      yield* complainAs(shell, 'trap', problem)
      return 1
    }
    return 0
  },
}

function setTrap(shell: Shell, name: string, text: string | null): string | null {
  const isExit = name === 'EXIT' || name === '0'
  const signal = isExit ? 0 : signalByName(name)
  if (signal === null) return `undefined signal: ${name}`
  const key = isExit ? 'EXIT' : SIGNAL_NAMES[signal]!
  if (text === null) shell.traps.delete(key)
  else shell.traps.set(key, text)
  if (isExit || signal === SIGKILL || signal === SIGSTOP) return null
  if (text === null) shell.process.setSignal(signal, 'default')
  else if (text === '') shell.process.setSignal(signal, 'ignore')
  else shell.process.setSignal(signal, () => shell.pendingTraps.push(key))
  return null
}
