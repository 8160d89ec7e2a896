import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { accountByUid } from '../../libsystem/userlandState.ts'

function* main(process: Process): KernelThread<number> {
  yield* process.stdout.write(`${accountByUid(process.uid)?.name ?? process.uid}\n`)
  return 0
}

/** `whoami`: the name of the user. */
export const whoami = defineCommand({
  name: 'whoami',
  path: '/usr/bin/whoami',
  summary: 'display effective user id',
  main,
  man: {
    section: 1, synopsis: ['whoami'],
    description: ['Writes the name of the user.'],
    seeAlso: ['id(1)'],
  },
})
