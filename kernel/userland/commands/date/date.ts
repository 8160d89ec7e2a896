import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { formatTime, wallClockSeconds } from '../../libsystem/time.ts'
import { parseOptions, warn } from '../support/inputs.ts'

const USAGE = 'usage: date [-u] [-r seconds] [+output_fmt]'

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'ur:', USAGE)
  if (parsed === null) return 1
  const given = parsed.options.findLast(({ option }) => option === 'r')?.argument
  if (given !== undefined && given !== null && !/^-?[0-9]+$/.test(given)) {
    yield* process.stderr.write(USAGE + '\n')
    return 1
  }
  const seconds = given === undefined || given === null ? wallClockSeconds() : Number(given)
  const format = parsed.operands[0] ?? '+%a %b %e %H:%M:%S %Z %Y'
  if (!format.startsWith('+')) {
    yield* warn(process, 'illegal time format')
    yield* process.stderr.write(USAGE + '\n')
    return 1
  }
  yield* process.stdout.write(formatTime(format.slice(1), seconds) + '\n')
  return 0
}

/** `date`: the machine's own time of day. */
export const date = defineCommand({
  name: 'date',
  path: '/bin/date',
  summary: 'display date and time',
  main,
  man: {
    section: 1,
    synopsis: ['date [-u] [-r seconds] [+output_fmt]'],
    description: [
      'Writes the time of the machine, which is its virtual time counted from its start. The time zone is '
        + 'UTC; '
        + 'the clock cannot be set.',
    ],
    options: [['-u', 'UTC, as always here'], ['-r seconds', 'the time so many seconds after 1970 began']],
    examples: [['date +%Y-%m-%d', 'the day']],
  },
})
