import type {
  HostLinkMessage, KeptFile, KernelProcessState, MachineDescription, MachineStatus, RecordedRun,
} from '../../kernel/api/index.ts'
import { packFileAside, type CrashLogStore, type SessionStore } from '../storage/index.ts'
import type { KernelProcess } from './KernelProcess.ts'

const PING_INTERVAL_MS = 500
/** No sign of life for this long and the process counts as hung: with the interval it is noticed within 3 s. */
const SILENCE_LIMIT_MS = 2_000
const START_LIMIT_MS = 10_000
/** Bytes per millisecond: whoever reads a file more slowly than this counts as hung. */
const SLOWEST_READING = 4_000
const MAX_RESTARTS = 5
const ALIVE: ReadonlySet<string> = new Set(['running', 'paused'])

export interface KernelHostEvents {
  readonly stateChanged: (state: KernelProcessState) => void
  readonly crashStored: (id: number) => void
  readonly kept: (file: KeptFile) => void
}

interface LiveSession {
  readonly id: string
  readonly description: MachineDescription
  readonly seed: number
}

/**
 * Watches over the kernel process: heartbeat, storing of journal and panics as they come, and restarts on request.
 * What it has stored does not depend on the process living on.
 */
export class KernelHostService<Process extends KernelProcess> {
  process: Process | null = null
  private state: KernelProcessState = { state: 'starting', reason: null, restarts: 0, lastStatus: null }
  private session: LiveSession | null = null
  private lastSignMs = 0
  private lastBeatMs = 0
  private pings = 0
  private timer: NodeJS.Timeout | null = null
  private stopping = false

  constructor(
    private readonly start: () => Process,
    private readonly sessions: SessionStore,
    private readonly crashes: CrashLogStore,
    private readonly events: KernelHostEvents,
  ) {}

  /** Starts the process, for the first time or again after it was lost. */
  launch(): void {
    const process = this.start()
    this.process = process
    this.lastSignMs = performance.now()
    this.lastBeatMs = this.lastSignMs
    process.onLink((message) => this.onLink(message))
    process.onExit((reason) => this.onExit(process, reason))
    this.change({ state: 'starting', reason: null })
    this.timer ??= setInterval(() => this.beat(), PING_INTERVAL_MS)
    process.send({ link: 'ping', number: ++this.pings })
  }

  /** Starts it again when it is lost; at most five times, then somebody should look at why. */
  restart(): void {
    if (this.process !== null) return
    if (this.state.restarts >= MAX_RESTARTS) {
      this.change({ reason: `The kernel process was lost ${MAX_RESTARTS + 1} times: quit and start the workbench again.` })
      return
    }
    this.state = { ...this.state, restarts: this.state.restarts + 1 }
    this.launch()
  }

  /** Asks the kernel process to run something again up to a time. */
  rewind(recorded: RecordedRun, toTimeNs: number): void {
    if (this.process === null) throw new Error('The kernel process is not running: restart it first.')
    if (this.session !== null && ALIVE.has(this.state.lastStatus?.power ?? 'off')) {
      throw new Error('A machine is running: power it off first.')
    }
    this.process.send({ link: 'rewind', recorded, toTimeNs })
  }

  current(): KernelProcessState {
    return this.state
  }

  /** Ends everything, for quitting. */
  stop(): void {
    this.stopping = true
    if (this.timer !== null) clearInterval(this.timer)
    this.timer = null
    this.endSession('quit')
    this.process?.kill()
    this.process = null
  }

  private beat(): void {
    if (this.process === null) return
    this.allowForOwnPause()
    const limit = this.state.state === 'starting' ? START_LIMIT_MS : SILENCE_LIMIT_MS
    if (performance.now() - this.lastSignMs > limit) {
      this.lose(`The kernel process gave no sign of life for ${limit / 1000} s and was ended.`, 'hung')
      return
    }
    this.process.send({ link: 'ping', number: ++this.pings })
  }

  /** While this process was busy itself it heard nobody: that time counts for nobody's silence. */
  private allowForOwnPause(): void {
    const nowMs = performance.now()
    const lateMs = nowMs - this.lastBeatMs - PING_INTERVAL_MS
    this.lastBeatMs = nowMs
    if (lateMs > PING_INTERVAL_MS / 2) this.lastSignMs = Math.min(nowMs, this.lastSignMs + lateMs)
  }

  private onExit(process: Process, reason: string): void {
    if (this.stopping || this.process !== process) return
    this.lose(`The kernel process is gone: ${reason}.`, 'gone')
  }

  private lose(reason: string, state: 'hung' | 'gone'): void {
    const process = this.process
    this.process = null
    process?.kill()
    this.endSession(state)
    this.change({ state, reason: `${reason} What was stored is safe; the machine can be started again.` })
  }

  private endSession(reason: string): void {
    if (this.session !== null) this.sessions.end(this.session.id, reason, this.state.lastStatus)
    this.session = null
  }

  private onLink(message: HostLinkMessage): void {
    this.lastSignMs = performance.now()
    switch (message.link) {
      case 'reading':
        this.lastSignMs += message.bytes / SLOWEST_READING
        return
      case 'heartbeat':
        this.state = { ...this.state, lastStatus: message.status }
        if (this.state.state === 'starting') this.change({ state: 'running', reason: null })
        return
      case 'session':
        this.endSession('replaced')
        this.session = { id: message.session, description: message.description, seed: message.seed }
        this.sessions.begin(message.session, message.description, message.seed)
        return
      case 'journal':
        this.sessions.append(message.session, message.records)
        return
      case 'panicked':
        this.storePanic(message)
        return
      case 'imported':
        void this.keep(message)
        return
      case 'failed':
        this.endSession(`failed: ${message.message}`)
    }
  }

  /** Keeps a file that the kernel process has read; a large one is packed aside first. */
  private async keep({ key, name, bytes, read }: Extract<HostLinkMessage, { link: 'imported' }>): Promise<void> {
    try {
      const packed = await packFileAside(bytes)
      this.events.kept({ key, ...this.crashes.import({ name, bytes, read, packed }) })
    } catch (error) {
      this.events.kept({ key, id: null, reason: (error as Error).message })
    }
  }

  private storePanic(message: Extract<HostLinkMessage, { link: 'panicked' }>): void {
    const live = this.session
    if (live === null || live.id !== message.session) return
    const id = this.crashes.add({
      session: live.id, panic: message.panic, description: live.description, seed: live.seed,
      journal: this.sessions.journal(live.id), read: message.read,
    })
    this.endSession('panic')
    this.events.crashStored(id)
  }

  private change(change: Partial<Pick<KernelProcessState, 'state' | 'reason'>> & { lastStatus?: MachineStatus | null }): void {
    this.state = { ...this.state, ...change }
    this.events.stateChanged(this.state)
  }
}
