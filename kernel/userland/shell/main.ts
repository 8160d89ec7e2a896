import type { KernelThread } from '../../sim/index.ts'
import type { Process } from '../libsystem/Process.ts'
import { decodeText } from '../libsystem/text.ts'
import { vfs } from '../libsystem/userlandState.ts'
import { builtinsByName } from './builtins/index.ts'
import { setOptions } from './builtins/variables.ts'
import { complain } from './builtins/Builtin.ts'
import { runInteractive } from './interactive.ts'
import { errorText } from './interpret/redirect.ts'
import { endedByControl } from './interpret/subshell.ts'
import { runText } from './interpret/traps.ts'
import { Shell } from './Shell.ts'

/** The login shell of a terminal: reads, edits and runs lines until `exit` or the end of the input. */
export function* interactiveShell(process: Process): KernelThread<number> {
  return yield* runInteractive(new Shell(process, builtinsByName))
}

/** Runs a script given as text, as `sh -c` does. */
export function* runShellText(process: Process, text: string): KernelThread<number> {
  return yield* runWhole(new Shell(process, builtinsByName), text)
}

function* runWhole(shell: Shell, text: string): KernelThread<number> {
  shell.replaceable = true
  return yield* endedByControl(shell, () => runText(shell, text))
}

/** The program behind /bin/zsh and /bin/sh: `-c text`, a script, standard input or a terminal. */
export function* shellMain(process: Process): KernelThread<number> {
  const shell = new Shell(process, builtinsByName)
  const { argv } = process
  let at = 1
  let text: string | null = null
  let forceInteractive = false
  for (; at < argv.length && /^[-+]./.test(argv[at]!) && argv[at] !== '--'; at++) {
    const letters = argv[at]!.slice(1)
    const plain = letters.replace(/[csil]/g, '')
    if (letters.includes('i')) forceInteractive = true
    const problem = plain === '' ? null : setOptions(shell, ['set', argv[at]![0]! + plain, ...argv.slice(at + 1, at + 2)])
    if (problem !== null) {
      yield* complain(shell, problem)
      return 1
    }
    if (plain === 'o') at++
    if (letters.includes('c')) text = argv[++at] ?? null
  }
  if (text !== null) {
    shell.name = argv[at] ?? shell.name
    shell.positional = argv.slice(at + 1)
    return yield* runWhole(shell, text)
  }
  const path = argv[at]
  if (path !== undefined) return yield* runFile(shell, path, argv.slice(at + 1))
  if (forceInteractive || process.isTty(0)) return yield* runInteractive(shell)
  return yield* runWhole(shell, yield* process.stdin.readText())
}

function* runFile(shell: Shell, path: string, positional: readonly string[]): KernelThread<number> {
  const bytes = vfs().readFile(shell.process, path)
  if (typeof bytes === 'number') {
    yield* complain(shell, `can't open input file: ${path} (${errorText(bytes)})`)
    return 127
  }
  shell.name = path
  shell.positional = positional
  return yield* runWhole(shell, decodeText(bytes))
}
