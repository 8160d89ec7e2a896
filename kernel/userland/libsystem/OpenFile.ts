import type { KernelThread } from '../../sim/index.ts'
import type { Process } from './Process.ts'
import type { Tty } from './tty/Tty.ts'
import { ESPIPE } from './errno.ts'

/** What lies behind a descriptor: shared by all descriptors that were duplicated from one open. */
export abstract class OpenFile {
  private references = 0
  abstract readonly kind: 'tty' | 'pipe' | 'file' | 'directory' | 'device'

  /** At most `maxBytes` bytes, an empty array at the end of the data, or an error number. May sleep. */
  abstract read(process: Process, maxBytes: number): KernelThread<Uint8Array | number>

  /** Writes all bytes or answers an error number. May sleep. The bytes must not change afterwards. */
  abstract write(process: Process, bytes: Uint8Array): KernelThread<number>

  /** Moves the position; an error number for what has none. */
  seek(_offset: number): number {
    return ESPIPE
  }

  /** The terminal behind this file, if it is one. */
  get tty(): Tty | null {
    return null
  }

  /** One more descriptor refers to this file. */
  retain(): this {
    this.references++
    return this
  }

  /** One descriptor less; the last one closes the file. */
  release(): void {
    this.references--
    if (this.references === 0) this.closed()
  }

  protected closed(): void {}
}
