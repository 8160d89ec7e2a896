/** Services: life cycle, registration, busy counts, open and close, messages, termination. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { InterestNotifier } from './interest.ts'
import { IOCommand } from './IOCommand.ts'
import { IOResources, IOUserResources, resourcesMatcher } from './IOResources.ts'
import { IOService } from './IOService.ts'
import {
  IOStateNotificationItem, IOStateNotificationListener, IOSystemStateNotification,
} from './IOSystemStateNotification.ts'
import { OpenServiceIterator } from './OpenServiceIterator.ts'

export { InterestNotifier, IOCommand, IOResources, IOService, IOUserResources, resourcesMatcher }
export { IOSystemStateNotification }
export type { IOStateNotificationHandler } from './IOSystemStateNotification.ts'
export { setRootMedia } from './rootMedia.ts'
export * from '../../abi/serviceState.ts'
export * from './debugFlags.ts'
export type { InterestHandler } from './interest.ts'
export type { InterruptTypeResult } from './interrupts.ts'
export { startDeferredMatches } from './probeCandidates.ts'
export { serviceState, type DriverKitHooks, type UserReferenceHooks } from './serviceState.ts'
export { startTerminateThread } from './terminateLists.ts'
export type { NewUserClientResult } from './userClients.ts'
export { busyReport, kIOWaitQuietPanicOnFailure } from './waitQuiet.ts'

defineKernelClasses([IOService, IOResources, IOUserResources, InterestNotifier, IOCommand, OpenServiceIterator,
  IOSystemStateNotification, IOStateNotificationItem, IOStateNotificationListener])
