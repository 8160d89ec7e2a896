import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Wire } from '../kernelHost/Wire.ts'
import { rendererFile, SAFE_HEADERS } from './staticFiles.ts'
import { MAX_UPLOAD_BYTES } from '../upload/uploadFrames.ts'
import { socketFrames } from './socketFrames.ts'
import { Door } from './tickets.ts'

const MAX_MESSAGE_BYTES = 256 * 1024 * 1024
const MAX_SOCKETS = 32

export interface WebServerOptions {
  readonly rendererFolder: string
  readonly port: number
  /** Called for each accepted socket, with its frames. */
  readonly attach: (channel: 'kernel' | 'host', frames: Wire) => void
  /** Takes a file that the page sends; answers the number to ask for it by, or null when nobody takes it. */
  readonly upload?: (source: AsyncIterable<Uint8Array>, size: number) => Promise<number> | null
}

/** The browser shell's server: loopback only, one token, exact Host and Origin, one fixed set of files. */
export class WebServer {
  readonly door = new Door()
  private readonly server: Server
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES })

  constructor(private readonly options: WebServerOptions) {
    this.server = createServer((request, response) => void this.answer(request, response))
    this.server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head))
  }

  /** Starts listening on 127.0.0.1 and gives the address to open, token included. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject)
      this.server.listen(this.options.port, '127.0.0.1', resolve)
    })
    return `http://${this.authority}/?token=${this.door.token}`
  }

  /** Stops listening and drops every socket. */
  close(): void {
    for (const client of this.sockets.clients) client.terminate()
    this.server.close()
    this.server.closeAllConnections()
  }

  private get authority(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  private isOurHost(request: IncomingMessage): boolean {
    return request.headers.host === this.authority
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (status: number, text: string): void => {
      response.writeHead(status, { ...SAFE_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(text)
    }
    if (!this.isOurHost(request)) return reply(421, 'This server answers only under its own address.\n')
    const url = new URL(request.url ?? '/', `http://${this.authority}`)
    if (request.method === 'POST' && url.pathname === '/upload') return this.takeUpload(request, response, reply)
    if (request.method !== 'GET' && request.method !== 'HEAD') return reply(405, 'Only GET is answered.\n')
    const cookie = this.door.exchange(url.searchParams.get('token'))
    if (cookie !== null) {
      response.writeHead(303, { ...SAFE_HEADERS, 'Set-Cookie': cookie, Location: '/' }).end()
      return
    }
    if (!this.door.admits(request.headers.cookie)) {
      return reply(401, 'Open the address that npm start printed: it carries the key to this window.\n')
    }
    const file = await rendererFile(this.options.rendererFolder, url.pathname)
    if (file === null) return reply(404, 'There is nothing here.\n')
    const caching = url.pathname.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store'
    response.writeHead(200, { ...SAFE_HEADERS, 'Content-Type': file.type, 'Cache-Control': caching }).end(file.bytes)
  }

  /** A file on its way to the kernel process: from our own page only, of a size that is told before. */
  private async takeUpload(
    request: IncomingMessage, response: ServerResponse, reply: (status: number, text: string) => void,
  ): Promise<void> {
    const refuse = (status: number, text: string): void => {
      response.setHeader('Connection', 'close')
      reply(status, text)
    }
    if (request.headers.origin !== `http://${this.authority}`) return refuse(403, 'Files are taken from our own page only.\n')
    if (!this.door.admits(request.headers.cookie)) return refuse(401, 'Open the address that npm start printed.\n')
    const size = Number(request.headers['content-length'] ?? Number.NaN)
    if (!(size <= MAX_UPLOAD_BYTES)) return refuse(413, `Files of at most ${MAX_UPLOAD_BYTES} bytes are taken; the length must be told.\n`)
    const sent = this.options.upload?.(request, size) ?? null
    if (sent === null) return refuse(503, 'The kernel process is gone.\n')
    try {
      reply(200, String(await sent))
    } catch {
      reply(400, 'The file did not come whole.\n')
    }
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refuse = (status: string): void => {
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
    }
    if (!this.isOurHost(request)) return refuse('421 Misdirected Request')
    if (request.headers.origin !== `http://${this.authority}`) return refuse('403 Forbidden')
    if (!this.door.admits(request.headers.cookie)) return refuse('401 Unauthorized')
    const url = new URL(request.url ?? '/', `http://${this.authority}`)
    const channel = url.searchParams.get('channel')
    if (url.pathname !== '/ws' || (channel !== 'kernel' && channel !== 'host')) return refuse('404 Not Found')
    if (this.sockets.clients.size >= MAX_SOCKETS) return refuse('503 Service Unavailable')
    this.sockets.handleUpgrade(request, socket, head, (client) => this.options.attach(channel, socketFrames(client)))
  }
}
