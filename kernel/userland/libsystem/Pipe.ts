import { assert, scheduler, WaitQueue, type KernelThread } from '../../sim/index.ts'
import { EBADF, EINTR, EPIPE } from './errno.ts'
import { OpenFile } from './OpenFile.ts'
import type { Process } from './Process.ts'
import { SIGPIPE } from './signals.ts'

/** How much a pipe holds before its writer sleeps. */
export const PIPE_SIZE_BYTES = 65_536

/** A bounded byte queue with two ends. Readers sleep while it is empty, writers while it is full. */
class PipeBuffer {
  readonly readers = new WaitQueue()
  readonly writers = new WaitQueue()
  readonly chunks: Uint8Array[] = []
  sizeBytes = 0
  readOpen = true
  writeOpen = true

  take(maxBytes: number): Uint8Array {
    const first = this.chunks[0]
    assert(first !== undefined, 'Pipe.take: the pipe is empty')
    const taken = first.length <= maxBytes ? first : first.subarray(0, maxBytes)
    if (taken === first) this.chunks.shift()
    else this.chunks[0] = first.subarray(maxBytes)
    this.sizeBytes -= taken.length
    scheduler().wakeAll(this.writers)
    return taken
  }
}

class PipeReadEnd extends OpenFile {
  readonly kind = 'pipe'

  constructor(private readonly pipe: PipeBuffer) {
    super()
  }

  override *read(process: Process, maxBytes: number): KernelThread<Uint8Array | number> {
    const { pipe } = this
    while (pipe.sizeBytes === 0) {
      if (!pipe.writeOpen) return new Uint8Array(0)
      if (!(yield* process.sleepOn(pipe.readers))) return EINTR
    }
    return pipe.take(maxBytes)
  }

  override *write(): KernelThread<number> {
    return EBADF
  }

  protected override closed(): void {
    this.pipe.readOpen = false
    this.pipe.chunks.length = 0
    this.pipe.sizeBytes = 0
    scheduler().wakeAll(this.pipe.writers)
  }
}

class PipeWriteEnd extends OpenFile {
  readonly kind = 'pipe'

  constructor(private readonly pipe: PipeBuffer) {
    super()
  }

  override *read(): KernelThread<Uint8Array | number> {
    return EBADF
  }

  override *write(process: Process, bytes: Uint8Array): KernelThread<number> {
    const { pipe } = this
    let offset = 0
    while (offset < bytes.length) {
      if (!pipe.readOpen) {
        yield* process.raise(SIGPIPE)
        return EPIPE
      }
      const room = PIPE_SIZE_BYTES - pipe.sizeBytes
      if (room === 0) {
        if (!(yield* process.sleepOn(pipe.writers))) return EINTR
        continue
      }
      const part = bytes.subarray(offset, offset + room)
      pipe.chunks.push(part)
      pipe.sizeBytes += part.length
      offset += part.length
      scheduler().wakeAll(pipe.readers)
    }
    return 0
  }

  protected override closed(): void {
    this.pipe.writeOpen = false
    scheduler().wakeAll(this.pipe.readers)
  }
}

/** Makes a pipe: what is written to the second end comes out of the first. */
export function makePipe(): [OpenFile, OpenFile] {
  const pipe = new PipeBuffer()
  return [new PipeReadEnd(pipe), new PipeWriteEnd(pipe)]
}
