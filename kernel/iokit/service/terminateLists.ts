import { scheduler } from '../../sim/index.ts'
import {
  kIOServiceConfigState, kIOServiceInactiveState, kIOServiceTermPhase1State, kIOServiceTermPhase2State,
} from '../../abi/index.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'
import { terminateThread } from './terminateWorker.ts'

/**
 * Queues a victim for phase 2, unless its phase 1 or its matching is still going on: their ends queue it again.
 * @xnu iokit/Kernel/IOService.cpp scheduleTerminatePhase2 — faithful
 */
export function scheduleTerminatePhase2(victim: IOService, options: number): void {
  const { internals } = victim
  if ((internals.state0 & kIOServiceInactiveState) === 0) return
  const busyStages = kIOServiceTermPhase1State | kIOServiceTermPhase2State | kIOServiceConfigState
  if ((internals.state1 & busyStages) !== 0) return
  const { termination } = serviceState()
  victim.retain()
  termination.phase2.push({ victim, options })
  termination.work++
  wakeWorker()
}

/** Queues a stop of `client` from `provider`. @xnu iokit/Kernel/IOService.cpp scheduleStop — faithful */
export function scheduleStop(client: IOService, provider: IOService): void {
  const { termination } = serviceState()
  client.retain()
  provider.retain()
  termination.stops.push({ client, provider })
  termination.work++
  wakeWorker()
}

/**
 * Queues the end of a victim, once no user call is inside it.
 * @xnu iokit/Kernel/IOService.cpp scheduleFinalize — faithful
 */
export function scheduleFinalize(victim: IOService, options: number): void {
  const { termination, userReferences } = serviceState()
  if (userReferences !== null && !userReferences.finalizeUserReferences(victim)) return
  victim.retain()
  termination.finalize.push({ victim, options })
  termination.work++
  wakeWorker()
}

/** Makes the terminate thread run; it is made at its first work. */
export function wakeWorker(): void {
  const { termination } = serviceState()
  if (termination.isWorking) return
  if (termination.thread === null) {
    termination.thread = scheduler().spawn('IOServiceTerminateThread', terminateThread())
  } else {
    scheduler().wakeAll(termination.workQueue)
  }
}
