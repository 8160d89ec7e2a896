import type { KernelThread } from '../../../sim/index.ts'
import { defineCommand } from '../../libsystem/defineCommand.ts'
import type { Process } from '../../libsystem/Process.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import { modeOf } from '../../libsystem/vfs/Inode.ts'
import { joinPath } from '../../libsystem/vfs/paths.ts'
import { parseOptions, warnPath } from '../support/inputs.ts'

function* printNames(process: Process, names: readonly string[], letters: ReadonlySet<string>): KernelThread {
  const shown = names.filter((name) => letters.has('a') || letters.has('A') || !name.startsWith('.')).toSorted()
  if (letters.has('r')) shown.reverse()
  for (const name of shown) yield* process.stdout.write(`${name}\n`)
}

/** One long line: kind and mode, links, owner, size, name. */
function longLine(process: Process, folder: string, name: string): string {
  const inode = vfs().lookup(process, joinPath(folder, name), false)
  if (typeof inode === 'number') return `?????????? ${name}\n`
  const bits = ['---', '--x', '-w-', '-wx', 'r--', 'r-x', 'rw-', 'rwx']
  const mode = [6, 3, 0].map((shift) => bits[(modeOf(inode) >> shift) & 7]!).join('')
  const kind = inode.kind === 'directory' ? 'd' : inode.kind === 'symlink' ? 'l' : '-'
  const size = 'contents' in inode ? inode.contents().length : 0
  return `${kind}${mode} ${String(inode.links).padStart(3)} ${inode.uid === 0 ? 'root' : 'me'}  ${String(size).padStart(8)} ${name}\n`
}

function* main(process: Process): KernelThread<number> {
  const parsed = yield* parseOptions(process, '1Aadlr', 'usage: ls [-1Aadlr] [file ...]')
  if (parsed === null) return 1
  const letters = new Set(parsed.options.map(({ option }) => option))
  const paths = parsed.operands.length === 0 ? ['.'] : parsed.operands
  let status = 0
  for (const path of paths) {
    const inode = vfs().lookup(process, path)
    if (typeof inode === 'number') {
      yield* process.stdout.flush()
      yield* warnPath(process, path, inode)
      status = 1
      continue
    }
    const names = inode.kind === 'directory' && !letters.has('d') ? vfs().list(process, path) : [path]
    if (typeof names === 'number') {
      yield* warnPath(process, path, names)
      status = 1
      continue
    }
    if (paths.length > 1 && inode.kind === 'directory') yield* process.stdout.write(`${path}:\n`)
    if (!letters.has('l')) yield* printNames(process, names, letters)
    else {
      const folder = inode.kind === 'directory' && !letters.has('d') ? path : '.'
      for (const name of names.toSorted()) {
        if (letters.has('a') || letters.has('A') || !name.startsWith('.')) yield* process.stdout.write(longLine(process, folder, name))
      }
    }
  }
  return status
}

/** `ls`: what folders hold. */
export const ls = defineCommand({
  name: 'ls', path: '/bin/ls', summary: 'list directory contents', main,
  man: { section: 1, synopsis: ['ls [-1Aadlr] [file ...]'], description: ['Writes the names in each folder, one per line; -l with kind, mode, links, owner and size, -a with hidden ones.'] },
})
