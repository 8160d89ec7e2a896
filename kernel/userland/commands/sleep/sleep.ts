import { scheduler, type KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'

const USAGE = 'usage: sleep number[unit] [...]\n'
  + "Unit can be 's' (seconds, the default), m (minutes), h (hours), or d (days).\n"
const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }

function* main(process: Process): KernelThread<number> {
  const words = process.argv.slice(1)
  const matches = words.map((word) => /^(\d+\.?\d*|\.\d+)([smhd]?)$/u.exec(word))
  if (words.length === 0 || matches.includes(null)) {
    yield* process.stderr.write(USAGE)
    return 1
  }
  const seconds = matches.reduce((sum, match) => sum + Number(match![1]) * SECONDS[match![2]!]!, 0)
  yield* process.sleepUntil(scheduler().nowNs + Math.round(seconds * 1e9))
  return 0
}

/** `sleep`: waits. */
export const sleep = defineCommand({
  name: 'sleep', path: '/bin/sleep', summary: 'suspend execution for an interval of time', main,
  man: {
    section: 1,
    synopsis: ['sleep number[unit] [...]'],
    description: [
      'Waits that long in the time of the machine: seconds, or m(inutes), h(ours) or d(ays), summed up.',
    ],
  },
})
