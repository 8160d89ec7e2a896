/** Notifications of matching and termination. Interest notifications are in `service`. */
import { defineKernelClasses } from '../../libkern/index.ts'
import { IONotifier } from './IONotifier.ts'
import { NullNotifier } from './NullNotifier.ts'
import { ServiceNotifier } from './ServiceNotifier.ts'

export { IONotifier, NullNotifier, ServiceNotifier }
export type { MatchingNotificationHandler } from './ServiceNotifier.ts'
export {
  addMatchingNotification, existingMatches, installNotification, isNotificationType, waitForMatchingService,
} from './matchingNotifications.ts'

defineKernelClasses([IONotifier, ServiceNotifier, NullNotifier])
