import type { KernelThread } from '../../../sim/index.ts'
import { EBADF, EFBIG, EINVAL, EISDIR } from '../errno.ts'
import { OpenFile } from '../OpenFile.ts'
import type { Process } from '../Process.ts'
import type { Directory, RegularFile } from './Inode.ts'
import type { OpenFlags } from './Vfs.ts'

/** The largest file of the in-memory volumes. */
const MAX_FILE_BYTES = 256 * 1024 * 1024

/** An open regular file with its position. */
export class FileCursor extends OpenFile {
  readonly kind = 'file'
  private position = 0

  constructor(readonly inode: RegularFile, private readonly flags: OpenFlags) {
    super()
  }

  override seek(offset: number): number {
    if (offset < 0) return EINVAL
    this.position = offset
    return 0
  }

  override *read(_process: Process, maxBytes: number): KernelThread<Uint8Array | number> {
    if (this.flags.read !== true) return EBADF
    const bytes = this.inode.contents().slice(this.position, this.position + maxBytes)
    this.position += bytes.length
    return bytes
  }

  override *write(_process: Process, bytes: Uint8Array): KernelThread<number> {
    if (this.flags.write !== true) return EBADF
    if (this.flags.append === true) this.position = this.inode.sizeBytes
    if (this.position + bytes.length > MAX_FILE_BYTES) return EFBIG
    this.inode.writeAt(this.position, bytes)
    this.position += bytes.length
    return 0
  }
}

/** An open directory: it can be held, not read. */
export class DirectoryFile extends OpenFile {
  readonly kind = 'directory'

  constructor(readonly inode: Directory) {
    super()
  }

  override *read(): KernelThread<Uint8Array | number> {
    return EISDIR
  }

  override *write(): KernelThread<number> {
    return EBADF
  }
}

/** What is written is gone, what is read is nothing. */
export class NullFile extends OpenFile {
  readonly kind = 'device'

  override *read(): KernelThread<Uint8Array | number> {
    return new Uint8Array(0)
  }

  override *write(): KernelThread<number> {
    return 0
  }
}

/** An endless supply of zero bytes. */
export class ZeroFile extends NullFile {
  override *read(_process?: Process, maxBytes = 0): KernelThread<Uint8Array | number> {
    return new Uint8Array(maxBytes)
  }
}
