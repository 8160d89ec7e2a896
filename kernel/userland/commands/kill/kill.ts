import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import { strerror } from '../../libsystem/errno.ts'
import type { Process } from '../../libsystem/Process.ts'
import { kill as send } from '../../libsystem/processTable.ts'
import { SIGNAL_NAMES } from '../../libsystem/signals.ts'
import { parseKill } from '../../shell/builtins/jobs.ts'
import { warn } from '../support/inputs.ts'
import { usage } from '../support/simple.ts'

const USAGE = 'usage: kill [-s signal_name] pid ...\n       kill -l\n       kill -signal_name pid ...\n'
  + '       kill -signal_number pid ...'

function* main(process: Process): KernelThread<number> {
  if (process.argv.length < 2) return yield* usage(process, USAGE)
  const parsed = parseKill(process.argv.slice(1))
  if (parsed.list) {
    yield* process.stdout.write(SIGNAL_NAMES.slice(1).join(' ').toLowerCase() + '\n')
    return 0
  }
  if (parsed.problem !== null) {
    yield* warn(process, parsed.problem)
    return 1
  }
  let status = 0
  for (const target of parsed.targets) {
    const valid = /^-?[0-9]+$/.test(target)
    const error = valid ? send(process, Number(target), parsed.signal) : 0
    if (valid && error === 0) continue
    yield* warn(process, valid ? `${target}: ${strerror(error)}` : `illegal process id: ${target}`)
    status = 1
  }
  return status
}

/** `kill`: the program of that name; the shell has its own, which knows jobs. */
export const kill = defineCommand({
  name: 'kill',
  path: '/bin/kill',
  summary: 'terminate or signal a process',
  main,
  man: {
    section: 1,
    synopsis: ['kill [-s signal_name] pid ...', 'kill -signal_number pid ...', 'kill -l'],
    description: [
      'Sends a signal, TERM if none is named, to processes. A negative number names a process group.',
    ],
    options: [['-s signal_name', 'the signal by name'], ['-l', 'lists the names']],
    seeAlso: ['ps(1)'],
  },
})
