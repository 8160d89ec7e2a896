import type { KernelThread } from '../../sim/index.ts'
import type { Command } from './defineCommand.ts'
import { EACCES, EISDIR, ENOENT, ENOEXEC } from './errno.ts'
import { decodeText } from './text.ts'
import type { Process } from './Process.ts'
import { ProcessExit } from './ProcessExit.ts'
import { vfs } from './userlandState.ts'
import { joinPath } from './vfs/paths.ts'

export const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'

/** A program that was found, with the arguments it will see. */
export interface Program {
  readonly command: Command
  readonly argv: readonly string[]
}

/** How many interpreters may stand behind each other. */
const MAX_INTERPRETERS = 4
const MAX_SHEBANG_LENGTH = 512

/** Finds the program behind an executable file, following `#!` lines; an error number otherwise. */
export function resolveProgram(process: Process, path: string, argv: readonly string[], depth = 0): Program | number {
  const inode = vfs().lookup(process, path)
  if (typeof inode === 'number') return inode
  if (inode.kind === 'directory') return EISDIR
  if (inode.kind !== 'file' || !vfs().may(process, inode, 1)) return EACCES
  if (inode.command !== null) return { command: inode.command, argv }
  const head = decodeText(inode.contents().subarray(0, MAX_SHEBANG_LENGTH))
  const match = /^#![ \t]*([^ \t\n]+)(?:[ \t]+([^\n]*?))?[ \t]*\n/.exec(head)
  if (match === null || depth >= MAX_INTERPRETERS) return ENOEXEC
  const [, interpreter = '', argument] = match
  const extra = argument === undefined || argument === '' ? [] : [argument]
  return resolveProgram(process, interpreter, [interpreter, ...extra, path, ...argv.slice(1)], depth + 1)
}

/** Searches PATH as execvp does; a name with a slash is taken as it is. Null when there is none. */
export function findInPath(process: Process, name: string): string | null {
  if (name.includes('/')) return name
  return allInPath(process, name)[0] ?? null
}

/** Every executable of that name on PATH. */
export function allInPath(process: Process, name: string): string[] {
  const found: string[] = []
  for (const directory of pathDirectories(process)) {
    const path = joinPath(directory, name)
    const inode = vfs().lookup(process, path)
    if (typeof inode !== 'number' && inode.kind === 'file' && vfs().may(process, inode, 1)) found.push(path)
  }
  return found
}

/** The directories of PATH in order. */
export function pathDirectories(process: Process): string[] {
  return (process.env.get('PATH') ?? DEFAULT_PATH).split(':').map((part) => (part === '' ? '.' : part))
}

/** Runs a program inside the calling process, as execve does, and writes out its buffer. The value is its status. */
export function* execProgram(process: Process, program: Program): KernelThread<number> {
  process.argv = program.argv
  process.task.name = process.name
  try {
    const status = yield* program.command.main(process)
    yield* process.stdout.flush()
    return status
  } catch (thrown) {
    if (thrown instanceof ProcessExit && thrown.signal === 0) yield* process.stdout.flush()
    throw thrown
  }
}

/** Finds `argv[0]` on PATH and resolves it. */
export function findProgram(process: Process, argv: readonly string[]): Program | number {
  const path = findInPath(process, argv[0] ?? '')
  return path === null ? ENOENT : resolveProgram(process, path, argv)
}
