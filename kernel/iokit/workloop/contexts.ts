import { panic } from '../../mach/index.ts'
import { scheduler } from '../../sim/index.ts'

/**
 * Something would sleep at interrupt level: what the scheduler says to that.
 * @xnu osfmk/kern/sched_prim.c thread_invoke — faithful
 */
export function blockedAtInterruptLevel(): never {
  panic('thread_invoke: preemption_level 1, possible cause: blocking while holding a spinlock, or within '
    + 'interrupt context')
}

/** Stops what may sleep from being begun at interrupt level. */
export function mayBlock(): void {
  if (scheduler().inInterrupt) blockedAtInterruptLevel()
}
