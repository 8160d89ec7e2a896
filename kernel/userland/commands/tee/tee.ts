import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import { strerror } from '../../libsystem/errno.ts'
import { openPath } from '../../libsystem/open.ts'
import type { Process } from '../../libsystem/Process.ts'
import { SIGINT } from '../../libsystem/signals.ts'
import { parseOptions, warn, warnPath } from '../support/inputs.ts'
import { teeMan } from './tee.man.ts'

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'ai', 'usage: tee [-ai] [file ...]')
  if (parsed === null) return 1
  const append = parsed.options.some(({ option }) => option === 'a')
  if (parsed.options.some(({ option }) => option === 'i')) process.setSignal(SIGINT, 'ignore')
  const outputs: { path: string; fd: number }[] = []
  let status = 0
  for (const path of parsed.operands) {
    const file = openPath(process, path, { write: true, create: true, append, truncate: !append })
    if (typeof file !== 'number') outputs.push({ path, fd: process.addFile(file) })
    else {
      yield* warnPath(process, path, file)
      status = 1
    }
  }
  for (let chunk = yield* process.stdin.read(); chunk !== null; chunk = yield* process.stdin.read()) {
    yield* process.stdout.write(chunk)
    yield* process.stdout.flush()
    for (const { path, fd } of outputs) {
      const error = yield* process.write(fd, chunk)
      if (error === 0) continue
      yield* warn(process, `${path}: ${strerror(error)}`)
      status = 1
    }
  }
  return status
}

export const tee = defineCommand({
  name: 'tee', path: '/usr/bin/tee', summary: 'duplicate standard input', man: teeMan, main,
})
