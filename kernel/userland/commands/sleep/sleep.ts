import { sleepNs } from '../../../mach/user.ts'
import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'

function* main(process: Process): KernelThread<number> {
  const [, text = ''] = process.argv
  const match = /^(\d*\.?\d+)([smh]?)$/u.exec(text)
  if (match === null || process.argv.length !== 2) {
    yield* process.stderr.write('usage: sleep number[unit] [...]\nUnit can be \'s\' (seconds, the default), m (minutes) or h (hours).\n')
    return 1
  }
  const unit = match[2] === 'h' ? 3600 : match[2] === 'm' ? 60 : 1
  yield* sleepNs(Math.round(Number(match[1]) * unit * 1e9))
  return 0
}

/** `sleep`: waits. */
export const sleep = defineCommand({
  name: 'sleep', path: '/bin/sleep', summary: 'suspend execution for an interval of time', main,
  man: { section: 1, synopsis: ['sleep number[unit]'], description: ['Waits that long in the time of the machine.'] },
})
