import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import { allInPath } from '../../libsystem/exec.ts'
import type { Process } from '../../libsystem/Process.ts'
import { parseOptions } from '../support/inputs.ts'

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'as', 'usage: which [-as] program ...')
  if (parsed === null) return 1
  const letters = new Set(parsed.options.map(({ option }) => option))
  let status = 0
  for (const name of parsed.operands) {
    const found = allInPath(process, name)
    if (found.length === 0) {
      if (!letters.has('s')) yield* process.stdout.write(`${name} not found\n`)
      status = 1
    }
    if (letters.has('s')) continue
    for (const path of letters.has('a') ? found : found.slice(0, 1)) yield* process.stdout.write(path + '\n')
  }
  return status
}

/** `which`: where a program lies. */
export const which = defineCommand({
  name: 'which',
  path: '/usr/bin/which',
  summary: 'locate a program file in the user\'s path',
  main,
  man: {
    section: 1,
    synopsis: ['which [-as] program ...'],
    description: ['Looks for programs in the directories of PATH and writes their paths.'],
    options: [['-a', 'all places, not only the first'], ['-s', 'writes nothing']],
    exitStatus: '0 when all were found, 1 otherwise.',
  },
})
