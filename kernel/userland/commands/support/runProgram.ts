import type { KernelThread } from '../../../sim/index.ts'
import { EACCES, EISDIR, ENOENT, strerror } from '../../libsystem/errno.ts'
import { execProgram, findProgram } from '../../libsystem/exec.ts'
import type { Process } from '../../libsystem/Process.ts'
import { shellStatus } from '../../libsystem/ProcessExit.ts'
import { spawnProcess, waitFor } from '../../libsystem/processTable.ts'
import { warn } from './inputs.ts'

/** What may be different in a program that is run. */
export interface RunChanges {
  readonly uid?: number
  readonly gid?: number
  readonly env?: ReadonlyMap<string, string>
}

/** Runs a program found on PATH as a child and waits for it. 127 and 126: it could not be found or run. */
export function* runProgram(process: Process, argv: readonly string[], changes: RunChanges = {}): KernelThread<number> {
  const program = findProgram(process, argv)
  if (typeof program === 'number') {
    yield* warn(process, `${argv[0]}: ${strerror(program === EISDIR ? EACCES : program)}`)
    return program === ENOENT ? 127 : 126
  }
  yield* process.stdout.flush()
  const child = spawnProcess({ parent: process, argv, ...changes, body: (inner) => execProgram(inner, program) })
  if (child === null) {
    yield* warn(process, 'fork: Resource temporarily unavailable')
    return 126
  }
  for (;;) {
    const status = yield* waitFor(process, child)
    if (typeof status !== 'number') return shellStatus(status)
  }
}
