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
  private readonly pending: number[] = []
  private running = false

  interrupt(vector: number): void {
    const { inInterrupt, events, nowNs } = scheduler()
    this.pending.push(vector)
    if (this.running) return
    if (inInterrupt) this.drain()
    else if (this.queueSlot === -1) events.schedule(this, nowNs)
  }

  fire(): void {
    this.drain()
  }

  private drain(): void {
    this.running = true
    const { pending } = this
    for (let i = 0; i < pending.length; i++) {
      this.delivered++
      if (this.handler === null) kprintf(`unexpected interrupt ${pending[i]!}\n`)
      else this.handler(pending[i]!)
    }
    pending.length = 0
    this.running = false
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
