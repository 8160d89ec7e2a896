import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { END, GIVEN_UP, HEADER_BYTES } from './uploadFrames.ts'

/** The bytes of a file as a source, in pieces. */
export async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES)
}

const PIECE_BYTES = 256 * 1024
/** So much may wait in front of the pipe before the source is held up. */
const MOST_WAITING_BYTES = 4 * 1024 * 1024

/** Sends files down the pipe to the kernel process, piece by piece; several may be under way. */
export class UploadWriter {
  private nextId = 1

  constructor(private readonly pipe: Writable) {
    pipe.on('error', () => {})
  }

  /**
   * Sends one file of `size` bytes and answers its number, when all of it is on its way. A source that fails, or
   * has not that many bytes, takes the file back.
   */
  async send(source: AsyncIterable<Uint8Array>, size: number): Promise<number> {
    const id = this.nextId++
    let sent = 0
    let isWhole = false
    try {
      for await (const piece of source) {
        sent += piece.length
        if (sent > size) throw new Error(`The file has more than the ${size} bytes that were told.`)
        if (piece.length > 0) await this.write(header(id, piece.length, size), piece)
      }
      isWhole = sent === size
    } finally {
      this.pipe.write(header(id, isWhole ? END : GIVEN_UP, size))
    }
    if (!isWhole) throw new Error(`The file has ${sent} bytes, ${size} were told.`)
    return id
  }

  private async write(head: Buffer, piece: Uint8Array): Promise<void> {
    this.pipe.cork()
    this.pipe.write(head)
    this.pipe.write(piece)
    this.pipe.uncork()
    if (this.pipe.writableLength > MOST_WAITING_BYTES) await once(this.pipe, 'drain')
  }
}

function header(id: number, length: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(HEADER_BYTES)
  bytes.writeUInt32LE(id, 0)
  bytes.writeUInt32LE(length, 4)
  bytes.writeUInt32LE(size, 8)
  return bytes
}
