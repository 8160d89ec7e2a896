import type { KernelThread } from '../../../sim/index.ts'
import { strerror } from '../../libsystem/errno.ts'
import type { OpenFile } from '../../libsystem/OpenFile.ts'
import { openPath } from '../../libsystem/open.ts'
import type { Process } from '../../libsystem/Process.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import { modeOf, RegularFile } from '../../libsystem/vfs/Inode.ts'
import { baseName, directoryName, joinPath } from '../../libsystem/vfs/paths.ts'
import { SedError } from './program.ts'

/** Options -i and -I: what goes to standard output takes the place of the file being read. */
export class InPlaceEditor {
  private path: string | null = null
  private temporary = ''
  private terminal: OpenFile | null = null

  constructor(
    private readonly process: Process,
    /** Ending of the copy that is kept of each file; empty for none. */
    private readonly extension: string,
    /** Line numbers, `$` and the hold space are each file's own (-i). */
    readonly eachFile: boolean,
  ) {}

  /** Starts on a file: output goes to a new one beside it. Throws `SedError`. */
  *begin(path: string): KernelThread {
    const inode = vfs().lookup(this.process, path, false)
    if (typeof inode === 'number') throw new SedError(`${path}: ${strerror(inode)}`)
    if (!(inode instanceof RegularFile)) {
      throw new SedError(`${path}: in-place editing only works for regular files`)
    }
    this.temporary = joinPath(directoryName(path), `.!${this.process.pid}!${baseName(path)}`)
    const flags = { write: true, create: true, truncate: true }
    const file = openPath(this.process, this.temporary, flags, modeOf(inode) & 0o7777)
    if (typeof file === 'number') throw new SedError(`${path}: ${strerror(file)}`)
    yield* this.process.stdout.flush()
    this.terminal = this.process.files.get(1)?.retain() ?? null
    this.process.setFile(1, file)
    this.path = path
  }

  /** The file is done: the new one takes its place. Throws `SedError`. */
  *finish(): KernelThread {
    const { path, temporary } = this
    if (path === null) return
    yield* this.process.stdout.flush()
    this.restoreOutput()
    if (this.extension !== '') this.check(vfs().rename(this.process, path, path + this.extension))
    this.check(vfs().rename(this.process, temporary, path))
  }

  /** Forgets the file being written. */
  abandon(): void {
    if (this.path === null) return
    this.restoreOutput()
    vfs().unlink(this.process, this.temporary)
  }

  private restoreOutput(): void {
    this.path = null
    if (this.terminal === null) return
    this.process.setFile(1, this.terminal)
    this.terminal.release()
    this.terminal = null
  }

  private check(errno: number): void {
    if (errno === 0) return
    vfs().unlink(this.process, this.temporary)
    throw new SedError(`rename(): ${strerror(errno)}`)
  }
}
