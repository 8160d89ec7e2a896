import {
  kIOServiceFirstMatchState, kIOServiceFirstPublishState, kIOServiceInactiveState,
  kIOServiceMatchedState, kIOServiceNeedWillTerminate, kIOServiceRecursing, kIOServiceRegisteredState,
  kIOServiceRematchOnDetach, kIOServiceTerm1WaiterState, kIOServiceTermPhase1State,
  kIOServiceTerminateNeedWillTerminate, kIOServiceTerminateWithRematch, kIOServiceTerminateWithRematchCurrentDext,
  kIOTerminatedNotification, kIOMatchedPersonalityKey, kIORematchCountKey, kIORematchPersonalityKey,
} from '../../abi/index.ts'
import { OSNumber } from '../../libkern/index.ts'
import { scheduler } from '../../sim/index.ts'
import { copyNotifiers, invokeNotifiersNow } from '../notification/matchingNotifications.ts'
import { gIOServicePlane } from '../registry/index.ts'
import { adjustBusy } from './busy.ts'
import { tag, traceTermination } from './debugLog.ts'
import { callHook } from './driverFrames.ts'
import type { IOService } from './IOService.ts'
import { serviceState } from './serviceState.ts'
import { scheduleTerminatePhase2 } from './terminateLists.ts'

/** Options that concern the first victim only and are not passed on. */
export const ownOptions = kIOServiceTerminateWithRematch | kIOServiceTerminateWithRematchCurrentDext

/**
 * Makes a service and all that depends on it alone inactive, before it returns; the rest of the way is done
 * by the terminate thread. Always true. Any thread; does not block.
 * @xnu iokit/Kernel/IOService.cpp terminatePhase1 — simplified: handlers of IOServiceTerminate that block run
 * apart; a victim that another call is making inactive is not waited for
 */
export function terminatePhase1(service: IOService, options: number): boolean {
  traceTermination(() => `${tag(service)}::terminatePhase1(${hex8(options)})\n`)
  if ((options & kIOServiceRecursing) !== 0) markRecursing(service)
  else if (runPhase1(service, options)) scheduleTerminatePhase2(service)
  return true
}

/** Asked for by a provider's phase 1, which sees to the rest. */
function markRecursing(service: IOService): void {
  const { internals } = service
  if ((internals.state0 & kIOServiceInactiveState) !== 0) return
  internals.state0 |= kIOServiceInactiveState
  internals.state1 |= kIOServiceRecursing | kIOServiceTermPhase1State
}

/**
 * Phase 1 of a service and its dependents, breadth first; whether the service itself became inactive by it.
 */
export function runPhase1(service: IOService, options: number): boolean {
  service.retain()
  const victims: IOService[] = [service]
  const visited: IOService[] = []
  const passedOn = options & ~ownOptions
  for (const victim of victims) {
    if (!makeInactive(victim)) continue
    visited.push(victim)
    if (victim === service) applyOwnOptions(service, options)
    invokeNotifiersNow(victim, copyNotifiers(victim, kIOTerminatedNotification))
    serviceState().userReferences?.destroyUserReferences(victim)
    collectClients(victim, passedOn, victims)
  }
  const isNewlyInactive = visited.includes(service)
  for (const victim of visited.reverse()) endPhase1(victim)
  for (const victim of victims) victim.release()
  return isNewlyInactive
}

/** Sets one victim's states and makes it busy; false when it was inactive already. */
function makeInactive(victim: IOService): boolean {
  const { internals } = victim
  const wasMarked = kIOServiceRecursing | kIOServiceTermPhase1State
  const isMarked = (internals.state1 & wasMarked) === wasMarked
  if ((internals.state0 & kIOServiceInactiveState) !== 0 && !isMarked) return false
  internals.state0 |= kIOServiceInactiveState
  internals.state0 &= ~(kIOServiceRegisteredState | kIOServiceMatchedState
    | kIOServiceFirstPublishState | kIOServiceFirstMatchState)
  internals.state1 &= ~kIOServiceRecursing
  internals.state1 |= kIOServiceTermPhase1State
  adjustBusy(victim, 1)
  return true
}

/** What concerns the service that was asked to terminate, not its dependents. */
function applyOwnOptions(service: IOService, options: number): void {
  const { internals } = service
  if ((options & kIOServiceTerminateNeedWillTerminate) !== 0) internals.state1 |= kIOServiceNeedWillTerminate
  if ((options & kIOServiceTerminateWithRematch) === 0) return
  if ((options & kIOServiceTerminateWithRematchCurrentDext) !== 0) noteRematch(service)
  internals.state1 |= kIOServiceRematchOnDetach
}

/** The provider remembers what matched and how often it went like this. */
function noteRematch(service: IOService): void {
  const provider = service.getProvider()
  if (provider === null) return
  const former = provider.getProperty(kIORematchCountKey)
  const count = former instanceof OSNumber ? former.unsigned32BitValue() + 1 : 0
  provider.setProperty(kIORematchCountKey, count, 32)
  const personality = service.getProperty(kIOMatchedPersonalityKey)
  if (personality !== null) provider.setProperty(kIORematchPersonalityKey, personality)
}

/** Asks each client whether it goes too; those that do join the victims, each with a reference. */
function collectClients(victim: IOService, options: number, victims: IOService[]): void {
  for (const entry of victim.children(gIOServicePlane)) {
    const client = entry.asService()
    if (client === null) continue
    const line = (end: string): string => `${tag(client)}::requestTerminate(${tag(victim)}, ${end})\n`
    traceTermination(() => line(hex8(options)))
    const goes = callHook(client, 'requestTerminate', () => client.requestTerminate(victim, options))
    traceTermination(() => line(`ok = ${goes ? 1 : 0}`))
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
  traceTermination(() => `${tag(victim)}::wakePhase1\n`)
  scheduler().wakeAll(internals.queue())
}

const hex8 = (options: number): string => options.toString(16).padStart(8, '0')
