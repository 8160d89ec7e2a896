import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { baseName } from '../../libsystem/vfs/paths.ts'
import { parseOptions } from '../support/inputs.ts'

const USAGE = 'usage: basename string [suffix]\n       basename [-a] [-s suffix] string [...]'

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'as:', USAGE)
  if (parsed === null) return 1
  const many = parsed.options.length > 0
  const [first, second] = parsed.operands
  if (first === undefined || (!many && parsed.operands.length > 2)) {
    yield* process.stderr.write(USAGE + '\n')
    return 1
  }
  const suffix = many ? parsed.options.findLast(({ option }) => option === 's')?.argument : second
  for (const path of many ? parsed.operands : [first]) {
    const name = baseName(path)
    const cut = suffix !== undefined && suffix !== null && suffix !== '' && name !== suffix
      && name.endsWith(suffix)
    yield* process.stdout.write((cut ? name.slice(0, -suffix.length) : name) + '\n')
  }
  return 0
}

/** `basename`: the last part of a path. */
export const basename = defineCommand({
  name: 'basename',
  path: '/usr/bin/basename',
  summary: 'return filename portion of pathname',
  main,
  man: {
    section: 1,
    synopsis: ['basename string [suffix]', 'basename [-a] [-s suffix] string [...]'],
    description: ['Writes what stands after the last slash, without the suffix.'],
    options: [['-a', 'takes several paths'], ['-s suffix', 'the suffix for all of them']],
    seeAlso: ['dirname(1)'],
  },
})
