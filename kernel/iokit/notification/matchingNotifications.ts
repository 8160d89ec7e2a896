import {
  kIOFirstMatchNotification, kIOFirstPublishNotification, kIOMatchedNotification, kIOPublishNotification,
  kIOServiceMatchedState, kIOServiceRegisteredState, kIOTerminatedNotification, kIOWillTerminateNotification,
} from '../../abi/index.ts'
import type { OSDictionary, OSSymbol } from '../../libkern/index.ts'
import { THREAD_TIMED_OUT, WaitQueue, scheduler, type KernelThread } from '../../sim/index.ts'
import { existingServices } from '../matching/existingServices.ts'
import type { IOService } from '../service/IOService.ts'
import { serviceState } from '../service/serviceState.ts'
import { ServiceNotifier, typeName, type MatchingNotificationHandler } from './ServiceNotifier.ts'

/** State a service must have for a type to be satisfied already; null: no existing service is reported. */
const satisfiedBy: ReadonlyMap<string, number | null> = new Map([
  [kIOPublishNotification, kIOServiceRegisteredState],
  [kIOFirstPublishNotification, kIOServiceRegisteredState],
  [kIOMatchedNotification, kIOServiceMatchedState],
  [kIOFirstMatchNotification, kIOServiceMatchedState],
  [kIOTerminatedNotification, null],
  [kIOWillTerminateNotification, null],
])

/** Whether a matching notification of that type exists. */
export function isNotificationType(type: string): boolean {
  return satisfiedBy.has(type)
}

/**
 * Asks to hear of services that match. Services that satisfy the type already are reported before the return; if
 * the handler removed the notifier then, the result is null. Another priority goes before lower ones; ties FIFO.
 * The notifier belongs to the list until `remove`. Null for an unknown type.
 * @xnu iokit/Kernel/IOService.cpp addMatchingNotification — faithful
 */
export function addMatchingNotification(
  type: OSSymbol | string, matching: OSDictionary, handler: MatchingNotificationHandler, priority = 0,
): ServiceNotifier | null {
  const name = typeName(type)
  const inState = satisfiedBy.get(name)
  if (inState === undefined) return null
  const notifier = installNotification(name, matching, handler, priority)
  notifier.retain()
  const existing = inState === null ? [] : existingServices(notifier.matching, inState)
  for (const service of existing) service.retain()
  for (const service of existing) {
    notifier.invokeNow(service)
    service.release()
  }
  const isGone = notifier.isRemoved
  notifier.release()
  return isGone ? null : notifier
}

/**
 * The first half of `addMatchingNotification`: enters the notifier without reporting existing services, for callers
 * that hand those out themselves (with `existingMatches`).
 */
export function installNotification(
  type: string, matching: OSDictionary, handler: MatchingNotificationHandler, priority: number,
): ServiceNotifier {
  const { notifiers } = serviceState()
  const notifier = ServiceNotifier.withOptions({ type, matching, handler, priority })
  let list = notifiers.get(type)
  if (list === undefined) {
    list = []
    notifiers.set(type, list)
  }
  let index = list.length
  while (index > 0 && list[index - 1]!.priority < priority) index--
  list.splice(index, 0, notifier)
  return notifier
}

/** Services that satisfy the notifier's type already, in order of enumeration, not retained. */
export function existingMatches(type: string, notifier: ServiceNotifier): IOService[] {
  const inState = satisfiedBy.get(type) ?? null
  return inState === null ? [] : existingServices(notifier.matching, inState)
}

/** The notifiers of a type that want this service, each retained. */
export function copyNotifiers(service: IOService, type: string): ServiceNotifier[] {
  const list = serviceState().notifiers.get(type)
  if (list === undefined || list.length === 0) return []
  const wanting = list.filter((notifier) => notifier.wants(service))
  for (const notifier of wanting) notifier.retain()
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
 * Sleeps until a matched service satisfies the table; that service with one reference, or null at the time-out.
 * @xnu iokit/Kernel/IOService.cpp waitForMatchingService — faithful
 */
export function* waitForMatchingService(
  matching: OSDictionary, timeoutNs = Infinity,
): KernelThread<IOService | null> {
  const arrived = new WaitQueue()
  const found: { service: IOService | null } = { service: null }
  const notifier = addMatchingNotification(kIOMatchedNotification, matching, (service) => {
    if (found.service === null) {
      service.retain()
      found.service = service
      scheduler().wakeAll(arrived)
    }
    return true
  })
  const deadlineNs = scheduler().nowNs + timeoutNs
  while (found.service === null) {
    scheduler().assertWait(arrived, deadlineNs)
    if ((yield) === THREAD_TIMED_OUT) break
  }
  notifier?.remove()
  return found.service
}
