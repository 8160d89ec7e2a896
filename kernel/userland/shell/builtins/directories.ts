import { vfs } from '../../libsystem/userlandState.ts'
import { joinPath, normalisePath } from '../../libsystem/vfs/paths.ts'
import { EACCES, ENOTDIR } from '../../libsystem/errno.ts'
import { errorText } from '../interpret/redirect.ts'
import type { Shell } from '../Shell.ts'
import { complainAs, type Builtin } from './Builtin.ts'

/** Changes the working directory; an error number when that is not possible. */
export function changeDirectory(shell: Shell, path: string, physical = false): number {
  const { process } = shell
  const inode = vfs().lookup(process, path)
  if (typeof inode === 'number') return inode
  if (inode.kind !== 'directory') return ENOTDIR
  if (!vfs().may(process, inode, 1)) return EACCES
  const logical = normalisePath(joinPath(process.cwd, path))
  const target = physical || vfs().lookup(process, logical) !== inode ? vfs().pathOf(inode) : logical
  shell.exportVariable('OLDPWD', process.cwd)
  process.cwd = target
  shell.exportVariable('PWD', target)
  return 0
}

export const cdBuiltin: Builtin = {
  name: 'cd',
  summary: 'change the working directory',
  *run(shell, argv) {
    const physical = argv[1] === '-P'
    const operands = argv.slice(1).filter((operand) => operand !== '-P' && operand !== '-L' && operand !== '--')
    if (operands.length > 1) {
      yield* complainAs(shell, 'cd', `string not in pwd: ${operands[0]}`)
      return 1
    }
    const operand = operands[0] ?? shell.home
    const path = operand === '-' ? (shell.parameter('OLDPWD') ?? shell.process.cwd) : operand
    const error = changeDirectory(shell, path, physical)
    if (error !== 0) {
      yield* complainAs(shell, 'cd', `${errorText(error)}: ${path}`)
      return 1
    }
    if (operand === '-') yield* shell.process.stdout.write(`${tildePath(shell, shell.process.cwd)}\n`)
    return 0
  },
}

/** A path with the home directory written as `~`. */
export function tildePath(shell: Shell, path: string): string {
  const { home } = shell
  if (path === home) return '~'
  return home !== '/' && path.startsWith(home + '/') ? '~' + path.slice(home.length) : path
}

export const pwdBuiltin: Builtin = {
  name: 'pwd',
  summary: 'print the working directory',
  *run(shell, argv) {
    const inode = argv[1] === '-P' ? vfs().lookup(shell.process, '.') : null
    const physical = inode !== null && typeof inode !== 'number' && inode.kind === 'directory'
    yield* shell.process.stdout.write((physical ? vfs().pathOf(inode) : shell.process.cwd) + '\n')
    return 0
  },
}

export const umaskBuiltin: Builtin = {
  name: 'umask',
  summary: 'set the file creation mask',
  *run(shell, argv) {
    const text = argv[1]
    if (text === undefined) {
      yield* shell.process.stdout.write(shell.process.umask.toString(8).padStart(3, '0') + '\n')
      return 0
    }
    if (!/^[0-7]{1,4}$/.test(text)) {
      yield* complainAs(shell, 'umask', 'bad umask')
      return 1
    }
    shell.process.umask = parseInt(text, 8) & 0o777
    return 0
  },
}
