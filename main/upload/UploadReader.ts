import { END, GIVEN_UP, HEADER_BYTES, MAX_UPLOAD_BYTES } from './uploadFrames.ts'

export interface UploadLimits {
  /** Size of a file. */
  readonly mostBytes: number
  /** A file that was asked for and has not begun to come after this long does not come. */
  readonly patienceMs: number
  /** Files that have come and that nobody has asked for: the oldest goes when there are more. */
  readonly mostWaiting: number
}

interface Upload {
  bytes: Uint8Array
  size: number
  state: 'coming' | 'whole' | 'failed'
  waiter: (() => void) | null
}

/** Puts together the files that come through the pipe of a kernel process. */
export class UploadReader {
  private readonly uploads = new Map<number, Upload>()
  private readonly header = Buffer.alloc(HEADER_BYTES)
  private headerBytes = 0
  private current: Upload | null = null
  private left = 0

  /** Files that were asked for before they began to come. */
  private readonly expected = new Map<number, () => void>()
  /** The highest number of a file that has begun. */
  private newest = 0

  private readonly limits: UploadLimits

  constructor(limits: Partial<UploadLimits> = {}) {
    this.limits = { mostBytes: MAX_UPLOAD_BYTES, patienceMs: 15_000, mostWaiting: 32, ...limits }
  }

  /** Takes what came through the pipe, cut anywhere. */
  take(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length;) at += this.left > 0 ? this.body(chunk, at) : this.head(chunk, at)
  }

  /**
   * The bytes of a file, once all of them are here; a file is given out once. It may be asked for before it
   * begins to come: messages and the pipe are not in step.
   */
  async claim(id: number): Promise<Uint8Array> {
    if (id > this.newest) await this.beginningOf(id)
    const upload = this.uploads.get(id)
    if (upload === undefined) throw new Error('The file did not arrive: bring it in again.')
    if (upload.state === 'coming') await new Promise<void>((resolve) => { upload.waiter = resolve })
    this.uploads.delete(id)
    if (upload.state === 'failed') throw new Error('The file could not be sent whole: bring it in again.')
    return upload.bytes
  }

  /** Ends when the file begins to come, or when that has taken too long. */
  private async beginningOf(id: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.limits.patienceMs)
      this.expected.set(id, () => {
        clearTimeout(timer)
        resolve()
      })
    })
    this.expected.delete(id)
  }

  private head(chunk: Uint8Array, at: number): number {
    const count = Math.min(HEADER_BYTES - this.headerBytes, chunk.length - at)
    this.header.set(chunk.subarray(at, at + count), this.headerBytes)
    this.headerBytes += count
    if (this.headerBytes === HEADER_BYTES) this.begin(this.header.readUInt32LE(0), this.header.readUInt32LE(4))
    return count
  }

  private begin(id: number, length: number): void {
    this.headerBytes = 0
    const upload = this.uploads.get(id) ?? this.add(id, this.header.readUInt32LE(8))
    if (length === END || length === GIVEN_UP) {
      if (upload.state === 'coming') this.finish(upload, length === END ? 'whole' : 'failed')
      return
    }
    this.current = upload
    this.left = length
  }

  private body(chunk: Uint8Array, at: number): number {
    const count = Math.min(this.left, chunk.length - at)
    this.left -= count
    const upload = this.current!
    if (upload.state !== 'coming') return count
    if (upload.size + count > upload.bytes.length) this.finish(upload, 'failed')
    else upload.bytes.set(chunk.subarray(at, at + count), upload.size)
    upload.size += count
    return count
  }

  private add(id: number, size: number): Upload {
    const isTooLarge = size > this.limits.mostBytes
    const upload: Upload = {
      bytes: Buffer.allocUnsafeSlow(isTooLarge ? 0 : size), size: 0, state: isTooLarge ? 'failed' : 'coming', waiter: null,
    }
    this.uploads.set(id, upload)
    this.newest = Math.max(this.newest, id)
    this.expected.get(id)?.()
    if (this.uploads.size > this.limits.mostWaiting) {
      const [oldest] = [...this.uploads].find(([, { state, waiter }]) => state !== 'coming' && waiter === null) ?? []
      if (oldest !== undefined) this.uploads.delete(oldest)
    }
    return upload
  }

  private finish(upload: Upload, state: 'whole' | 'failed'): void {
    upload.state = state
    if (state === 'failed') upload.bytes = new Uint8Array(0)
    upload.waiter?.()
  }
}
