import type { KernelThread } from '../../../sim/index.ts'
import { strerror, EEXIST, EBADF } from '../../libsystem/errno.ts'
import { openPath } from '../../libsystem/open.ts'
import type { OpenFile } from '../../libsystem/OpenFile.ts'
import { encodeText } from '../../libsystem/text.ts'
import { RegularFile } from '../../libsystem/vfs/Inode.ts'
import { FileCursor } from '../../libsystem/vfs/openFiles.ts'
import { vfs } from '../../libsystem/userlandState.ts'
import type { OpenFlags } from '../../libsystem/vfs/Vfs.ts'
import type { Redirection, Word } from '../ast.ts'
import { expandText } from '../expand/expand.ts'
import type { Shell } from '../Shell.ts'

/** What a descriptor was before a redirection: to be put back. */
interface Saved {
  readonly fd: number
  readonly file: OpenFile | null
}

/** zsh begins system errors with a small letter. */
export function errorText(errno: number): string {
  const text = strerror(errno)
  return text.charAt(0).toLowerCase() + text.slice(1)
}

/** The descriptors that redirections changed. */
export class RedirectionScope {
  private readonly saved: Saved[] = []

  constructor(private readonly shell: Shell) {}

  /** Applies redirections in their order; the message of the first that fails, or null. */
  *apply(redirections: readonly Redirection[]): KernelThread<string | null> {
    for (const redirection of redirections) {
      const message = yield* this.applyOne(redirection)
      if (message !== null) return message
    }
    return null
  }

  /** Puts the descriptors back, last changed first. */
  *restore(): KernelThread {
    yield* this.shell.process.stdout.flush()
    this.putBack()
  }

  /** As `restore`, for a shell that is unwinding: what is still buffered is dropped. */
  putBack(): void {
    const { process } = this.shell
    if (this.saved.length > 0) process.stdout.discard()
    for (const { fd, file } of this.saved.reverse()) {
      if (file === null) process.close(fd)
      else {
        process.setFile(fd, file)
        file.release()
      }
    }
    this.saved.length = 0
  }

  /** Keeps the changes: for `exec` without a command. */
  keep(): void {
    for (const { file } of this.saved) file?.release()
    this.saved.length = 0
  }

  private *applyOne(redirection: Redirection): KernelThread<string | null> {
    const { kind } = redirection
    const fd = redirection.fd ?? (kind.startsWith('<') ? 0 : 1)
    if (kind === '<<' || kind === '<<<') {
      const text = yield* expandText(this.shell, redirection.target)
      this.set(fd, temporaryFile(kind === '<<<' ? text + '\n' : text))
      return null
    }
    if (kind === '<&' || kind === '>&') return yield* this.duplicate(fd, redirection)
    return yield* this.openFile(fd, redirection)
  }

  private *openFile(fd: number, redirection: Redirection): KernelThread<string | null> {
    const { kind, target } = redirection
    const path = yield* expandText(this.shell, target)
    const flags = this.flagsOf(kind)
    const file = openPath(this.shell.process, path, flags)
    if (typeof file === 'number') return `${file === EEXIST ? 'file exists' : errorText(file)}: ${path}`
    yield* this.shell.process.stdout.flush()
    this.set(fd, file)
    if (kind === '&>' || kind === '&>>') this.set(2, file)
    return null
  }

  private flagsOf(kind: Redirection['kind']): OpenFlags {
    if (kind === '<') return { read: true }
    if (kind === '<>') return { read: true, write: true, create: true }
    if (kind === '>>' || kind === '&>>') return { write: true, create: true, append: true }
    const exclusive = kind === '>' && this.shell.options.noclobber
    return { write: true, create: true, truncate: true, exclusive }
  }

  private *duplicate(fd: number, redirection: Redirection): KernelThread<string | null> {
    const text = yield* expandText(this.shell, redirection.target)
    yield* this.shell.process.stdout.flush()
    if (text === '-') {
      this.save(fd)
      this.shell.process.close(fd)
      return null
    }
    if (!/^[0-9]+$/.test(text)) {
      if (redirection.kind === '>&' && redirection.fd === null) return yield* this.openBoth(redirection.target)
      return 'file number expected'
    }
    const file = this.shell.process.files.get(Number(text))
    if (file === undefined) return `${text}: ${errorText(EBADF)}`
    this.set(fd, file)
    return null
  }

  private *openBoth(target: Word): KernelThread<string | null> {
    return yield* this.openFile(1, { kind: '&>', fd: 1, target })
  }

  private set(fd: number, file: OpenFile): void {
    this.save(fd)
    this.shell.process.setFile(fd, file)
  }

  private save(fd: number): void {
    const file = this.shell.process.files.get(fd) ?? null
    this.saved.push({ fd, file: file === null ? null : file.retain() })
  }
}

/** An open file without a name that holds a text. */
function temporaryFile(text: string): OpenFile {
  const volume = vfs().root.volume
  const inode = new RegularFile(volume, { mode: 0o600, uid: 0, gid: 0 })
  inode.setContents(encodeText(text))
  return new FileCursor(inode, { read: true })
}
