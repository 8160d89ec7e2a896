import { kIOServiceBusyStateMask, kIOServiceSynchronous, kIOServiceTerminate } from '../../abi/index.ts'
import { IOLog } from '../../mach/index.ts'
import { THREAD_AWAKENED, THREAD_TIMED_OUT, scheduler, type KernelThread, type WaitResult } from
  '../../sim/index.ts'
import { tag } from './debugLog.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'
import { becomeTerminateThread, resignTerminateThread, scheduleTerminatePhase2 } from './terminateLists.ts'
import { ownOptions, terminatePhase1Waiting } from './terminatePhase1.ts'
import { terminateWorker } from './terminateWorker.ts'

/** How long a synchronous caller waits in all before it gives up waiting. */
const kSynchronousWaitNs = 15_000_000_000

/**
 * `terminate` with kIOServiceSynchronous: the caller is the terminate thread for as long as it takes, and
 * returns when the service is quiet, or after 15 s in which nothing went on. Called on the terminate thread
 * itself (from a `stop`, say) it queues and returns. Always true. Thread context.
 * @xnu iokit/Kernel/IOService.cpp scheduleTerminatePhase2 (kIOServiceSynchronous) — faithful
 */
export function* terminateSynchronously(service: IOService, options: number): KernelThread<boolean> {
  const all = options | kIOServiceTerminate | kIOServiceSynchronous
  service.retain()
  if (yield* terminatePhase1Waiting(service, all)) {
    if (serviceState().termination.owner === scheduler().current) scheduleTerminatePhase2(service)
    else yield* workUntilQuiet(service, all & ~ownOptions)
  }
  service.release()
  return true
}

/**
 * `terminate` in thread context: phase 1 has run to its end when it returns, the rest is the terminate thread's.
 * Always true.
 * @xnu iokit/Kernel/IOService.cpp terminate — faithful
 */
export function* terminateWaiting(service: IOService, options: number): KernelThread<boolean> {
  if (yield* terminatePhase1Waiting(service, options | kIOServiceTerminate)) scheduleTerminatePhase2(service)
  return true
}

function* workUntilQuiet(service: IOService, options: number): KernelThread {
  const { termination } = serviceState()
  yield* becomeTerminateThread()
  service.retain()
  termination.phase2.push(service)
  termination.work++
  let deadlineNs: number | null = null
  let result: WaitResult = THREAD_AWAKENED
  let isBusy = true
  do {
    while (termination.work > 0) yield* terminateWorker(options)
    isBusy = (service.internals.state1 & kIOServiceBusyStateMask) !== 0
    if (!isBusy) continue
    deadlineNs ??= scheduler().nowNs + kSynchronousWaitNs
    resignTerminateThread()
    scheduler().assertWait(termination.workQueue, deadlineNs)
    result = yield
    if (result === THREAD_TIMED_OUT) {
      IOLog(`${tag(service)}::terminate(kIOServiceSynchronous): THREAD_TIMED_OUT. `
        + 'Attempting to auto-resolve your deadlock. PLEASE FIX!\n')
    }
    yield* becomeTerminateThread()
  } while (termination.work > 0 || (isBusy && result !== THREAD_TIMED_OUT))
  resignTerminateThread()
}
