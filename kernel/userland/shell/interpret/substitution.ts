import type { KernelThread } from '../../../sim/index.ts'
import { makePipe } from '../../libsystem/Pipe.ts'
import { shellStatus } from '../../libsystem/ProcessExit.ts'
import { spawnProcess, waitFor } from '../../libsystem/processTable.ts'
import { InputStream } from '../../libsystem/streams.ts'
import { decodeText } from '../../libsystem/text.ts'
import type { Script } from '../ast.ts'
import { ExpansionError } from '../expand/ExpansionError.ts'
import type { Shell } from '../Shell.ts'
import { runSubshell } from './subshell.ts'

/** Runs a script in a subshell and answers what it printed, without the newlines at the end. */
export function* substitute(shell: Shell, body: Script): KernelThread<string> {
  const { process } = shell
  yield* process.stdout.flush()
  const [readEnd, writeEnd] = makePipe()
  const fd = process.addFile(readEnd, 10)
  const files = new Map(process.files)
  files.delete(fd)
  files.set(1, writeEnd.retain())
  const child = spawnProcess({
    parent: process,
    argv: process.argv,
    files,
    body: (inner) => {
      const subshell = shell.fork(inner)
      subshell.replaceable = true
      return runSubshell(subshell, body)
    },
  })
  writeEnd.release()
  if (child === null) {
    process.close(fd)
    throw new ExpansionError('fork failed: resource temporarily unavailable')
  }
  const stream = new InputStream(process, fd)
  const bytes = yield* stream.readBytes()
  stream.close()
  const status = yield* waitFor(process, child)
  if (typeof status !== 'number') shell.lastStatus = shellStatus(status)
  return decodeText(bytes).replace(/\n+$/, '')
}
