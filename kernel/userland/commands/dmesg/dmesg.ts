import { trap } from '../../../mach/user.ts'
import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { warn } from '../support/inputs.ts'

function* main(process: Process): KernelThread<number> {
  const { errno, value } = yield* trap(process.task, 'msgbuf')
  if (errno !== 0) {
    yield* process.stderr.write('Unable to obtain kernel buffer: Operation not permitted\nusage: sudo dmesg\n')
    return 1
  }
  if (typeof value !== 'string') {
    yield* warn(process, 'no message buffer')
    return 1
  }
  yield* process.stdout.write(value)
  return 0
}

/** `dmesg`: the kernel's message buffer. */
export const dmesg = defineCommand({
  name: 'dmesg', path: '/sbin/dmesg', summary: 'display the system message buffer', main,
  man: { section: 8, synopsis: ['sudo dmesg'], description: ['Writes the kernel message buffer. Only the super user may.'] },
})
