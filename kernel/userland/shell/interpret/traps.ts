import type { KernelThread } from '../../../sim/index.ts'
import { parseScript } from '../Parser.ts'
import { ParseError } from '../ParseError.ts'
import { complain } from '../builtins/Builtin.ts'
import type { Shell } from '../Shell.ts'
import { runScript } from './run.ts'

/** Runs what `trap … EXIT` set up, once. */
export function* runExitTrap(shell: Shell): KernelThread {
  const text = shell.traps.get('EXIT')
  shell.traps.delete('EXIT')
  if (text === undefined || text === '') return
  const status = shell.lastStatus
  yield* runText(shell, text)
  shell.lastStatus = status
}

/** Runs the traps of signals that came in. `$?` is kept. */
export function* runPendingTraps(shell: Shell): KernelThread {
  while (shell.pendingTraps.length > 0) {
    const text = shell.traps.get(shell.pendingTraps.shift()!)
    if (text === undefined || text === '') continue
    const status = shell.lastStatus
    yield* runText(shell, text)
    shell.lastStatus = status
  }
}

/** Parses and runs a text in the current shell; a parse error is reported and gives status 1. */
export function* runText(shell: Shell, text: string): KernelThread<number> {
  try {
    shell.lastStatus = yield* runScript(shell, parseScript(text, shell.aliases))
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    yield* complain(shell, error.message)
    shell.lastStatus = 1
  }
  return shell.lastStatus
}
