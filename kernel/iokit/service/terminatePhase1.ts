import {
  kIOServiceFirstMatchState, kIOServiceFirstPublishState, kIOServiceInactiveState,
  kIOServiceMatchedState, kIOServiceNeedWillTerminate, kIOServiceRecursing, kIOServiceRegisteredState,
  kIOServiceRematchOnDetach, kIOServiceTerm1WaiterState, kIOServiceTermPhase1State,
  kIOServiceTerminateNeedWillTerminate, kIOServiceTerminateWithRematch, kIOServiceTerminateWithRematchCurrentDext,
  kIOTerminatedNotification, kIOMatchedPersonalityKey, kIORematchCountKey, kIORematchPersonalityKey,
} from '../../abi/index.ts'
import { OSNumber } from '../../libkern/index.ts'
import { THREAD_AWAKENED, assert, scheduler, type KernelThread } from '../../sim/index.ts'
import { copyNotifiers, invokeNotifiers, invokeNotifiersNow } from '../notification/matchingNotifications.ts'
import { gIOServicePlane } from '../registry/index.ts'
import { lockForArbitration, unlockForArbitration } from './arbitration.ts'
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
 * apart; a victim that another call is making inactive is not waited for (see `terminateWaiting`)
 */
export function terminatePhase1(service: IOService, options: number): boolean {
  traceTermination(() => `${tag(service)}::terminatePhase1(${hex8(options)})\n`)
  if ((options & kIOServiceRecursing) !== 0) markRecursing(service)
  else if (finishNow(runPhase1(service, options, false))) scheduleTerminatePhase2(service)
  return true
}

/**
 * The same in thread context: handlers of IOServiceTerminate run to their end in the calling thread, arbitration
 * locks and other calls that make a victim inactive are waited for. True when the service became inactive by it;
 * phase 2 is left to the caller.
 * @xnu iokit/Kernel/IOService.cpp terminatePhase1 — faithful
 */
export function* terminatePhase1Waiting(service: IOService, options: number): KernelThread<boolean> {
  traceTermination(() => `${tag(service)}::terminatePhase1(${hex8(options)})\n`)
  return yield* runPhase1(service, options, true)
}

/** Runs a body that does not sleep to its end. */
function finishNow<T>(body: KernelThread<T>): T {
  const step = body.next(THREAD_AWAKENED)
  assert(step.done === true, 'phase 1 does not sleep where it may not')
  return step.value
}

/** Asked for by a provider's phase 1, which sees to the rest. */
function markRecursing(service: IOService): void {
  const { internals } = service
  if ((internals.state0 & kIOServiceInactiveState) !== 0) return
  internals.state0 |= kIOServiceInactiveState
  internals.state1 |= kIOServiceRecursing | kIOServiceTermPhase1State
}

/** One call of phase 1. */
interface Phase1 {
  readonly service: IOService
  readonly options: number
  readonly mayWait: boolean
  /** Those that it made inactive, in order. */
  readonly visited: IOService[]
}

/**
 * Phase 1 of a service and its dependents, breadth first; whether the service itself became inactive by it.
 */
function* runPhase1(service: IOService, options: number, mayWait: boolean): KernelThread<boolean> {
  const phase: Phase1 = { service, options, mayWait, visited: [] }
  service.retain()
  const victims: IOService[] = [service]
  for (const victim of victims) {
    if (mayWait) yield* lockForArbitration(victim)
    const isNew = isActiveVictim(victim)
    if (isNew) makeInactive(victim, phase)
    else if (mayWait && !phase.visited.includes(victim)) yield* waitPhase1(service, victim)
    if (mayWait) unlockForArbitration(victim)
    if (!isNew) continue
    const notifiers = copyNotifiers(victim, kIOTerminatedNotification)
    if (mayWait) yield* invokeNotifiers(victim, notifiers)
    else invokeNotifiersNow(victim, notifiers)
    serviceState().userReferences?.destroyUserReferences(victim)
    collectClients(victim, options & ~ownOptions, victims)
  }
  const isNewlyInactive = phase.visited.includes(service)
  for (const victim of phase.visited.reverse()) {
    if (mayWait) yield* lockForArbitration(victim)
    endPhase1(victim)
    if (mayWait) unlockForArbitration(victim)
  }
  for (const victim of victims) victim.release()
  return isNewlyInactive
}

/** Whether a victim is active, or only marked by its provider's phase 1. */
function isActiveVictim({ internals }: IOService): boolean {
  const marks = kIOServiceRecursing | kIOServiceTermPhase1State
  return (internals.state0 & kIOServiceInactiveState) === 0 || (internals.state1 & marks) === marks
}

/** Sets one victim's states and makes it busy. */
function makeInactive(victim: IOService, { service, options, visited }: Phase1): void {
  const { internals } = victim
  internals.state0 |= kIOServiceInactiveState
  internals.state0 &= ~(kIOServiceRegisteredState | kIOServiceMatchedState
    | kIOServiceFirstPublishState | kIOServiceFirstMatchState)
  internals.state1 &= ~kIOServiceRecursing
  internals.state1 |= kIOServiceTermPhase1State
  visited.push(victim)
  const own = victim === service ? options : 0
  if ((own & kIOServiceTerminateNeedWillTerminate) !== 0) internals.state1 |= kIOServiceNeedWillTerminate
  adjustBusy(victim, 1)
  if ((own & kIOServiceTerminateWithRematch) === 0) return
  if ((own & kIOServiceTerminateWithRematchCurrentDext) !== 0) noteRematch(service)
  internals.state1 |= kIOServiceRematchOnDetach
}

/** Sleeps, with the victim's lock given back meanwhile, until the call that makes it inactive is through with it. */
function* waitPhase1(service: IOService, victim: IOService): KernelThread {
  const { internals } = victim
  while ((internals.state1 & kIOServiceTermPhase1State) !== 0) {
    traceTermination(() => `${tag(service)}::waitPhase1(${tag(victim)})\n`)
    internals.state1 |= kIOServiceTerm1WaiterState
    unlockForArbitration(victim)
    scheduler().assertWait(internals.queue())
    yield
    traceTermination(() => `${tag(service)}::did waitPhase1(${tag(victim)})\n`)
    yield* lockForArbitration(victim)
  }
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
