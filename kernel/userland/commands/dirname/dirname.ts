import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { directoryName } from '../../libsystem/vfs/paths.ts'
import { usage } from '../support/simple.ts'

function* main(process: Process): KernelThread<number> {
  const paths = process.argv.slice(1).filter((argument) => argument !== '--')
  if (paths.length === 0) return yield* usage(process, 'usage: dirname string [...]')
  for (const path of paths) yield* process.stdout.write(directoryName(path) + '\n')
  return 0
}

/** `dirname`: all but the last part of a path. */
export const dirname = defineCommand({
  name: 'dirname',
  path: '/usr/bin/dirname',
  summary: 'return directory portion of pathname',
  main,
  man: {
    section: 1,
    synopsis: ['dirname string [...]'],
    description: ['Writes each path without its last part.'],
    seeAlso: ['basename(1)'],
  },
})
