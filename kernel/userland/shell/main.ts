import type { KernelThread } from '../../sim/index.ts'
import type { Process } from '../libsystem/Process.ts'

/** The login shell of a terminal: reads, edits and runs lines until `exit` or the end of the input. */
export function* interactiveShell(process: Process): KernelThread<number> {
  yield* process.checkpoint()
  return 0
}

/** Runs a script given as text, as `sh -c` does. */
export function* runShellText(process: Process, _text: string): KernelThread<number> {
  yield* process.checkpoint()
  return 0
}
