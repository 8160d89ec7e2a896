import { scheduler, THREAD_INTERRUPTED, WaitQueue, type KernelThread } from '../sim/index.ts'

/** Ticks since power-on. @xnu mach_absolute_time — simplified: one tick is one nanosecond on every machine */
export function mach_absolute_time(): number {
  return scheduler().nowNs
}

/**
 * Sleeps until the deadline; false (the original's KERN_ABORTED) when a signal ended it early. Thread context.
 * @xnu osfmk/kern/clock.c mach_wait_until_trap — faithful
 */
export function* mach_wait_until(deadlineNs: number): KernelThread<boolean> {
  scheduler().assertWait(new WaitQueue(), deadlineNs, true)
  return (yield) !== THREAD_INTERRUPTED
}

/** Sleeps for a time. Thread context. @xnu iokit/Kernel/IOLib.cpp IOSleep — simplified: nanoseconds */
export function* sleepNs(durationNs: number): KernelThread {
  scheduler().assertWait(new WaitQueue(), scheduler().nowNs + durationNs)
  yield
}
