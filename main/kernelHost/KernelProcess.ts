import { fork, type ChildProcess } from 'node:child_process'
import type { Duplex } from 'node:stream'
import { MAX_UNPACKED_BYTES, type FileAside } from '../upload/uploadFrames.ts'
import { UploadReader } from '../upload/UploadReader.ts'
import { UploadWriter } from '../upload/UploadWriter.ts'
import type { HostLinkCommand, HostLinkMessage } from '../../kernel/api/index.ts'
import { HOST_SESSION, LooseWire, type Envelope, type Wire } from './Wire.ts'

/** One running kernel process, whatever kind: the host's link to it and a way to open sessions. */
export interface KernelProcess {
  /** Sends a host command (a ping). */
  send(command: HostLinkCommand): void
  onLink(listener: (message: HostLinkMessage) => void): void
  /** Called once, with a plain reason, when the process has ended. */
  onExit(listener: (reason: string) => void): void
  kill(): void
  readonly pid: number | undefined
}

/** A kernel process that opens sessions as wires of frames (fork); Electron hands over ports instead. */
export interface ForkedKernelProcess extends KernelProcess {
  openSession(): Wire
  /** Sends a file ahead and answers the number to ask for it by. */
  upload(source: AsyncIterable<Uint8Array>, size: number): Promise<number>
}

/** The pipe that files come through: the one behind the three usual ones and the messages'. */
export const UPLOAD_DESCRIPTOR = 4

/** Which operating-system walls stand around a forked kernel process. */
export const FORK_WALLS = [
  'Third-party driver code runs in SES compartments',
  'The kernel process may read only the program’s own folder, and may not write files or start programs',
]

/** Starts the kernel process as a forked Node, behind Node's permission model: reads the program's folder, nothing else. */
export function forkKernel(entry: string, programFolder: string): ForkedKernelProcess {
  const child = fork(entry, [], {
    serialization: 'advanced',
    execArgv: ['--permission', `--allow-fs-read=${programFolder}`, '--disable-warning=SecurityWarning'],
    env: { NODE_ENV: 'production', WORKBENCH_UPLOADS: String(UPLOAD_DESCRIPTOR) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'],
  })
  return new ForkedKernel(child)
}

class ForkedKernel implements ForkedKernelProcess {
  private readonly sessions = new Map<number, LooseWire>()
  private linkListener: ((message: HostLinkMessage) => void) | null = null
  private exitListener: ((reason: string) => void) | null = null
  private nextSession = HOST_SESSION + 1
  private readonly uploads: UploadWriter
  private readonly files = new UploadReader({ mostBytes: MAX_UNPACKED_BYTES, mostWaiting: Infinity })

  constructor(private readonly child: ChildProcess) {
    const pipe = child.stdio[UPLOAD_DESCRIPTOR] as Duplex
    this.uploads = new UploadWriter(pipe)
    pipe.on('data', (chunk: Buffer) => this.files.take(chunk))
    child.on('message', (message) => this.receive(message as Envelope))
    child.on('exit', (code, signal) => {
      for (const session of this.sessions.values()) session.ended()
      this.sessions.clear()
      this.exitListener?.(signal === null ? `it ended with status ${code}` : `it was ended by ${signal}`)
    })
    child.on('error', () => {})
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  send(command: HostLinkCommand): void {
    this.post({ s: HOST_SESSION, k: 'msg', m: command })
  }

  onLink(listener: (message: HostLinkMessage) => void): void {
    this.linkListener = listener
  }

  onExit(listener: (reason: string) => void): void {
    this.exitListener = listener
  }

  kill(): void {
    this.child.kill('SIGKILL')
  }

  upload(source: AsyncIterable<Uint8Array>, size: number): Promise<number> {
    return this.uploads.send(source, size)
  }

  openSession(): Wire {
    const session = this.nextSession++
    const wire = new LooseWire((message) => this.post({ s: session, k: 'msg', m: message }), () => {
      this.sessions.delete(session)
      this.post({ s: session, k: 'close' })
    })
    this.sessions.set(session, wire)
    this.post({ s: session, k: 'open' })
    return wire
  }

  private post(envelope: Envelope): void {
    if (this.child.connected) this.child.send(envelope, undefined, undefined, () => {})
  }

  private hear(message: HostLinkMessage | FileAside): void {
    if (message.link !== 'importedAside') return this.linkListener?.(message)
    this.files.claim(message.upload).then(
      (bytes) => this.linkListener?.({ link: 'imported', ...message.file, bytes }), () => {},
    )
  }

  private receive(envelope: Envelope): void {
    if (envelope.s === HOST_SESSION) {
      this.hear(envelope.m as HostLinkMessage | FileAside)
    } else if (envelope.k === 'close') {
      this.sessions.get(envelope.s)?.ended()
      this.sessions.delete(envelope.s)
    } else {
      this.sessions.get(envelope.s)?.receive(envelope.m)
    }
  }
}
