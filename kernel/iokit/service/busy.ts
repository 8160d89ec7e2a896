import {
  kIOBusyInterest, kIOMessageServiceBusyStateChange, kIOServiceBusyMax, kIOServiceBusyStateMask,
  kIOServiceBusyWaiterState,
} from '../../abi/index.ts'
import { IOLog } from '../../mach/index.ts'
import { scheduler } from '../../sim/index.ts'
import { notifyInterestNow } from './interest.ts'
import type { IOService } from './IOService.ts'

/**
 * Changes the busy count of a service; where it leaves or reaches 0 the provider's changes by one too, and so on up.
 * Busy-interest notifications go out bottom up. Any thread.
 * @xnu iokit/Kernel/IOService.cpp _adjustBusy — faithful
 */
export function adjustBusy(service: IOService, delta: number): void {
  let step: IOService | null = service
  let change = delta
  while (step !== null && change !== 0) {
    const { internals } = step
    const count: number = internals.state1 & kIOServiceBusyStateMask
    if (count + change < 0 || count + change > kIOServiceBusyMax) {
      IOLog(`${step.getName()}: bad busy count (${count},${change})\n`)
      return
    }
    const now = count + change
    internals.state1 += change
    wakeStateWaiters(step)
    const wasQuiet: boolean = count === 0
    if (wasQuiet === (now === 0)) return
    accountBusyTime(step, now !== 0)
    const provider: IOService | null = step.getProvider()
    notifyInterestNow(step, kIOBusyInterest, kIOMessageServiceBusyStateChange, now === 0 ? 0 : 1)
    change = now === 0 ? -1 : 1
    step = provider
  }
}

function accountBusyTime(service: IOService, isBusy: boolean): void {
  const { internals } = service
  const { nowNs } = scheduler()
  if (isBusy) internals.busySinceNs = nowNs
  else internals.accumulatedBusyNs += nowNs - internals.busySinceNs
}

/** Time the service has been busy since it was made. @xnu getAccumulatedBusyTime — faithful */
export function accumulatedBusyTimeNs(service: IOService): number {
  const { internals } = service
  const isBusy = (internals.state1 & kIOServiceBusyStateMask) !== 0
  return internals.accumulatedBusyNs + (isBusy ? scheduler().nowNs - internals.busySinceNs : 0)
}

/** Wakes whoever waits for a busy count or for a detach. */
export function wakeStateWaiters(service: IOService): void {
  const { internals } = service
  if (internals.stateWaiters === null) return
  internals.state1 &= ~kIOServiceBusyWaiterState
  scheduler().wakeAll(internals.stateWaiters)
}
