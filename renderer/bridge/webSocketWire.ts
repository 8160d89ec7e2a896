import { FrameReader, framesOf } from './codec.ts'
import type { Wire, WireOpener } from './Wire.ts'

/** Wire of the browser shell: one socket per channel on the origin that served the page. */
export function webSocketOpener(channel: 'kernel' | 'host'): WireOpener {
  return () => new Promise<Wire>((resolve, reject) => {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(`${scheme}//${location.host}/ws?channel=${channel}`)
    socket.addEventListener('open', () => resolve(wireOver(socket)), { once: true })
    socket.addEventListener('close', () => reject(new Error('The server of this window cannot be reached.')), { once: true })
  })
}

function wireOver(socket: WebSocket): Wire {
  const reader = new FrameReader()
  socket.binaryType = 'arraybuffer'
  return {
    post: (message) => {
      if (socket.readyState !== WebSocket.OPEN) return
      for (const frame of framesOf(message)) socket.send(frame)
    },
    onMessage: (listener) => socket.addEventListener('message', (event) => {
      reader.take(event.data as string | ArrayBuffer, listener)
    }),
    onClose: (listener) => socket.addEventListener('close', () => listener(), { once: true }),
  }
}
