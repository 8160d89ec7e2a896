import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { stopMachine } from '../reboot/reboot.ts'
import { parseOptions } from '../support/inputs.ts'

const USAGE = 'usage: shutdown [-h | -r] now'

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'hr', USAGE)
  if (parsed === null) return 1
  const isRestart = parsed.options.some(({ option }) => option === 'r')
  if (parsed.options.length === 0 || parsed.operands[0] !== 'now') {
    yield* process.stderr.write(`${USAGE}\n`)
    return 1
  }
  if (process.uid !== 0) {
    yield* process.stderr.write('shutdown: NOT super-user\n')
    return 1
  }
  yield* process.stdout.write('Shutdown NOW!\n')
  yield* process.stdout.flush()
  return yield* stopMachine(process, isRestart ? 'restart' : 'halt')
}

/** `shutdown`: stops the machine. */
export const shutdown = defineCommand({
  name: 'shutdown', path: '/sbin/shutdown', summary: 'close down the system', main,
  man: { section: 8, synopsis: ['sudo shutdown [-h | -r] now'], description: ['Stops the machine at once; -h halts, -r restarts. Only the super user may.'], seeAlso: ['reboot(8)'] },
})
