import { LoopControl, FunctionReturn } from '../control.ts'
import { decodeText } from '../../libsystem/text.ts'
import { findInPath } from '../../libsystem/exec.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import { errorText } from '../interpret/redirect.ts'
import { runExitTrap, runText } from '../interpret/traps.ts'
import type { Shell } from '../Shell.ts'
import { complain, complainAs, type Builtin } from './Builtin.ts'

function levelOf(text: string | undefined): number {
  const level = Number(text ?? 1)
  return Number.isInteger(level) && level > 0 ? level : 1
}

function loopBuiltin(kind: 'break' | 'continue', summary: string): Builtin {
  return {
    name: kind,
    special: true,
    summary,
    *run(shell, argv) {
      if (shell.loopDepth === 0) {
        yield* complainAs(shell, kind, 'not in while, until, select, or repeat loop')
        return 1
      }
      throw new LoopControl(kind, Math.min(levelOf(argv[1]), shell.loopDepth))
    },
  }
}

export const breakBuiltin = loopBuiltin('break', 'leave a loop')
export const continueBuiltin = loopBuiltin('continue', 'go on with the next round of a loop')

function statusOf(shell: Shell, text: string | undefined): number {
  return text === undefined ? shell.lastStatus : Number.parseInt(text, 10) & 0xff
}

export const returnBuiltin: Builtin = {
  name: 'return',
  special: true,
  summary: 'return from a function',
  *run(shell, argv) {
    throw new FunctionReturn(statusOf(shell, argv[1]))
  },
}

export const exitBuiltin: Builtin = {
  name: 'exit',
  special: true,
  summary: 'end the shell',
  *run(shell, argv) {
    if (shell.jobControl && shell.jobs.jobs.length > 0 && !shell.warnedOfJobs) {
      shell.warnedOfJobs = true
      yield* complain(shell, 'you have suspended or running jobs.')
      return 1
    }
    shell.lastStatus = statusOf(shell, argv[1])
    yield* runExitTrap(shell)
    return shell.process.exit(shell.lastStatus)
  },
}

export const evalBuiltin: Builtin = {
  name: 'eval',
  special: true,
  summary: 'run arguments as a command line',
  *run(shell, argv) {
    return yield* runText(shell, argv.slice(1).join(' '))
  },
}

/** Reads and runs a file in the current shell. */
function* sourceFile(shell: Shell, argv: readonly string[]): ReturnType<Builtin['run']> {
  const name = argv[1]
  if (name === undefined) {
    yield* complainAs(shell, argv[0]!, 'not enough arguments')
    return 1
  }
  const path = name.includes('/') ? name : (findInPath(shell.process, name) ?? name)
  const bytes = vfs().readFile(shell.process, path)
  if (typeof bytes === 'number') {
    yield* complainAs(shell, argv[0]!, `${errorText(bytes)}: ${name}`)
    return 127
  }
  const { positional } = shell
  if (argv.length > 2) shell.positional = argv.slice(2)
  shell.functionDepth++
  try {
    return yield* runText(shell, decodeText(bytes))
  } catch (thrown) {
    if (thrown instanceof FunctionReturn) return thrown.status
    throw thrown
  } finally {
    shell.functionDepth--
    if (argv.length > 2) shell.positional = positional
  }
}

export const dotBuiltin: Builtin = { name: '.', special: true, summary: 'run a file in this shell', run: sourceFile }
export const sourceBuiltin: Builtin = { name: 'source', summary: 'run a file in this shell', run: sourceFile }

/** `exec` is done by the interpreter, since its redirections stay. */
export const execBuiltin: Builtin = {
  name: 'exec',
  special: true,
  summary: 'replace the shell by a program',
  *run() {
    return 0
  },
}
