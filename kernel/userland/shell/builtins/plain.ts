import type { Builtin } from './Builtin.ts'
import { echo, printf } from './output.ts'
import { evaluateTest } from './testExpression.ts'

export const echoBuiltin: Builtin = {
  name: 'echo', summary: 'write arguments', run: (shell, argv) => echo(shell.process, argv),
}

export const printfBuiltin: Builtin = {
  name: 'printf', summary: 'formatted output', run: (shell, argv) => printf(shell.process, argv),
}

export const trueBuiltin: Builtin = {
  name: 'true',
  summary: 'return success',
  *run() {
    return 0
  },
}

export const colonBuiltin: Builtin = { ...trueBuiltin, name: ':', special: true, summary: 'do nothing' }

export const falseBuiltin: Builtin = {
  name: 'false',
  summary: 'return failure',
  *run() {
    return 1
  },
}

export const testBuiltin: Builtin = {
  name: 'test',
  summary: 'evaluate a condition',
  *run(shell, argv) {
    const result = evaluateTest(shell.process, argv.slice(1))
    if (result.message !== null) yield* shell.process.stderr.write(`zsh: ${result.message}\n`)
    return result.status
  },
}

export const bracketBuiltin: Builtin = {
  name: '[',
  summary: 'evaluate a condition',
  *run(shell, argv) {
    if (argv.at(-1) !== ']' || argv.length < 2) {
      yield* shell.process.stderr.write("zsh: ']' expected\n")
      return 2
    }
    return yield* testBuiltin.run(shell, argv.slice(0, -1))
  },
}
