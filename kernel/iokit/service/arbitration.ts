import { panic } from '../../mach/index.ts'
import { THREAD_AWAKENED, THREAD_INTERRUPTED, WaitQueue, kernelState, scheduler, type KernelThread, type Thread } from
  '../../sim/index.ts'
import type { IOService } from './IOService.ts'
import type { ArbitrationLock } from './ServiceInternals.ts'

/** A thread that waits for a service's lock. */
interface LockRequest {
  readonly thread: Thread
  readonly lock: ArbitrationLock
  readonly isRequired: boolean
}

/** Who waits for which lock in this world. */
const requests = kernelState(() => new Map<Thread, LockRequest>())

function lockOf(service: IOService): ArbitrationLock {
  service.internals.lock ??= { owner: null, depth: 0, waiters: new WaitQueue() }
  return service.internals.lock
}

/** Takes the lock if nobody else has it. For callers that cannot wait. */
export function tryLockForArbitration(service: IOService): boolean {
  const lock = lockOf(service)
  const { current } = scheduler()
  if (lock.depth > 0 && lock.owner !== current) return false
  lock.owner = current
  lock.depth++
  return true
}

/**
 * Takes the recursive lock that serialises what is done to a service. A request waits its turn, first come,
 * first served; where waiting would close a circle, one that is not required fails, and a required one makes
 * the last waiter of the circle that is not required fail, or panics. False: failed, the lock is not held.
 * Thread context.
 * @xnu iokit/Kernel/IOService.cpp lockForArbitration — faithful
 */
export function* lockForArbitration(service: IOService, isSuccessRequired = true): KernelThread<boolean> {
  if (tryLockForArbitration(service)) return true
  const lock = lockOf(service)
  const thread = scheduler().current!
  const victim = deadlockVictim(lock, thread)
  if (victim !== null) {
    if (!isSuccessRequired) return false
    if (victim === 'none') panic('I/O Kit: Unrecoverable deadlock.')
    requests().delete(victim)
    scheduler().endWait(victim, THREAD_INTERRUPTED)
  }
  requests().set(thread, { thread, lock, isRequired: isSuccessRequired })
  scheduler().assertWait(lock.waiters, Infinity, !isSuccessRequired)
  const result = yield
  requests().delete(thread)
  return result === THREAD_AWAKENED
}

/**
 * Gives the lock back once; the first who waits for it has it then. Any context.
 * @xnu iokit/Kernel/IOService.cpp unlockForArbitration — faithful
 */
export function unlockForArbitration(service: IOService): void {
  const lock = lockOf(service)
  if (--lock.depth > 0) return
  const next = lock.waiters.head
  lock.owner = next
  if (next === null) return
  lock.depth = 1
  requests().delete(next)
  scheduler().wakeOne(lock.waiters)
}

/**
 * Follows who waits for whom from `lock`. Null when the chain does not lead back to `thread`; else the last
 * waiter on it that may fail, or 'none'.
 */
function deadlockVictim(lock: ArbitrationLock, thread: Thread): Thread | 'none' | null {
  let victim: Thread | 'none' = 'none'
  let owner = lock.owner
  while (owner !== null && owner !== thread) {
    const request = requests().get(owner)
    if (request === undefined) return null
    if (!request.isRequired) victim = request.thread
    owner = request.lock.owner
  }
  return owner === thread ? victim : null
}
