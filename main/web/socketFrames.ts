import type { WebSocket } from 'ws'
import { LooseWire, type Wire } from '../kernelHost/Wire.ts'

const UNREADABLE = 1007

/** The frames of one WebSocket as they are, text or bytes. */
export function socketFrames(socket: WebSocket): Wire {
  const wire = new LooseWire((frame) => socket.send(frame as string | Uint8Array),
    (why) => why === undefined ? socket.close() : socket.close(UNREADABLE, why))
  socket.on('message', (data, isBinary) => {
    if (Buffer.isBuffer(data)) wire.receive(isBinary ? data : data.toString('utf8'))
  })
  socket.on('close', () => wire.ended())
  socket.on('error', () => socket.terminate())
  return wire
}
