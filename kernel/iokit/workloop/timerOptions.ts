import {
  THREAD_CALL_PRIORITY_HIGH, THREAD_CALL_PRIORITY_KERNEL, THREAD_CALL_PRIORITY_KERNEL_HIGH,
  THREAD_CALL_PRIORITY_LOW, THREAD_CALL_PRIORITY_USER,
} from '../../mach/index.ts'

/** Which thread calls a timer's action: the low byte of its options. */
export const kIOTimerEventSourceOptionsPriorityMask = 0x000000ff
export const kIOTimerEventSourceOptionsPriorityHigh = 0x00000000
export const kIOTimerEventSourceOptionsPriorityKernelHigh = 0x00000001
export const kIOTimerEventSourceOptionsPriorityKernel = 0x00000002
export const kIOTimerEventSourceOptionsPriorityUser = 0x00000003
export const kIOTimerEventSourceOptionsPriorityLow = 0x00000004
export const kIOTimerEventSourceOptionsPriorityWorkLoop = 0x000000ff
/** The action may run again before it has returned. */
export const kIOTimerEventSourceOptionsAllowReenter = 0x00000100
export const kIOTimerEventSourceOptionsDefault = kIOTimerEventSourceOptionsPriorityKernelHigh

/** How a time is meant: may be late by the leeway; goes on while the machine sleeps. */
export const kIOTimeOptionsWithLeeway = 0x00000020
export const kIOTimeOptionsContinuous = 0x00000100

const THREAD_CALL_PRIORITIES = new Map([
  [kIOTimerEventSourceOptionsPriorityHigh, THREAD_CALL_PRIORITY_HIGH],
  [kIOTimerEventSourceOptionsPriorityKernelHigh, THREAD_CALL_PRIORITY_KERNEL_HIGH],
  [kIOTimerEventSourceOptionsPriorityKernel, THREAD_CALL_PRIORITY_KERNEL],
  [kIOTimerEventSourceOptionsPriorityUser, THREAD_CALL_PRIORITY_USER],
  [kIOTimerEventSourceOptionsPriorityLow, THREAD_CALL_PRIORITY_LOW],
])

/** Whether the work loop's own thread calls the action. */
export function isWorkLoopTimer(options: number): boolean {
  return (options & kIOTimerEventSourceOptionsPriorityMask) === kIOTimerEventSourceOptionsPriorityWorkLoop
}

/** Whether there is a timer with these options at all. */
export function areTimerOptions(options: number): boolean {
  if (isWorkLoopTimer(options)) return (options & kIOTimerEventSourceOptionsAllowReenter) === 0
  return THREAD_CALL_PRIORITIES.has(options & kIOTimerEventSourceOptionsPriorityMask)
}

/** The thread calls' priority of a timer's options. */
export function threadCallPriority(options: number): number {
  const kind = options & kIOTimerEventSourceOptionsPriorityMask
  return THREAD_CALL_PRIORITIES.get(kind) ?? THREAD_CALL_PRIORITY_KERNEL
}
