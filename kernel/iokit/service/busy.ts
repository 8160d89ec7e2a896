import {
  kIOBusyInterest, kIOMessageServiceBusyStateChange, kIOServiceBusyMax, kIOServiceBusyStateMask,
  kIOServiceBusyWaiterState,
} from '../../abi/index.ts'
import { IOLog } from '../../mach/index.ts'
import { scheduler } from '../../sim/index.ts'
import { notifyInterestNow } from './interest.ts'
import type { IOService } from './IOService.ts'
import { publishHiddenMediaNow } from './rootMedia.ts'
import { serviceState } from './serviceState.ts'

/**
 * Changes the busy count of a service; where it leaves or reaches 0 the provider's changes by one too, and so
 * on up. Busy-interest handlers hear each change to and from 0, bottom up, with argument 1 for busy and 0 for
 * quiet. A count that would leave its range is logged and stays; one that would fall below 0 still counts as
 * a change, the way XNU does it. The former count. Any context; handlers that block run apart.
 * When the root becomes quiet, hidden media are published.
 * @xnu iokit/Kernel/IOService.cpp _adjustBusy — simplified: the log line of a bad count has no backtrace; no idle
 * kexts are unloaded when the root becomes quiet
 */
export function adjustBusy(service: IOService, delta: number): number {
  const former = service.internals.state1 & kIOServiceBusyStateMask
  let step: IOService | null = service
  let change = delta
  while (step !== null && change !== 0) {
    const count: number = step.internals.state1 & kIOServiceBusyStateMask
    const isQuiet: boolean = changeCount(step, count, change) === 0
    if (count !== 0 && !isQuiet) break
    const provider: IOService | null = step.getProvider()
    accountBusyTime(step, count === 0)
    if (step.internals.interest !== null) tell(step, provider, count === 0)
    if (isQuiet && step === serviceState().root) publishHiddenMediaNow()
    change = isQuiet ? -1 : 1
    step = provider
  }
  return former
}

/** Busy-interest handlers of one service hear of a change; the provider, next in turn, outlives them. */
function tell(service: IOService, provider: IOService | null, isBusy: boolean): void {
  provider?.retain()
  notifyInterestNow(service, kIOBusyInterest, kIOMessageServiceBusyStateChange, isBusy ? 1 : 0)
  provider?.release()
}

/** Sets the count where it stays within its range and wakes who waits for it; the count after that. */
function changeCount(service: IOService, count: number, change: number): number {
  const { internals } = service
  const isBad = (change < 0 && count === 0) || (change > 0 && count === kIOServiceBusyMax)
  if (isBad) IOLog(`${service.getName()}: bad busy count (${count},${change})\n`)
  const now = isBad ? count : count + change
  internals.state1 = (internals.state1 & ~kIOServiceBusyStateMask) | now
  if ((internals.state1 & kIOServiceBusyWaiterState) !== 0) {
    internals.state1 &= ~kIOServiceBusyWaiterState
    scheduler().wakeAll(internals.queue())
  }
  return now
}

function accountBusyTime(service: IOService, isBusy: boolean): void {
  const { internals } = service
  const { nowNs } = scheduler()
  if (!isBusy) internals.accumulatedBusyNs += nowNs - internals.busySinceNs
  internals.busySinceNs = isBusy ? nowNs : -1
}

/**
 * Time the service has been busy since it was made, in nanoseconds, the present time included. Any context.
 * @xnu iokit/Kernel/IOService.cpp getAccumulatedBusyTime — faithful
 */
export function getAccumulatedBusyTimeNs(service: IOService): number {
  const { busySinceNs, accumulatedBusyNs } = service.internals
  return accumulatedBusyNs + (busySinceNs === -1 ? 0 : scheduler().nowNs - busySinceNs)
}
