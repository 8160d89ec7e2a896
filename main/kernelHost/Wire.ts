/** One two-way channel of structured-clonable messages, whatever carries it. */
export interface Wire {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: () => void): void
  /** Says why when it is the other side's fault. */
  close(why?: string): void
}

/** What travels on the single pipe of a forked kernel process: sessions are told apart by number; 0 is the host's own. */
export interface Envelope {
  readonly s: number
  readonly k: 'open' | 'msg' | 'close'
  readonly m?: unknown
}

/** Number of the host's own channel (heartbeats, journal, panics). */
export const HOST_SESSION = 0

/** A wire whose other end is driven by hand: the piece that multiplexers are made of. */
export class LooseWire implements Wire {
  private messageListener: ((message: unknown) => void) | null = null
  private closeListener: (() => void) | null = null
  private waiting: unknown[] = []
  private isOpen = true

  constructor(private readonly send: (message: unknown) => void, private readonly onLocalClose: (why?: string) => void = () => {}) {}

  post(message: unknown): void {
    if (this.isOpen) this.send(message)
  }

  onMessage(listener: (message: unknown) => void): void {
    this.messageListener = listener
    for (const message of this.waiting.splice(0)) listener(message)
  }

  onClose(listener: () => void): void {
    this.closeListener = listener
  }

  /** Closes from this side. */
  close(why?: string): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.onLocalClose(why)
  }

  /** Hands in what the other side sent. */
  receive(message: unknown): void {
    if (!this.isOpen) return
    if (this.messageListener === null) this.waiting.push(message)
    else this.messageListener(message)
  }

  /** Tells that the other side is gone. */
  ended(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.closeListener?.()
  }
}
