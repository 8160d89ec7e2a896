import type { KernelThread } from '../../../sim/index.ts'
import type { Process } from '../../libsystem/Process.ts'

/** Prints a usage text on standard error; the value is the exit status. */
export function* usage(process: Process, text: string, status = 1): KernelThread<number> {
  yield* process.stderr.write(text + '\n')
  return status
}
