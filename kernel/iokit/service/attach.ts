import {
  kIOServiceBusyMax, kIOServiceBusyStateMask, kIOServiceInactiveState, kIOServiceRematchOnDetach, kIOServiceStartState,
  kIOServiceTermPhase3State,
} from '../../abi/index.ts'
import { IOLog } from '../../mach/index.ts'
import { THREAD_TIMED_OUT, scheduler, type KernelThread } from '../../sim/index.ts'
import { getRegistryRoot, gIOServicePlane } from '../registry/index.ts'
import { adjustBusy, wakeStateWaiters } from './busy.ts'
import { logIf, tag } from './debugLog.ts'
import { kIOLogAttach } from './debugFlags.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'
import { scheduleFinalize, scheduleTerminatePhase2 } from './terminateLists.ts'

/** Clients a provider may have: its busy count must be able to hold them all. */
const kMaxClients = kIOServiceBusyMax - 4
/** How long an attachment waits for room, in all. */
const kAttachStallNs = 15_000_000_000

/**
 * Puts a service below its provider; below the registry root, as the root of all services, without one.
 * @xnu iokit/Kernel/IOService.cpp attach — simplified: with 1019 clients it fails at once; the kernel's own
 * attachments wait before (`waitForRoom`)
 */
export function attach(service: IOService, provider: IOService | null): boolean {
  if (provider === null) {
    serviceState().root = service
    return service.attachToParent(getRegistryRoot(), gIOServicePlane)
  }
  logIf(kIOLogAttach, () => `${tag(service)}::attach(${tag(provider)})\n`)
  if ((provider.internals.state0 & kIOServiceInactiveState) !== 0) return false
  if (provider.getChildCount(gIOServicePlane) > kMaxClients) return false
  const isAttached = service.attachToParent(provider, gIOServicePlane)
  service.getProvider()
  return isAttached
}

/** Sleeps while a provider has as many clients as it may, up to 15 s. */
export function* waitForRoom(provider: IOService): KernelThread {
  const deadlineNs = scheduler().nowNs + kAttachStallNs
  while (provider.getChildCount(gIOServicePlane) > kMaxClients) {
    IOLog(`stalling for detach from ${provider.getName()}\n`)
    scheduler().assertWait(provider.internals.queue(), deadlineNs)
    if ((yield) === THREAD_TIMED_OUT) return
  }
}

/**
 * Takes a service from below a provider: the busy count moves along, termination of the provider may go on, and a
 * provider whose client asked for it matches again.
 * @xnu iokit/Kernel/IOService.cpp detach — faithful
 */
export function detach(service: IOService, provider: IOService): void {
  const { internals } = service
  logIf(kIOLogAttach, () => `${tag(service)}::detach(${tag(provider)})\n`)
  service.retain()
  provider.retain()
  removeDeferred(service)
  const wasBusy = (internals.state1 & kIOServiceBusyStateMask) !== 0
  const movesBusy = wasBusy && provider === service.getProvider()
  service.detachFromParent(provider, gIOServicePlane)
  const next = service.getProvider()
  if (wasBusy && next === null && (internals.state1 & kIOServiceTermPhase3State) !== 0) {
    internals.state1 &= ~kIOServiceBusyStateMask
  }
  if ((internals.state0 & kIOServiceInactiveState) !== 0) service.getMetaClass().removeInstance(service)
  if (movesBusy) {
    if (next !== null) adjustBusy(next, 1)
    adjustBusy(provider, -1)
  }
  resumeProvider(service, provider)
  provider.release()
  service.release()
}

function resumeProvider(service: IOService, provider: IOService): void {
  const { internals } = service
  if ((internals.state1 & kIOServiceStartState) !== 0) scheduleTerminatePhase2(provider, 0)
  const isLast = provider.getChildCount(gIOServicePlane) === 0
  if (isLast && (provider.internals.state1 & kIOServiceTermPhase3State) !== 0) scheduleFinalize(provider, 0)
  wakeStateWaiters(provider)
  if ((internals.state1 & kIOServiceRematchOnDetach) !== 0) {
    internals.state1 &= ~kIOServiceRematchOnDetach
    provider.registerService()
  }
}

function removeDeferred(service: IOService): void {
  const { deferred } = serviceState()
  const index = deferred?.indexOf(service) ?? -1
  if (deferred === null || index === -1) return
  deferred.splice(index, 1)
  service.release()
}
