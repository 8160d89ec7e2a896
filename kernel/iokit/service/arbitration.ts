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
 * Takes the recursive lock that serialises open, close and registration of a service. Where waiting would close a
 * circle, a request that is not required fails; a required one makes another waiter of the circle fail.
 * @xnu iokit/Kernel/IOService.cpp lockForArbitration — faithful
 */
export function* lockForArbitration(service: IOService, isSuccessRequired = true): KernelThread<boolean> {
  const lock = lockOf(service)
  while (!tryLockForArbitration(service)) {
    const thread = scheduler().current!
    const victim = deadlockVictim(lock, thread)
    if (victim !== null) {
      if (!isSuccessRequired) return false
      if (victim === 'none') panic('I/O Kit: Unrecoverable deadlock.')
      scheduler().endWait(victim, THREAD_INTERRUPTED)
    }
    requests().set(thread, { thread, lock, isRequired: isSuccessRequired })
    scheduler().assertWait(lock.waiters)
    const result = yield
    requests().delete(thread)
    if (result !== THREAD_AWAKENED) return false
  }
  return true
}

/** Gives the lock back once. */
export function unlockForArbitration(service: IOService): void {
  const lock = lockOf(service)
  if (--lock.depth > 0) return
  lock.owner = null
  scheduler().wakeOne(lock.waiters)
}

/**
 * Follows who waits for whom from `lock`. Null when the chain does not lead back to `thread`; else the last waiter
 * on it that may fail, or 'none'.
 */
function deadlockVictim(lock: ArbitrationLock, thread: Thread): Thread | 'none' | null {
  let victim: Thread | 'none' = 'none'
  const seen = new Set<Thread>()
  let owner = lock.owner
  while (owner !== null && owner !== thread) {
    const request = requests().get(owner)
    if (request === undefined || seen.has(owner)) return null
    seen.add(owner)
    if (!request.isRequired) victim = request.thread
    owner = request.lock.owner
  }
  return owner === thread ? victim : null
}
