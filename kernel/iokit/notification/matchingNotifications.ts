import {
  kIOFirstMatchNotification, kIOFirstPublishNotification, kIOMatchedNotification, kIOPublishNotification,
  kIOServiceFirstMatchState, kIOServiceFirstPublishState, kIOServiceInactiveState, kIOServiceMatchedState,
  kIOServiceRegisteredState, kIOTerminatedNotification, kIOWillTerminateNotification,
} from '../../abi/index.ts'
import type { OSDictionary, OSSymbol } from '../../libkern/index.ts'
import { WaitQueue, scheduler, wait, type KernelThread } from '../../sim/index.ts'
import { CompiledTable } from '../matching/CompiledTable.ts'
import { applyToExistingServices, existingServices } from '../matching/existingServices.ts'
import type { IOService } from '../service/IOService.ts'
import { serviceState } from '../service/serviceState.ts'
import type { IONotifier } from './IONotifier.ts'
import { gIOServiceNullNotifier } from './NullNotifier.ts'
import { ServiceNotifier, typeName, type MatchingNotificationHandler } from './ServiceNotifier.ts'

/** State a service must have for a type to be satisfied already; null: no existing service is reported. */
const satisfiedBy: ReadonlyMap<string, number | null> = new Map([
  [kIOPublishNotification, kIOServiceRegisteredState],
  [kIOFirstPublishNotification, kIOServiceFirstPublishState],
  [kIOMatchedNotification, kIOServiceMatchedState],
  [kIOFirstMatchNotification, kIOServiceFirstMatchState],
  [kIOTerminatedNotification, null],
  [kIOWillTerminateNotification, null],
])

/** Whether a matching notification of that type exists. */
export function isNotificationType(type: string): boolean {
  return satisfiedBy.has(type)
}

/**
 * Asks to hear of services that match. The handler has run for each active service that satisfies the type
 * already when this returns; if it removed the notifier then, the result is one that does nothing
 * (`gIOServiceNullNotifier`). Higher priorities hear first, equal ones in the order in which they asked. Null
 * for an unknown type. The caller owns the notifier until `remove`. Any context.
 * @xnu iokit/Kernel/IOService.cpp addMatchingNotification — simplified: handlers that block run apart
 */
export function addMatchingNotification(
  type: OSSymbol | string, matching: OSDictionary, handler: MatchingNotificationHandler, priority = 0,
): IONotifier | null {
  const name = typeName(type)
  if (!satisfiedBy.has(name)) return null
  const notifier = installNotification(name, matching, handler, priority)
  notifier.retain()
  const existing = existingMatches(name, notifier)
  for (const service of existing) service.retain()
  for (const service of existing) {
    if ((service.getState() & kIOServiceInactiveState) === 0) notifier.invokeNow(service)
  }
  for (const service of existing) service.release()
  const isGone = notifier.isRemoved
  notifier.release()
  return isGone ? gIOServiceNullNotifier() : notifier
}

/**
 * The first half of `addMatchingNotification`: enters the notifier without reporting existing services, for
 * callers that hand those out themselves (with `existingMatches`). Any context.
 * @xnu iokit/Kernel/IOService.cpp installNotification — faithful
 */
export function installNotification(
  type: string, matching: OSDictionary, handler: MatchingNotificationHandler, priority: number,
): ServiceNotifier {
  const { notifiers } = serviceState()
  const notifier = ServiceNotifier.withOptions({ matching, handler, priority })
  let list = notifiers.get(type)
  if (list === undefined) {
    list = []
    notifiers.set(type, list)
  }
  notifier.enterList(list)
  return notifier
}

/** Services that satisfy the notifier's type already, in order of enumeration, not retained. */
export function existingMatches(type: string, notifier: ServiceNotifier): IOService[] {
  const inState = satisfiedBy.get(type) ?? null
  const { matching } = notifier
  return inState === null || matching === null ? [] : existingServices(matching, inState)
}

/**
 * The notifiers of a type that want this service now, each retained; then the service has the states
 * `orNewState` too. None, and no states, when it is inactive, termination aside. Any context.
 * @xnu iokit/Kernel/IOService.cpp copyNotifiers — faithful
 */
export function copyNotifiers(service: IOService, type: string, orNewState = 0): ServiceNotifier[] {
  const { internals } = service
  const isOfTermination = type === kIOTerminatedNotification || type === kIOWillTerminateNotification
  if (!isOfTermination && (internals.state0 & kIOServiceInactiveState) !== 0) return []
  const list = serviceState().notifiers.get(type)
  const wanting = list === undefined ? [] : list.filter((notifier) => notifier.wants(service))
  for (const notifier of wanting) notifier.retain()
  internals.state0 |= orNewState
  return wanting
}

/** Runs the handlers of `copyNotifiers` one after the other and lets the notifiers go. */
export function* invokeNotifiers(service: IOService, notifiers: readonly ServiceNotifier[]): KernelThread {
  for (const notifier of notifiers) {
    yield* notifier.invoke(service)
    notifier.release()
  }
}

/** The same on a caller that cannot block. */
export function invokeNotifiersNow(service: IOService, notifiers: readonly ServiceNotifier[]): void {
  for (const notifier of notifiers) {
    notifier.invokeNow(service)
    notifier.release()
  }
}

/**
 * Sleeps until a matched service satisfies the table; that service with one reference, or null at the
 * time-out. An existing one is found at once. Infinity waits for ever. Thread context.
 * @xnu iokit/Kernel/IOService.cpp waitForMatchingService — faithful
 */
export function* waitForMatchingService(
  matching: OSDictionary, timeoutNs = Infinity,
): KernelThread<IOService | null> {
  const found: { service: IOService | null } = { service: null }
  const take = (service: IOService): boolean => {
    if (found.service === null) {
      service.retain()
      found.service = service
    }
    return true
  }
  applyToExistingServices(new CompiledTable(matching), kIOServiceMatchedState, take)
  if (found.service !== null) return found.service
  const arrived = new WaitQueue()
  const notifier = installNotification(kIOMatchedNotification, matching, (service) => {
    take(service)
    scheduler().wakeAll(arrived)
    return false
  }, 0)
  const deadlineNs = scheduler().nowNs + timeoutNs
  scheduler().assertWait(arrived, deadlineNs)
  yield
  yield* wait(notifier.remove())
  return found.service
}

/**
 * The old form of `waitForMatchingService`: it consumes the table, and the service it answers is not
 * retained. Null at the time-out. Thread context.
 * @xnu iokit/Kernel/IOService.cpp waitForService — faithful
 */
export function* waitForService(
  matching: OSDictionary, timeoutNs = Infinity,
): KernelThread<IOService | null> {
  const found = yield* waitForMatchingService(matching, timeoutNs)
  matching.release()
  found?.release()
  return found
}

/**
 * The old form of `addMatchingNotification`: it consumes the table, unless it fails. Any context.
 * @xnu iokit/Kernel/IOService.cpp addNotification — simplified: handlers that block run apart
 */
export function addNotification(
  type: OSSymbol | string, matching: OSDictionary, handler: MatchingNotificationHandler, priority = 0,
): IONotifier | null {
  const notifier = addMatchingNotification(type, matching, handler, priority)
  if (notifier !== null) matching.release()
  return notifier
}
