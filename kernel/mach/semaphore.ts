import {
  KERN_ABORTED, KERN_INVALID_ARGUMENT, KERN_INVALID_CAPABILITY, KERN_INVALID_NAME, KERN_INVALID_TASK,
  KERN_INVALID_VALUE, KERN_OPERATION_TIMED_OUT, KERN_SUCCESS, KERN_TERMINATED,
} from '../abi/kern_return.ts'
import {
  scheduler, THREAD_AWAKENED, THREAD_INTERRUPTED, THREAD_RESTART, THREAD_TIMED_OUT, WaitQueue,
  type KernelThread,
  type WaitResult,
} from '../sim/index.ts'
import { isValidName } from './ipc/copyin.ts'
import { ipc_kobject_alloc_port } from './ipc/kobject.ts'
import { IKOT_SEMAPHORE, type Port } from './ipc/Port.ts'
import { makeSendRight } from './ipc/rights.ts'
import type { Task } from './Task.ts'

/** Woken in the order of their waiting. */
export const SYNC_POLICY_FIFO = 0
export const SYNC_POLICY_LIFO = 2
/** Means nothing any more. */
const SYNC_POLICY_PREPOST = 4
const SYNC_POLICY_USER_MASK = SYNC_POLICY_FIFO | SYNC_POLICY_LIFO | SYNC_POLICY_PREPOST

const NSEC_PER_SEC = 1_000_000_000

/** A counting semaphore; the task that made it owns it. */
export class Semaphore {
  /** Signals that nobody has taken; -1 while somebody waits. */
  count: number
  readonly waiters = new WaitQueue()
  port: Port | null = null

  constructor(public owner: Task | null, value: number, readonly isLifo: boolean) {
    this.count = value
  }
}

/**
 * Makes a semaphore that ends with its task. Any context.
 * @xnu osfmk/kern/sync_sema.c semaphore_create — faithful
 */
export function semaphore_create(
  task: Task | null, policy: number, value: number,
): { readonly result: number; readonly semaphore: Semaphore | null } {
  if (task === null || value < 0 || (policy & ~SYNC_POLICY_USER_MASK) !== 0) {
    return { result: KERN_INVALID_ARGUMENT, semaphore: null }
  }
  if (!task.active) return { result: KERN_INVALID_TASK, semaphore: null }
  const semaphore = new Semaphore(task, value, (policy & SYNC_POLICY_LIFO) !== 0)
  task.semaphores.add(semaphore)
  return { result: KERN_SUCCESS, semaphore }
}

/**
 * Ends a semaphore of this task; who waits hears KERN_TERMINATED. Any context.
 * @xnu osfmk/kern/sync_sema.c semaphore_destroy — faithful
 */
export function semaphore_destroy(task: Task | null, semaphore: Semaphore | null): number {
  if (semaphore === null || task === null) return KERN_INVALID_ARGUMENT
  if (semaphore.owner !== task) return KERN_SUCCESS
  task.semaphores.delete(semaphore)
  const former = semaphore.count
  semaphore.owner = null
  semaphore.count = 0
  if (former < 0) wakeAll(semaphore, THREAD_RESTART)
  return KERN_SUCCESS
}

/** Ends all semaphores of a task. @xnu osfmk/kern/sync_sema.c semaphore_destroy_all — faithful */
export function semaphore_destroy_all(task: Task): void {
  for (const semaphore of [...task.semaphores]) semaphore_destroy(task, semaphore)
}

/**
 * Wakes the first who waits, or counts the signal. Any context.
 * @xnu osfmk/kern/sync_sema.c semaphore_signal — faithful
 */
export function semaphore_signal(semaphore: Semaphore | null): number {
  if (semaphore === null) return KERN_INVALID_ARGUMENT
  if (semaphore.owner === null) return KERN_TERMINATED
  if (semaphore.count < 0) {
    if (wakeOne(semaphore, THREAD_AWAKENED)) return KERN_SUCCESS
    semaphore.count = 0
  }
  semaphore.count++
  return KERN_SUCCESS
}

/**
 * Wakes everybody who waits; a signal that nobody waits for is not counted. Any context.
 * @xnu osfmk/kern/sync_sema.c semaphore_signal_all — faithful
 */
