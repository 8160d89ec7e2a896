/** `com.apple.kpi.mach`: clocks, semaphores, tasks and the way to a panic. */
import { scheduler } from '../../sim/index.ts'

export * from './constants.ts'
export type { Semaphore, Task } from '../../mach/index.ts'
export {
  absolutetime_to_nanoseconds, clock_interval_to_absolutetime_interval, clock_interval_to_deadline,
  current_task, kernel_task, kprintf, mach_timebase_info, nanoseconds_to_absolutetime, panic,
  semaphore_create, semaphore_destroy, semaphore_signal, semaphore_signal_all, semaphore_timedwait,
  semaphore_wait,
} from '../../mach/index.ts'

/**
 * Ticks since power-on, of 64 bits. Any context.
 * @xnu osfmk/kern/clock.c mach_absolute_time — simplified: one tick is one nanosecond on every machine
 */
export function mach_absolute_time(): bigint {
  return BigInt(scheduler().nowNs)
}
