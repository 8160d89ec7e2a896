import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { runProgram } from '../support/runProgram.ts'
import { EX_USAGE } from '../support/system.ts'

function* main(process: Process): KernelThread<number> {
  const argv = process.argv.slice(1)
  if (argv.length === 0 || argv[0]!.startsWith('-')) {
    yield* process.stderr.write('usage: sudo command [arg ...]\n')
    return EX_USAGE
  }
  return yield* runProgram(process, argv, { uid: 0, gid: 0 })
}

/** `sudo`: runs a program as the super user. */
export const sudo = defineCommand({
  name: 'sudo', path: '/usr/bin/sudo', summary: 'execute a command as another user', main,
  man: {
    section: 8, synopsis: ['sudo command [arg ...]'],
    description: ['Runs the command as the super user. The user of this machine is an administrator and no password is asked.'],
  },
})
