import { EBADF, EIO } from './errno.ts'
import type { OpenFile } from './OpenFile.ts'
import type { Process } from './Process.ts'
import { InputStream } from './streams.ts'
import { TtyFile } from './tty/Tty.ts'
import { vfs } from './userlandState.ts'
import type { OpenFlags } from './vfs/Vfs.ts'

const OWN_DESCRIPTORS = new Map([['/dev/stdin', 0], ['/dev/stdout', 1], ['/dev/stderr', 2]])

/** open(2): also knows the names that mean something else to each process (`/dev/tty`, `/dev/fd/3`). */
export function openPath(process: Process, path: string, flags: OpenFlags, mode = 0o666): OpenFile | number {
  if (path === '/dev/tty') return process.tty === null ? EIO : new TtyFile(process.tty)
  const own = OWN_DESCRIPTORS.get(path) ?? ownDescriptor(path)
  if (own !== null) return process.files.get(own) ?? EBADF
  return vfs().open(process, path, flags, mode)
}

function ownDescriptor(path: string): number | null {
  const match = /^\/dev\/fd\/([0-9]+)$/.exec(path)
  return match === null ? null : Number(match[1])
}

/** Opens a file for reading and gives a stream on a new descriptor; an error number otherwise. */
export function openInput(process: Process, path: string): InputStream | number {
  const file = openPath(process, path, { read: true })
  if (typeof file === 'number') return file
  return new InputStream(process, process.addFile(file))
}
