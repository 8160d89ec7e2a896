import { parse, stringify } from 'devalue'
import { IncomingParts, OutgoingParts, type TextForm } from '../../kernel/api/index.ts'
import { LooseWire, type Wire } from './Wire.ts'

const utf8: TextForm = {
  encode: (text) => Buffer.from(text, 'utf8'),
  decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'),
}

/**
 * Messages over a wire of frames: devalue text, before it the long bytes that it tells of. A frame that cannot be
 * read closes the wire: nobody else may speak there.
 */
export function framedWire(frames: Wire): Wire {
  const incoming = new IncomingParts(utf8)
  const wire = new LooseWire((message) => {
    const parts = new OutgoingParts(utf8)
    const text = stringify(message, parts.reducers)
    for (const piece of parts.pieces) frames.post(piece)
    frames.post(text)
  }, () => frames.close())

  frames.onMessage((frame) => {
    let message: unknown
    try {
      if (frame instanceof Uint8Array) return incoming.add(frame)
      message = parse(String(frame), incoming.revivers)
      incoming.end()
    } catch {
      wire.ended()
      frames.close('unreadable message')
      return
    }
    wire.receive(message)
  })
  frames.onClose(() => wire.ended())
  return wire
}
