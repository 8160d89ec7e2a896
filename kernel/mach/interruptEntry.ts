import { kernelState, scheduler, type TimedEvent } from '../sim/index.ts'
import { kprintf } from './msgbuf.ts'

/** The kernel's one handler of external interrupts; `vector` is what the controller model presents. */
export type InterruptHandler = (vector: number) => void

/**
 * The processor's interrupt entry. A controller model calls it at interrupt level, then the handler runs at once;
 * called from a thread (a register write raised the line) it runs when that thread gives way.
 */
class InterruptEntry implements TimedEvent {
  queueSlot = -1
  handler: InterruptHandler | null = null
  delivered = 0
  private pending = new Int32Array(16)
  private count = 0
  private running = false
  private readonly clock = scheduler()

  interrupt(vector: number): void {
    if (this.count === this.pending.length) this.grow()
    this.pending[this.count++] = vector
    if (this.running) return
    const { clock } = this
    if (clock.inInterrupt) this.drain()
    else if (this.queueSlot === -1) clock.events.schedule(this, clock.nowNs)
  }

  fire(): void {
    this.drain()
  }

  private drain(): void {
    this.running = true
    for (let i = 0; i < this.count; i++) {
      const vector = this.pending[i]!
      this.delivered++
      if (this.handler === null) kprintf(`unexpected interrupt ${vector}\n`)
      else this.handler(vector)
    }
    this.count = 0
    this.running = false
  }

  private grow(): void {
    const pending = new Int32Array(this.count * 2)
    pending.set(this.pending)
    this.pending = pending
  }
}

const entry = kernelState(() => new InterruptEntry())

/**
 * Sets the handler of the processor's external interrupts. The platform driver's interrupt controller calls it.
 * @xnu osfmk/arm64/machine_routines.c ml_install_interrupt_handler — simplified: one processor, one source
 */
export function ml_install_interrupt_handler(handler: InterruptHandler): void {
  entry().handler = handler
}

/** Where the machine connects the controller model's output: `interrupt(vector)`. */
export function interruptEntry(): { interrupt(vector: number): void; readonly delivered: number } {
  return entry()
}
