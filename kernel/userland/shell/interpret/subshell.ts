import type { KernelThread } from '../../../sim/index.ts'
import type { Script } from '../ast.ts'
import { FunctionReturn, LoopControl } from '../control.ts'
import type { Shell } from '../Shell.ts'
import { runScript } from './run.ts'
import { runExitTrap } from './traps.ts'

/** Body of a forked shell: runs the script and its EXIT trap; `break` and `return` end it. */
export function* runSubshell(shell: Shell, body: Script): KernelThread<number> {
  return yield* endedByControl(shell, function* () {
    return yield* runScript(shell, body)
  })
}

/** Runs `body` as the whole of a forked shell. */
export function* endedByControl(shell: Shell, body: () => KernelThread<number>): KernelThread<number> {
  try {
    shell.lastStatus = yield* body()
  } catch (thrown) {
    if (thrown instanceof FunctionReturn) shell.lastStatus = thrown.status
    else if (!(thrown instanceof LoopControl)) throw thrown
  }
  yield* runExitTrap(shell)
  return shell.lastStatus
}
