import type { KernelThread } from '../../../sim/index.ts'
import { ProcessExit } from '../../libsystem/ProcessExit.ts'
import type { Redirection, ShellCommand } from '../ast.ts'
import { complain } from '../builtins/Builtin.ts'
import { ShellInterrupt } from '../control.ts'
import { ExpansionError } from '../expand/ExpansionError.ts'
import { ReadOnlyError, type Shell } from '../Shell.ts'
import { runCompound } from './compound.ts'
import { startJob, waitForJob } from './job.ts'
import { RedirectionScope } from './redirect.ts'
import { runSimple } from './simple.ts'
import { runSubshell } from './subshell.ts'

/** Runs one command of a pipeline in the current shell, in a subshell or as a process, as its kind asks. */
export function* runCommand(shell: Shell, command: ShellCommand, text: string): KernelThread<number> {
  try {
    if (command.kind === 'simple') return yield* runSimple(shell, command, text)
    if (command.kind === 'function') {
      shell.functions.set(command.name, command.body)
      return 0
    }
    if (command.kind === 'subshell' && !shell.replaceable) {
      const job = yield* startJob(shell, { commands: [command], text, background: false })
      return job === null ? 1 : yield* waitForJob(shell, job)
    }
    return yield* withRedirections(shell, command.redirections, function* () {
      if (command.kind === 'subshell') return yield* runSubshell(shell, command.body)
      return yield* runCompound(shell, command)
    })
  } catch (error) {
    if (!(error instanceof ExpansionError) && !(error instanceof ReadOnlyError)) throw error
    yield* complain(shell, error.message)
    return endLine(shell)
  }
}

/** An expansion error ends a script, and the line of an interactive shell. */
function endLine(shell: Shell): never {
  if (shell.interactive) throw new ShellInterrupt(1)
  throw new ProcessExit(1, 0)
}

/** Runs `body` with redirections in force; a redirection that fails gives status 1. */
export function* withRedirections(
  shell: Shell, redirections: readonly Redirection[], body: () => KernelThread<number>,
): KernelThread<number> {
  if (redirections.length === 0) return yield* body()
  const mayReplace = shell.replaceable
  const scope = new RedirectionScope(shell)
  try {
    const message = yield* scope.apply(redirections)
    if (message !== null) {
      yield* scope.restore()
      yield* complain(shell, message)
      return 1
    }
    const status = yield* body()
    yield* scope.restore()
    return status
  } finally {
    scope.putBack()
    shell.replaceable = mayReplace
  }
}
