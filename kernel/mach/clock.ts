import { scheduler, THREAD_INTERRUPTED, WaitQueue, type KernelThread } from '../sim/index.ts'

const NSEC_PER_MSEC = 1_000_000

/** Ticks since power-on. @xnu mach_absolute_time — simplified: one tick is one nanosecond on every machine */
export function mach_absolute_time(): number {
  return scheduler().nowNs
}

/**
 * Sleeps until the deadline; false (the original's KERN_ABORTED) when a signal ended it early. Thread
 * context.
 * @xnu osfmk/kern/clock.c mach_wait_until_trap — faithful
 */
export function* mach_wait_until(deadlineNs: number): KernelThread<boolean> {
  scheduler().assertWait(new WaitQueue(), deadlineNs, true)
  return (yield) !== THREAD_INTERRUPTED
}

/** Sleeps for a time. Thread context. @xnu iokit/Kernel/IOLib.cpp IOSleep — faithful */
export function* IOSleep(milliseconds: number): KernelThread {
  yield* sleepNs(milliseconds * NSEC_PER_MSEC)
}

/** Ticks as a fraction of nanoseconds. @xnu osfmk/kern/clock.c mach_timebase_info — simplified: always 1/1 */
export function mach_timebase_info(): { readonly numer: number; readonly denom: number } {
  return { numer: 1, denom: 1 }
}

/** The same as `mach_absolute_time`. @xnu osfmk/kern/clock.c clock_get_uptime — faithful */
export function clock_get_uptime(): number {
  return mach_absolute_time()
}

/** Ticks to nanoseconds. Any context. @xnu osfmk/kern/clock.c absolutetime_to_nanoseconds — faithful */
export function absolutetime_to_nanoseconds(ticks: number): number {
  return ticks
}

/** Nanoseconds to ticks. Any context. @xnu osfmk/kern/clock.c nanoseconds_to_absolutetime — faithful */
export function nanoseconds_to_absolutetime(nanoseconds: number): number {
  return nanoseconds
}

/**
 * An interval in units of `scaleFactor` nanoseconds, in ticks. Any context.
 * @xnu osfmk/kern/clock.c clock_interval_to_absolutetime_interval — faithful
 */
export function clock_interval_to_absolutetime_interval(interval: number, scaleFactor: number): number {
  return nanoseconds_to_absolutetime(interval * scaleFactor)
}

/** The tick so far from now. Any context. @xnu osfmk/kern/clock.c clock_interval_to_deadline — faithful */
export function clock_interval_to_deadline(interval: number, scaleFactor: number): number {
  return mach_absolute_time() + clock_interval_to_absolutetime_interval(interval, scaleFactor)
}

/** Sleeps for a time. Thread context. @xnu ours: `IOSleep` in nanoseconds */
export function* sleepNs(durationNs: number): KernelThread {
  scheduler().assertWait(new WaitQueue(), scheduler().nowNs + durationNs)
  yield
}
