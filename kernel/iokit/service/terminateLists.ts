import { scheduler, type KernelThread } from '../../sim/index.ts'
import { kIOServiceInactiveState, kIOServiceTermPhase1State } from '../../abi/index.ts'
import { tag, traceTermination } from './debugLog.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'
import { terminateWorker } from './terminateWorker.ts'

/**
 * Queues a victim for phase 2. While its phase 1 goes on nothing is queued: the end of phase 1 comes here
 * again. Any context.
 * @xnu iokit/Kernel/IOService.cpp scheduleTerminatePhase2 — faithful
 */
export function scheduleTerminatePhase2(victim: IOService): void {
  const { state0, state1 } = victim.internals
  if ((state0 & kIOServiceInactiveState) === 0 || (state1 & kIOServiceTermPhase1State) !== 0) return
  victim.retain()
  serviceState().termination.phase2.push(victim)
  countWork()
}

/**
 * Queues a stop of `client` from `provider`; the same pair may be queued often, it is stopped once. Any
 * context.
 * @xnu iokit/Kernel/IOService.cpp scheduleStop — faithful
 */
export function scheduleStop(client: IOService, provider: IOService): void {
  traceTermination(() => `${tag(client)}::scheduleStop(${tag(provider)})\n`)
  client.retain()
  provider.retain()
  serviceState().termination.stops.push({ client, provider })
  countWork()
}

/**
 * Queues the end of a victim. Unless `now`, user calls inside it are asked first: the last that leaves comes
 * here again. Any context.
 * @xnu iokit/Kernel/IOService.cpp scheduleFinalize — faithful
 */
export function scheduleFinalize(victim: IOService, now: boolean): void {
  traceTermination(() => `${tag(victim)}::scheduleFinalize\n`)
  const { termination, userReferences } = serviceState()
  if (!now && userReferences !== null && !userReferences.finalizeUserReferences(victim)) return
  victim.retain()
  termination.finalize.push(victim)
  countWork()
}

/** One more piece of work; the first one wakes the terminate thread and who terminates synchronously. */
function countWork(): void {
  const { termination } = serviceState()
  startTerminateThread()
  if (termination.work++ === 0) scheduler().wakeAll(termination.workQueue)
}

/** Makes `IOServiceTerminateThread`, if it is not there yet. */
export function startTerminateThread(): void {
  const { termination } = serviceState()
  termination.workerThread ??= scheduler().spawn('IOServiceTerminateThread', terminateThread())
}

/**
 * Body of `IOServiceTerminateThread`: works whenever something is queued and nobody else is the terminate
 * thread.
 * @xnu iokit/Kernel/IOService.cpp terminateThread — faithful
 */
function* terminateThread(): KernelThread {
  const { termination } = serviceState()
  for (;;) {
    if (termination.owner !== termination.workerThread) yield* becomeTerminateThread()
    while (termination.work > 0) yield* terminateWorker(0)
    resignTerminateThread()
    scheduler().assertWait(termination.workQueue)
    yield
  }
}

/** @xnu iokit/Kernel/IOService.cpp waitToBecomeTerminateThread — faithful */
export function* becomeTerminateThread(): KernelThread {
  const { termination } = serviceState()
  while (termination.owner !== null) {
    scheduler().assertWait(termination.ownerQueue)
    yield
  }
  termination.owner = scheduler().current
}

/** Lets another thread be the terminate thread. */
export function resignTerminateThread(): void {
  const { termination } = serviceState()
  termination.owner = null
  scheduler().wakeAll(termination.ownerQueue)
}
