// The one entry of the kernel process, whoever hosts it: Electron utility process, forked Node, or worker thread.
import { Socket } from 'node:net'
import { isMainThread, parentPort as workerPort } from 'node:worker_threads'
import type { HostLinkCommand, HostLinkMessage } from '../../kernel/api/index.ts'
import { lockRealm } from './sandbox/lockRealm.ts'
import type { Envelope, Wire } from './Wire.ts'
import { HOST_SESSION, LooseWire } from './Wire.ts'

const UPLOAD_WINDOW_BYTES = 1024 * 1024

lockRealm()
// Schemas are interpreted: asking the locked realm whether code may be made costs a fifth of the start.
;(await import('zod')).config({ jitless: true })
const { KernelService } = await import('./KernelService.ts')
const { piecesOf, UploadWriter } = await import('../upload/UploadWriter.ts')
const { framedWire } = await import('./framedWire.ts')

/** What Electron gives a utility process; only what is used here. */
interface ParentPort {
  on(event: 'message', listener: (event: { data: unknown; ports: MessagePortMain[] }) => void): void
  postMessage(message: unknown): void
}
interface MessagePortMain {
  on(event: 'message', listener: (event: { data: unknown }) => void): void
  on(event: 'close', listener: () => void): void
  postMessage(message: unknown): void
  start(): void
  close(): void
}

/** Does what the host asks. Ports come as messages of their own kind and are no command. */
function obey(
  service: InstanceType<typeof KernelService>, command: HostLinkCommand | { readonly link: 'port' },
): void {
  if (command.link === 'ping') service.heartbeat()
  else if (command.link === 'rewind') service.rewind(command.recorded, command.toTimeNs)
}

function serveElectron(port: ParentPort): void {
  const service = new KernelService((message: HostLinkMessage) => port.postMessage(message))
  port.on('message', ({ data, ports }) => {
    obey(service, data as HostLinkCommand)
    for (const channel of ports) {
      const wire = new LooseWire((message) => channel.postMessage(message), () => channel.close())
      channel.on('message', (event) => wire.receive(event.data))
      channel.on('close', () => wire.ended())
      service.attach(wire)
      channel.start()
    }
  })
}

/** Files come and go through a pipe; it is read into one buffer, again and again: the files are copied out of it. */
function moveFiles(service: InstanceType<typeof KernelService>, fd: number): void {
  const buffer = Buffer.allocUnsafeSlow(UPLOAD_WINDOW_BYTES)
  const take = (count: number): boolean => {
    service.uploads.take(buffer.subarray(0, count))
    return true
  }
  const pipe = new Socket({ fd, onread: { buffer, callback: take } })
  pipe.unref().resume()
  const writer = new UploadWriter(pipe)
  service.sendAside = (bytes) => writer.send(piecesOf(bytes), bytes.length)
}

function serveMultiplexed(send: (envelope: Envelope) => void, listen: (listener: (envelope: Envelope) => void) => void): void {
  const tell = (message: unknown): void => send({ s: HOST_SESSION, k: 'msg', m: message })
  const service = new KernelService(tell, tell)
  const descriptor = Number(process.env['WORKBENCH_UPLOADS'] ?? 0)
  if (isMainThread && descriptor > 0) moveFiles(service, descriptor)
  const sessions = new Map<number, LooseWire>()
  listen((envelope) => {
    if (envelope.s === HOST_SESSION) {
      obey(service, envelope.m as HostLinkCommand)
      return
    }
    if (envelope.k === 'open') {
      const wire = new LooseWire((message) => send({ s: envelope.s, k: 'msg', m: message }),
        () => send({ s: envelope.s, k: 'close' }))
      sessions.set(envelope.s, wire)
      service.attach(framedWire(wire satisfies Wire))
    } else if (envelope.k === 'msg') {
      sessions.get(envelope.s)?.receive(envelope.m)
    } else {
      sessions.get(envelope.s)?.ended()
      sessions.delete(envelope.s)
    }
  })
}

const electronPort = (process as unknown as { parentPort?: ParentPort }).parentPort
if (electronPort !== undefined && electronPort !== null) {
  serveElectron(electronPort)
} else if (!isMainThread && workerPort !== null) {
  const port = workerPort
  serveMultiplexed((envelope) => port.postMessage(envelope), (listener) => port.on('message', listener))
} else if (process.send !== undefined) {
  process.on('disconnect', () => process.exit(0))
  serveMultiplexed((envelope) => process.send!(envelope, undefined, undefined, () => {}),
    (listener) => process.on('message', (message) => listener(message as Envelope)))
} else {
  process.stderr.write('The kernel process is started by the workbench and does nothing on its own.\n')
  process.exit(64)
}
