import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import { parseOptions, warnPath } from '../support/inputs.ts'

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'LP', 'usage: pwd [-L | -P]')
  if (parsed === null) return 1
  const inode = vfs().lookup(process, '.')
  if (typeof inode === 'number' || inode.kind !== 'directory') {
    yield* warnPath(process, '.', typeof inode === 'number' ? inode : 20)
    return 1
  }
  const logical = parsed.options.at(-1)?.option === 'L'
  yield* process.stdout.write((logical ? process.cwd : vfs().pathOf(inode)) + '\n')
  return 0
}

/** `pwd`: where the process works. */
export const pwd = defineCommand({
  name: 'pwd',
  path: '/bin/pwd',
  summary: 'return working directory name',
  main,
  man: {
    section: 1,
    synopsis: ['pwd [-L | -P]'],
    description: [
      'Writes the path of the working directory: without symbolic links, or with -L as it was reached.',
    ],
  },
})
