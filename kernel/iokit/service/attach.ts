import {
  kIOServiceBusyMax, kIOServiceBusyStateMask, kIOServiceInactiveState, kIOServiceRematchOnDetach, kIOServiceStartState,
  kIOServiceTermPhase3State, kIOServiceWaitDetachState,
} from '../../abi/index.ts'
import { IOLog } from '../../mach/index.ts'
import { THREAD_TIMED_OUT, WaitQueue, scheduler, type Blocking, type KernelThread } from '../../sim/index.ts'
import { getRegistryRoot, gIOServicePlane } from '../registry/index.ts'
import { lockForArbitration, unlockForArbitration } from './arbitration.ts'
import { adjustBusy } from './busy.ts'
import { logIf, tag } from './debugLog.ts'
import { kIOLogAttach } from './debugFlags.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'
import { scheduleTerminatePhase2 } from './terminateLists.ts'

/** Clients a provider may have: its busy count must be able to hold them all. */
const kMaxClients = kIOServiceBusyMax - 4
/** How long an attachment waits for room, in all. */
const kAttachStallNs = 15_000_000_000

/**
 * Puts a service below its provider; below the registry root, as the root of all services, without one. False
 * when the provider is inactive or has no room. The link retains both. Any context.
 * @xnu iokit/Kernel/IOService.cpp attach — simplified: with 1020 clients it fails at once, and the provider's
 * arbitration lock is not waited for (see `attachWaiting`)
 */
export function attach(service: IOService, provider: IOService | null): boolean {
  if (provider === null) {
    serviceState().root = service
    return service.attachToParent(getRegistryRoot(), gIOServicePlane)
  }
  logIf(kIOLogAttach, () => `${tag(service)}::attach(${tag(provider)})\n`)
  if (!isAlive(provider)) return false
  if (provider.getChildCount(gIOServicePlane) > kMaxClients) return false
  const isAttached = service.attachToParent(provider, gIOServicePlane)
  service.getProvider()
  return isAttached
}

/**
 * `attach` in thread context: waits for the provider's arbitration lock and, up to 15 s in all, for room among
 * its clients. False when it is inactive, or full to the end. Answers at once when there is nothing to wait for:
 * a lock that nobody has is not even taken.
 * @xnu iokit/Kernel/IOService.cpp attach — faithful
 */
export function attachWaiting(service: IOService, provider: IOService): Blocking<boolean> {
  logIf(kIOLogAttach, () => `${tag(service)}::attach(${tag(provider)})\n`)
  const isFree = (provider.internals.lock?.depth ?? 0) === 0
  if (isFree && provider.getChildCount(gIOServicePlane) <= kMaxClients) return attachAtOnce(service, provider)
  return attachWhenFree(service, provider)
}

function attachAtOnce(service: IOService, provider: IOService): boolean {
  const isAttached = isAlive(provider) && service.attachToParent(provider, gIOServicePlane)
  if (isAttached) service.getProvider()
  return isAttached
}

function* attachWhenFree(service: IOService, provider: IOService): KernelThread<boolean> {
  const { internals } = provider
  let deadlineNs: number | null = null
  for (;;) {
    yield* lockForArbitration(provider)
    const isFull = isAlive(provider) && provider.getChildCount(gIOServicePlane) > kMaxClients
    const isAttached = !isFull && attachAtOnce(service, provider)
    if (isFull) stallForDetach(provider)
    unlockForArbitration(provider)
    if (!isFull) return isAttached
    deadlineNs ??= scheduler().nowNs + kAttachStallNs
    scheduler().assertWait(internals.detachWaiters!, deadlineNs)
    if ((yield) === THREAD_TIMED_OUT) return false
  }
}

const isAlive = (service: IOService): boolean => (service.internals.state0 & kIOServiceInactiveState) === 0

function stallForDetach(provider: IOService): void {
  const { internals } = provider
  IOLog(`stalling for detach from ${provider.getName()}\n`)
  internals.state1 |= kIOServiceWaitDetachState
  internals.detachWaiters ??= new WaitQueue()
}

/** Sleeps while an active provider has as many clients as it may, up to 15 s in all. Thread context. */
export function* waitForRoom(provider: IOService): KernelThread {
  const { internals } = provider
  const deadlineNs = scheduler().nowNs + kAttachStallNs
  while (provider.getChildCount(gIOServicePlane) > kMaxClients) {
    if (!isAlive(provider)) return
    stallForDetach(provider)
    scheduler().assertWait(internals.detachWaiters!, deadlineNs)
    if ((yield) === THREAD_TIMED_OUT) return
  }
}

/**
 * Takes a service from below a provider: the busy count moves along, termination of the provider may go on,
 * and a provider whose client asked for it matches again. Any context.
 * @xnu iokit/Kernel/IOService.cpp detach — faithful
 */
export function detach(service: IOService, provider: IOService): void {
  const { internals } = service
  logIf(kIOLogAttach, () => `${tag(service)}::detach(${tag(provider)})\n`)
  service.retain()
  provider.retain()
  removeDeferred(service)
  const busy = internals.state1 & kIOServiceBusyStateMask
  const movesBusy = busy !== 0 && provider === service.getProvider()
  service.detachFromParent(provider, gIOServicePlane)
  const next = busy === 0 ? null : service.getProvider()
  const isOver = next === null && (internals.state1 & kIOServiceTermPhase3State) !== 0
  if (busy !== 0 && isOver) adjustBusy(service, -busy)
  if ((internals.state0 & kIOServiceInactiveState) !== 0) service.getMetaClass().removeInstance(service)
  if (movesBusy && next !== null) adjustBusy(next, 1)
  resumeProvider(service, provider, movesBusy)
  provider.release()
  service.release()
}

/** What waited for the client to be gone. */
function resumeProvider(service: IOService, provider: IOService, movesBusy: boolean): void {
  const { state1 } = service.internals
  if ((state1 & kIOServiceStartState) !== 0) scheduleTerminatePhase2(provider)
  if (movesBusy) adjustBusy(provider, -1)
  const { internals } = provider
  const isLast = provider.getChildCount(gIOServicePlane) === 0
  if (isLast && (internals.state1 & kIOServiceTermPhase3State) !== 0) provider.scheduleFinalize(false)
  if ((internals.state1 & kIOServiceWaitDetachState) !== 0) {
    internals.state1 &= ~kIOServiceWaitDetachState
    if (internals.detachWaiters !== null) scheduler().wakeAll(internals.detachWaiters)
  }
  if ((state1 & kIOServiceRematchOnDetach) !== 0) provider.registerService()
}

function removeDeferred(service: IOService): void {
  const { deferred } = serviceState()
  const index = deferred?.indexOf(service) ?? -1
  if (deferred === null || index === -1) return
  deferred.splice(index, 1)
  service.release()
}
