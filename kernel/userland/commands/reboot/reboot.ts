import { trap } from '../../../mach/user.ts'
import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { warn } from '../support/inputs.ts'

/** Asks the kernel to stop; comes back only when it refused. */
export function* stopMachine(process: Process, how: 'halt' | 'restart'): KernelThread<number> {
  const { errno } = yield* trap(process.task, 'reboot', how)
  if (errno === 0) return 0
  yield* warn(process, 'Operation not permitted')
  return 1
}

/** `reboot`: restarts the machine. */
export const reboot = defineCommand({
  name: 'reboot', path: '/sbin/reboot', summary: 'restart the system', main: (process) => stopMachine(process, 'restart'),
  man: { section: 8, synopsis: ['sudo reboot'], description: ['Stops the machine for a restart. Only the super user may.'], seeAlso: ['shutdown(8)'] },
})
