import { parse, stringify } from 'devalue'
import type { WebSocket } from 'ws'
import { LooseWire, type Wire } from '../kernelHost/Wire.ts'

/** How errors cross a WebSocket: as name and message; everything else devalue knows by itself. */
export const reducers = {
  Error: (value: unknown) => value instanceof Error && { name: value.name, message: value.message },
}
export const revivers = {
  Error: (value: { name: string; message: string }) => Object.assign(new Error(value.message), { name: value.name }),
}

/** A wire over one WebSocket. A message that cannot be read closes it: nobody else may speak here. */
export function socketWire(socket: WebSocket): Wire {
  const wire = new LooseWire((message) => socket.send(stringify(message, reducers)), () => socket.close())
  socket.on('message', (data, isBinary) => {
    if (isBinary || !Buffer.isBuffer(data)) {
      socket.close(1003, 'text frames only')
      return
    }
    let message: unknown
    try {
      message = parse(data.toString('utf8'), revivers)
    } catch {
      socket.close(1007, 'unreadable message')
      return
    }
    wire.receive(message)
  })
  socket.on('close', () => wire.ended())
  socket.on('error', () => socket.terminate())
  return wire
}
