import { parse, stringify } from 'devalue'
import { IncomingParts, OutgoingParts } from '../../kernel/api/index.ts'
import type { TextForm } from '../../kernel/api/index.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder()
const utf8: TextForm = { encode: (text) => encoder.encode(text), decode: (bytes) => decoder.decode(bytes) }

/** Frames of a WebSocket: devalue text (typed arrays, Map, bigint and errors survive), before it the long bytes that it tells of. */
export function framesOf(message: unknown): (string | Uint8Array<ArrayBuffer>)[] {
  const parts = new OutgoingParts(utf8)
  const text = stringify(message, parts.reducers)
  return [...parts.pieces as Uint8Array<ArrayBuffer>[], text]
}

/** Puts the frames of messages together again, in the order in which they came. */
export class FrameReader {
  private readonly parts = new IncomingParts(utf8)

  /** Hands the message to `listener` once its text is there. */
  take(frame: string | ArrayBuffer | Uint8Array, listener: (message: unknown) => void): void {
    if (typeof frame !== 'string') {
      this.parts.add(frame instanceof Uint8Array ? frame : new Uint8Array(frame))
      return
    }
    const message: unknown = parse(frame, this.parts.revivers)
    this.parts.end()
    listener(message)
  }
}
