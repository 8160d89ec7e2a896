import type { Scheduler, TimedEvent } from '../../../sim/index.ts'
import { Feature } from '../bits.ts'
import type { Features } from './Features.ts'
import type { CompletionQueue } from './queues.ts'

interface Owner {
  readonly clock: Scheduler
  readonly features: Features
  interrupt(queue: CompletionQueue): void
}

const TIME_UNIT_NS = 100_000

/**
 * Interrupt coalescing (5.21.1.8): holds I/O interrupts back until enough completions or time have gathered.
 */
export class Coalescing {
  private readonly waiting = new Set<CompletionQueue>()
  private readonly timer: TimedEvent = {
    queueSlot: -1, eventName: 'NVMe interrupt coalescing', fire: () => this.expire(),
  }

  constructor(private readonly owner: Owner) {}

  /** Whether this completion's interrupt waits. */
  holdsBack(queue: CompletionQueue): boolean {
    const setting = this.owner.features.current(Feature.coalescing)
    const timeNs = ((setting >>> 8) & 0xff) * TIME_UNIT_NS
    const threshold = (setting & 0xff) + 1
    if (timeNs === 0 || threshold === 1 || this.owner.features.coalescingDisabled(
      queue.interrupt.vector,
    )) return false
    if (++queue.uncounted >= threshold) {
      queue.uncounted = 0
      this.waiting.delete(queue)
      return false
    }
    this.waiting.add(queue)
    if (this.timer.queueSlot === -1) this.owner.clock.events.schedule(
      this.timer, this.owner.clock.nowNs + timeNs,
    )
    return true
  }

  reset(): void {
    this.waiting.clear()
    this.owner.clock.events.cancel(this.timer)
  }

  private expire(): void {
    for (const queue of this.waiting) {
      queue.uncounted = 0
      this.owner.interrupt(queue)
    }
    this.waiting.clear()
  }
}
