import { scheduler, type KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { formatTime, wallClockSeconds } from '../../libsystem/time.ts'
import { userland } from '../../libsystem/userlandState.ts'

/** `up` as w(1) words it: days, then hours and minutes. */
function upText(seconds: number): string {
  const days = Math.floor(seconds / 86_400)
  const hours = Math.floor(seconds / 3600) % 24
  const minutes = Math.floor(seconds / 60) % 60
  const parts = days > 0 ? [`${days} day${days > 1 ? 's' : ''}`] : []
  if (hours > 0) parts.push(`${hours}:${String(minutes).padStart(2, '0')}`)
  else if (minutes > 0) parts.push(`${minutes} min${minutes > 1 ? 's' : ''}`)
  else parts.push(`${seconds % 60} sec${seconds % 60 === 1 ? '' : 's'}`)
  return parts.join(', ')
}

function* main(process: Process): KernelThread<number> {
  const users = userland().ttys.size
  const seconds = Math.floor(scheduler().nowNs / 1e9)
  const now = formatTime('%k:%M', wallClockSeconds())
  const who = `${users} user${users === 1 ? '' : 's'}`
  const load = 'no load average information available'
  yield* process.stdout.write(`${now}  up ${upText(seconds)}, ${who}, ${load}\n`)
  return 0
}

/** `uptime`: how long the machine runs. */
export const uptime = defineCommand({
  name: 'uptime',
  path: '/usr/bin/uptime',
  summary: 'show how long system has been running',
  main,
  man: {
    section: 1,
    synopsis: ['uptime'],
    description: [
      'Writes the time of day, how long the machine has been up and the number of its terminals. Load '
        + 'averages are '
        + 'not kept on this machine.',
    ],
  },
})
