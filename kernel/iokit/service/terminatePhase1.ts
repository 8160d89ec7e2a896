import {
  kIOServiceFirstMatchState, kIOServiceFirstPublishState, kIOServiceInactiveState,
  kIOServiceMatchedState, kIOServiceNeedWillTerminate, kIOServiceRecursing, kIOServiceRegisteredState,
  kIOServiceRematchOnDetach, kIOServiceTerm1WaiterState, kIOServiceTermPhase1State, kIOServiceTerminate,
  kIOServiceTerminateNeedWillTerminate, kIOServiceTerminateWithRematch, kIOServiceTerminateWithRematchCurrentDext,
  kIOTerminatedNotification, kIOMatchedPersonalityKey, kIORematchCountKey, kIORematchPersonalityKey,
} from '../../abi/index.ts'
import { OSNumber } from '../../libkern/index.ts'
import { scheduler, type KernelThread } from '../../sim/index.ts'
import { copyNotifiers, invokeNotifiersNow } from '../notification/matchingNotifications.ts'
import { gIOServicePlane } from '../registry/index.ts'
import { adjustBusy } from './busy.ts'
import { callHook } from './driverFrames.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'
import { scheduleTerminatePhase2 } from './terminateLists.ts'
import { terminateSynchronously as drainSynchronously } from './terminateWorker.ts'

/** Options that concern the first victim only. */
const ownOptions = kIOServiceTerminateWithRematch | kIOServiceTerminateWithRematchCurrentDext
  | kIOServiceTerminateNeedWillTerminate

/**
 * Makes a service and all that depends on it alone inactive, before it returns; the rest of the way is done by the
 * terminate thread. Always true. Any thread; does not block.
 * @xnu iokit/Kernel/IOService.cpp terminatePhase1 — simplified: handlers of IOServiceTerminate that block run apart
 */
export function terminatePhase1(service: IOService, options: number): boolean {
  const { internals } = service
  if ((options & kIOServiceRecursing) !== 0) {
    if ((internals.state0 & kIOServiceInactiveState) !== 0) return true
    internals.state0 |= kIOServiceInactiveState
    internals.state1 |= kIOServiceRecursing | kIOServiceTermPhase1State
    return true
  }
  service.retain()
  const victims: IOService[] = [service]
  const visited: IOService[] = []
  for (let i = 0; i < victims.length; i++) {
    const victim = victims[i]!
    if (!makeInactive(victim, victim === service ? options : options & ~ownOptions)) continue
    visited.push(victim)
    if (victim === service) noteRematch(service, options)
    invokeNotifiersNow(victim, copyNotifiers(victim, kIOTerminatedNotification))
    serviceState().userReferences?.destroyUserReferences(victim)
    collectClients(victim, options & ~ownOptions, victims)
  }
  for (const victim of visited.reverse()) endPhase1(victim)
  if (visited.includes(service)) scheduleTerminatePhase2(service, options)
  for (const victim of victims) victim.release()
  return true
}

/** Step 1 and 2 for one victim; false when it was inactive already. */
function makeInactive(victim: IOService, options: number): boolean {
  const { internals } = victim
  const wasMarked = kIOServiceRecursing | kIOServiceTermPhase1State
  const isMarked = (internals.state1 & wasMarked) === wasMarked
  if ((internals.state0 & kIOServiceInactiveState) !== 0 && !isMarked) return false
  internals.state0 |= kIOServiceInactiveState
  internals.state0 &= ~(kIOServiceRegisteredState | kIOServiceMatchedState
    | kIOServiceFirstPublishState | kIOServiceFirstMatchState)
  internals.state1 &= ~kIOServiceRecursing
  internals.state1 |= kIOServiceTermPhase1State
  if ((options & kIOServiceTerminateNeedWillTerminate) !== 0) internals.state1 |= kIOServiceNeedWillTerminate
  adjustBusy(victim, 1)
  return true
}

/** What the provider must know to match again when the service has gone. */
function noteRematch(service: IOService, options: number): void {
  if ((options & kIOServiceTerminateWithRematch) !== 0) service.internals.state1 |= kIOServiceRematchOnDetach
  if ((options & kIOServiceTerminateWithRematchCurrentDext) === 0) return
  const provider = service.getProvider()
  const personality = service.getProperty(kIOMatchedPersonalityKey)
  if (provider === null || personality === null) return
  service.internals.state1 |= kIOServiceRematchOnDetach
  const former = provider.getProperty(kIORematchCountKey)
  const count = former instanceof OSNumber ? former.unsigned32BitValue() + 1 : 0
  provider.setProperty(kIORematchCountKey, count, 32)
  provider.setProperty(kIORematchPersonalityKey, personality)
}

/** Asks each client whether it goes too; those that do join the victims, each with a reference. */
function collectClients(victim: IOService, options: number, victims: IOService[]): void {
  for (const entry of victim.children(gIOServicePlane)) {
    const client = entry.asService()
    if (client === null) continue
    const goes = callHook(client, 'requestTerminate', () => client.requestTerminate(victim, options))
    if (!goes) continue
    client.retain()
    victims.push(client)
  }
}

function endPhase1(victim: IOService): void {
  const { internals } = victim
  internals.state1 &= ~kIOServiceTermPhase1State
  if ((internals.state1 & kIOServiceTerm1WaiterState) === 0) return
  internals.state1 &= ~kIOServiceTerm1WaiterState
  scheduler().wakeAll(internals.queue())
}

/** `terminate` with kIOServiceSynchronous: returns when the service is quiet. */
export function* terminateSynchronously(service: IOService, options: number): KernelThread<boolean> {
  service.retain()
  const result = terminatePhase1(service, options | kIOServiceTerminate)
  yield* drainSynchronously(service)
  service.release()
  return result
}
