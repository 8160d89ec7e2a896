import { createBirpc } from 'birpc'
import type { BirpcReturn } from 'birpc'
import type { Wire, WireOpener } from './Wire.ts'

export type ConnectionState = 'connecting' | 'open' | 'lost'

/** Every function of `Remote`, answering with a promise. */
export type Calls<Remote> = {
  readonly [Name in keyof Remote]: Remote[Name] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Promise<Awaited<Answer>>
    : never
}

type Listeners<Local> = { [Name in keyof Local]?: Set<Local[Name]> }

const FIRST_RETRY_MS = 250
const LONGEST_RETRY_MS = 4000

/** One named far side: calls out, notifications in, and a connection that is made again after each loss. */
export class RemoteClient<Remote extends object, Local extends object> {
  readonly calls: Calls<Remote>
  private state: ConnectionState = 'connecting'
  private rpc: BirpcReturn<Record<string, never>, Record<string, never>> | null = null
  private waiting: (() => void)[] = []
  private retryMs = FIRST_RETRY_MS
  private readonly listeners: Listeners<Local> = {}
  private readonly stateListeners = new Set<(state: ConnectionState) => void>()

  constructor(private readonly open: WireOpener, private readonly lostSentence: string) {
    this.calls = new Proxy({}, {
      get: (_target, name) => (...args: unknown[]) => this.call(String(name), args),
    }) as Calls<Remote>
  }

  /** Starts connecting; returns at once. */
  connect(): void {
    this.setState('connecting')
    this.open().then((wire) => this.attach(wire), () => this.lose())
  }

  on<Name extends keyof Local>(name: Name, listener: Local[Name]): () => void {
    const set = (this.listeners[name] ??= new Set<Local[Name]>())
    set.add(listener)
    return () => void set.delete(listener)
  }

  onState(listener: (state: ConnectionState) => void): void {
    this.stateListeners.add(listener)
    listener(this.state)
  }

  private async call(name: string, args: unknown[]): Promise<unknown> {
    if (this.state === 'connecting') await new Promise<void>((resolve) => void this.waiting.push(resolve))
    if (this.rpc === null) throw new Error(this.lostSentence)
    return this.rpc.$callRaw({ method: name, args })
  }

  private attach(wire: Wire): void {
    const rpc = createBirpc<Record<string, never>, Record<string, never>>({}, {
      post: (message) => wire.post(message),
      on: (listener) => wire.onMessage(listener),
      timeout: -1,
      resolver: (name) => (...args: unknown[]) => this.notify(name, args),
    })
    this.rpc = rpc
    this.retryMs = FIRST_RETRY_MS
    wire.onClose(() => {
      rpc.$close(new Error(this.lostSentence))
      if (this.rpc === rpc) this.lose()
    })
    this.setState('open')
  }

  private notify(name: string, args: unknown[]): void {
    if (!Object.hasOwn(this.listeners, name)) return
    const set = this.listeners[name as keyof Local] as Set<(...values: unknown[]) => void> | undefined
    for (const listener of set ?? []) listener(...args)
  }

  private lose(): void {
    this.rpc = null
    this.setState('lost')
    setTimeout(() => this.connect(), this.retryMs)
    this.retryMs = Math.min(this.retryMs * 2, LONGEST_RETRY_MS)
  }

  private setState(state: ConnectionState): void {
    this.state = state
    if (state !== 'connecting') {
      for (const resume of this.waiting.splice(0)) resume()
    }
    for (const listener of this.stateListeners) listener(state)
  }
}
