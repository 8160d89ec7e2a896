import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { userland } from '../../libsystem/userlandState.ts'
import { parseOptions, warn } from '../support/inputs.ts'

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'fs', 'usage: hostname [-fs] [name-of-host]')
  if (parsed === null) return 1
  const name = parsed.operands[0]
  if (name === undefined) {
    const short = parsed.options.some(({ option }) => option === 's')
    yield* process.stdout.write((short ? userland().hostname.split('.')[0]! : userland().hostname) + '\n')
    return 0
  }
  if (process.uid !== 0) {
    yield* warn(process, 'sethostname: Operation not permitted')
    return 1
  }
  userland().hostname = name
  return 0
}

/** `hostname`: the name of the machine. */
export const hostname = defineCommand({
  name: 'hostname',
  path: '/bin/hostname',
  summary: 'set or print name of current host system',
  main,
  man: {
    section: 1,
    synopsis: ['hostname [-fs] [name-of-host]'],
    description: [
      'Writes the name of the machine. The super user may give it another one, which lasts until it stops.',
    ],
    options: [['-s', 'without the domain'], ['-f', 'with the domain, as always']],
  },
})
