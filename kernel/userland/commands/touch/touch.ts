import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import { parseOptions, warnPath } from '../support/inputs.ts'

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, 'acm', 'usage: touch [-acm] file ...')
  if (parsed === null) return 1
  let status = 0
  for (const path of parsed.operands) {
    const inode = vfs().lookup(process, path)
    if (typeof inode !== 'number') {
      inode.touch()
      continue
    }
    const error = vfs().writeFile(process, path, new Uint8Array(0))
    if (error === 0) continue
    yield* warnPath(process, path, error)
    status = 1
  }
  return status
}

/** `touch`: makes files, or marks them as changed now. */
export const touch = defineCommand({
  name: 'touch', path: '/usr/bin/touch', summary: 'change file access and modification times', main,
  man: { section: 1, synopsis: ['touch [-acm] file ...'], description: ['Marks each file as changed now; one that is not there is made.'] },
})
