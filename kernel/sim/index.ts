/** The simulation: virtual clock, event queue, generator threads, seeded chance, journal, digest, worlds. */
export { assert, AssertionError, present } from './assert.ts'
export { EventLog } from './EventLog.ts'
export { EventQueue, type TimedEvent } from './EventQueue.ts'
export type { Frame } from './Frame.ts'
export { FrameStack } from './FrameStack.ts'
export { Journal } from './Journal.ts'
export type { JournalRecord } from '../api/journal.ts'
export { Random } from './Random.ts'
export {
  DISPATCH_COST_NS, EVENT_COST_NS, Scheduler, Thread, WaitQueue, atOnce, isKernelThread, wait,
  THREAD_AWAKENED, THREAD_INTERRUPTED, THREAD_RESTART, THREAD_TIMED_OUT,
} from './Scheduler.ts'
export type { Blocking, KernelThread, ThreadState, WaitResult } from './Scheduler.ts'
export { Simulation, kernelState, scheduler, simulation } from './Simulation.ts'
export { digestText, Trace } from './Trace.ts'
