import { ReadOnlyError, type Shell } from '../Shell.ts'
import { complainAs, type Builtin } from './Builtin.ts'
import type { KernelThread } from '../../../sim/index.ts'

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** A value as the shell would have to read it back. */
export function quoteValue(value: string): string {
  if (value === '') return "''"
  return /^[A-Za-z0-9_./:@%+=,^-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
}

function splitAssignment(text: string): { name: string; value: string | null } {
  const equals = text.indexOf('=')
  return equals < 0 ? { name: text, value: null } : { name: text.slice(0, equals), value: text.slice(equals + 1) }
}

function* listVariables(shell: Shell, filter: (name: string) => boolean, prefix = ''): KernelThread {
  const names = [...shell.variables.keys()].filter(filter).sort((a, b) => (a < b ? -1 : 1))
  for (const name of names) {
    yield* shell.process.stdout.write(`${prefix}${name}=${quoteValue(shell.variables.get(name)!.value)}\n`)
  }
}

/** Goes over `name=value` operands; answers 1 when one has no proper name. */
function* eachAssignment(
  shell: Shell, argv: readonly string[], act: (name: string, value: string | null) => void,
): KernelThread<number> {
  let status = 0
  for (const operand of argv.slice(1)) {
    if (operand.startsWith('-')) continue
    const { name, value } = splitAssignment(operand)
    if (NAME.test(name)) act(name, value)
    else {
      yield* complainAs(shell, argv[0]!, `not valid in this context: ${name}`)
      status = 1
    }
  }
  return status
}

export const exportBuiltin: Builtin = {
  name: 'export',
  special: true,
  summary: 'put variables into the environment',
  *run(shell, argv) {
    if (argv.length === 1 || (argv.length === 2 && argv[1] === '-p')) {
      const prefix = argv.length === 2 ? 'export ' : ''
      yield* listVariables(shell, (name) => shell.variables.get(name)!.exported, prefix)
      return 0
    }
    return yield* eachAssignment(shell, argv, (name, value) => shell.exportVariable(name, value))
  },
}

export const readonlyBuiltin: Builtin = {
  name: 'readonly',
  special: true,
  summary: 'protect variables',
  *run(shell, argv) {
    return yield* eachAssignment(shell, argv, (name, value) => {
      shell.setVariable(name, value ?? shell.parameter(name) ?? '')
      shell.variables.get(name)!.readonly = true
    })
  },
}

function declare(name: string): Builtin {
  return {
    name,
    summary: 'declare variables, local ones inside a function',
    *run(shell, argv) {
      const exported = argv.some((operand) => /^-[a-z]*x/.test(operand))
      if (argv.length === 1) yield* listVariables(shell, () => true)
      return yield* eachAssignment(shell, argv, (variable, value) => {
        const isLocal = shell.makeLocal(variable)
        if (isLocal || value !== null) shell.setVariable(variable, value ?? '')
        if (exported) shell.exportVariable(variable, null)
      })
    },
  }
}

export const localBuiltin = declare('local')
export const typesetBuiltin = declare('typeset')
export const declareBuiltin = declare('declare')

export const unsetBuiltin: Builtin = {
  name: 'unset',
  special: true,
  summary: 'remove variables or functions',
  *run(shell, argv) {
    const functions = argv[1] === '-f'
    let status = 0
    for (const name of argv.slice(1)) {
      if (name === '-f' || name === '-v') continue
      try {
        if (functions) shell.functions.delete(name)
        else shell.unsetVariable(name)
      } catch (error) {
        if (!(error instanceof ReadOnlyError)) throw error
        yield* complainAs(shell, 'unset', error.message)
        status = 1
      }
    }
    return status
  },
}

export const shiftBuiltin: Builtin = {
  name: 'shift',
  special: true,
  summary: 'drop positional parameters',
  *run(shell, argv) {
    const count = Number(argv[1] ?? 1)
    if (!Number.isInteger(count) || count < 0 || count > shell.positional.length) {
      yield* complainAs(shell, 'shift', 'shift count must be <= $#')
      return 1
    }
    shell.positional = shell.positional.slice(count)
    return 0
  },
}

const OPTION_LETTERS = new Map<string, keyof Shell['options']>([
  ['e', 'errexit'], ['u', 'nounset'], ['x', 'xtrace'], ['f', 'noglob'], ['n', 'noexec'], ['v', 'verbose'],
  ['C', 'noclobber'],
])

function setLetters(shell: Shell, letters: string, value: boolean): string | null {
  for (const letter of letters) {
    const option = OPTION_LETTERS.get(letter)
    if (option === undefined) return `bad option: -${letter}`
    shell.options[option] = value
  }
  return null
}

function setNamed(shell: Shell, name: string, value: boolean): string | null {
  if (!(name in shell.options)) return `no such option: ${name}`
  shell.options[name as keyof Shell['options']] = value
  return null
}

export const setBuiltin: Builtin = {
  name: 'set',
  special: true,
  summary: 'set options and positional parameters',
  *run(shell, argv) {
    if (argv.length === 1) {
      yield* listVariables(shell, () => true)
      return 0
    }
    const problem = setOptions(shell, argv)
    if (problem === null) return 0
    yield* complainAs(shell, 'set', problem)
    return 1
  },
}

/** Applies `set`'s operands (or those of the shell itself); the message of a bad one. */
export function setOptions(shell: Shell, argv: readonly string[]): string | null {
  for (let at = 1; at < argv.length; at++) {
    const operand = argv[at]!
    if (operand === '--') {
      shell.positional = argv.slice(at + 1)
      return null
    }
    if (!/^[-+]./.test(operand)) {
      shell.positional = argv.slice(at)
      return null
    }
    const value = operand.startsWith('-')
    const problem = operand.slice(1) === 'o'
      ? setNamed(shell, argv[++at] ?? '', value)
      : setLetters(shell, operand.slice(1), value)
    if (problem !== null) return problem
  }
  return null
}
