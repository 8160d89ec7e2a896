import { fork, type ChildProcess } from 'node:child_process'
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
}

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
    env: { NODE_ENV: 'production' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  return new ForkedKernel(child)
}

class ForkedKernel implements ForkedKernelProcess {
  private readonly sessions = new Map<number, LooseWire>()
  private linkListener: ((message: HostLinkMessage) => void) | null = null
  private exitListener: ((reason: string) => void) | null = null
  private nextSession = HOST_SESSION + 1

  constructor(private readonly child: ChildProcess) {
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

  private receive(envelope: Envelope): void {
    if (envelope.s === HOST_SESSION) {
      this.linkListener?.(envelope.m as HostLinkMessage)
    } else if (envelope.k === 'close') {
      this.sessions.get(envelope.s)?.ended()
      this.sessions.delete(envelope.s)
    } else {
      this.sessions.get(envelope.s)?.receive(envelope.m)
    }
  }
}