export function semaphore_signal_all(semaphore: Semaphore | null): number {
  if (semaphore === null) return KERN_INVALID_ARGUMENT
  if (semaphore.owner === null) return KERN_TERMINATED
  if (semaphore.count < 0) {
    semaphore.count = 0
    wakeAll(semaphore, THREAD_AWAKENED)
  }
  return KERN_SUCCESS
}

/**
 * Takes a signal, or sleeps for one. Thread context.
 * @xnu osfmk/kern/sync_sema.c semaphore_wait — faithful
 */
export function* semaphore_wait(semaphore: Semaphore | null): KernelThread<number> {
  return semaphore === null ? KERN_INVALID_ARGUMENT : yield* waitUntil(semaphore, Infinity)
}

/**
 * The same for some time at most; none at all answers at once. Thread context.
 * @xnu osfmk/kern/sync_sema.c semaphore_timedwait — faithful
 */
export function* semaphore_timedwait(
  semaphore: Semaphore | null, seconds: number, nanoseconds: number,
): KernelThread<number> {
  if (semaphore === null) return KERN_INVALID_ARGUMENT
  if (nanoseconds < 0 || nanoseconds >= NSEC_PER_SEC) return KERN_INVALID_VALUE
  return yield* waitUntil(semaphore, seconds * NSEC_PER_SEC + nanoseconds)
}

/**
 * A send right to the semaphore's port, which belongs to the caller; the port is made when it is first asked
 * for. @xnu osfmk/kern/sync_sema.c convert_semaphore_to_port — faithful
 */
export function convert_semaphore_to_port(semaphore: Semaphore | null): Port | null {
  if (semaphore === null) return null
  semaphore.port ??= ipc_kobject_alloc_port(semaphore, IKOT_SEMAPHORE)
  return makeSendRight(semaphore.port)
}

/** The semaphore behind a port; null for any other. @xnu sync_sema.c convert_port_to_semaphore — faithful */
export function convert_port_to_semaphore(port: Port | null): Semaphore | null {
  return port !== null && port.alive && port.kobject instanceof Semaphore ? port.kobject : null
}

/** Trap: signals by name. @xnu osfmk/kern/sync_sema.c semaphore_signal_trap — faithful */
export function semaphore_signal_trap(task: Task, name: number): number {
  const semaphore = semaphoreOfName(task, name)
  return typeof semaphore === 'number' ? semaphore : semaphore_signal(semaphore)
}

/** Trap: waits by name. Thread context. @xnu osfmk/kern/sync_sema.c semaphore_wait_trap — faithful */
export function* semaphore_wait_trap(task: Task, name: number): KernelThread<number> {
  const semaphore = semaphoreOfName(task, name)
  return typeof semaphore === 'number' ? semaphore : yield* semaphore_wait(semaphore)
}

/** @xnu osfmk/kern/sync_sema.c port_name_to_semaphore — faithful */
function semaphoreOfName(task: Task, name: number): Semaphore | number {
  if (!isValidName(name)) return KERN_INVALID_NAME
  const entry = task.space.lookup(name)
  if (entry === null) return KERN_INVALID_NAME
  if (!entry.holdsSend) return KERN_INVALID_CAPABILITY
  return convert_port_to_semaphore(entry.port) ?? KERN_INVALID_CAPABILITY
}

/** The one whose turn it is: who came first, or last. */
function wakeOne({ waiters, isLifo }: Semaphore, result: WaitResult): boolean {
  const thread = isLifo ? waiters.tail : waiters.head
  if (thread !== null) scheduler().endWait(thread, result)
  return thread !== null
}

function wakeAll(semaphore: Semaphore, result: WaitResult): void {
  while (wakeOne(semaphore, result));
}

function* waitUntil(semaphore: Semaphore, timeoutNs: number): KernelThread<number> {
  if (semaphore.owner === null) return KERN_TERMINATED
  if (semaphore.count > 0) {
    semaphore.count--
    return KERN_SUCCESS
  }
  if (timeoutNs === 0) return KERN_OPERATION_TIMED_OUT
  semaphore.count = -1
  scheduler().assertWait(semaphore.waiters, scheduler().nowNs + timeoutNs, true)
  return codeOf(yield)
}

function codeOf(result: WaitResult): number {
  if (result === THREAD_TIMED_OUT) return KERN_OPERATION_TIMED_OUT
  if (result === THREAD_INTERRUPTED) return KERN_ABORTED
  return result === THREAD_RESTART ? KERN_TERMINATED : KERN_SUCCESS
}
