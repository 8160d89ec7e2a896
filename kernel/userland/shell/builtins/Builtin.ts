import type { KernelThread } from '../../../sim/index.ts'
import type { Shell } from '../Shell.ts'

/** A command that the shell runs itself; its value is the status. argv[0] is its name. */
export interface Builtin {
  readonly name: string
  /** Assignments before a special builtin stay, and its failure ends a script. */
  readonly special?: boolean
  readonly summary: string
  run(shell: Shell, argv: readonly string[]): KernelThread<number>
}

/** Writes a message of the shell to standard error, as `zsh: text`. */
export function* complain(shell: Shell, text: string): KernelThread {
  yield* shell.process.stderr.write(`zsh: ${text}\n`)
}

/** Writes a message of a builtin to standard error, as `cd: text`. */
export function* complainAs(shell: Shell, name: string, text: string): KernelThread {
  yield* shell.process.stderr.write(`${name}: ${text}\n`)
}
