import { kIOReturnBadArgument, kIOReturnMessageTooLarge, kIOReturnUnsupported } from '../../../abi/index.ts'
import type { OSDictionary } from '../../../libkern/index.ts'
import type { KobjectReply, KobjectRequest, Port } from '../../../mach/index.ts'
import { existingMatches, installNotification, isNotificationType } from '../../notification/matchingNotifications.ts'
import { registerInterest } from '../../service/interest.ts'
import { IOServiceMessageUserNotification, IOServiceUserNotification } from '../IOUserNotification.ts'
import { fail, kMaxSerializedBytes, onMainPort, onService, replyObject, unserializeDictionary } from './call.ts'

export const service_add_notification_bin_64 = onMainPort((request) => addNotification(request, []))
export const service_add_notification_ool_64 = onMainPort((request) => addNotification(request, [0]))

/** Arguments: type, table, wake port, reference. @xnu internal_io_service_add_notification — faithful */
function addNotification(request: KobjectRequest, before: readonly unknown[]): KobjectReply {
  const [type, bytes, wakePort, reference] =
    request.body as readonly [string, Uint8Array | null, Port | null, readonly bigint[]]
  if (!isNotificationType(type)) return fail(kIOReturnUnsupported)
  if (bytes !== null && bytes.length > kMaxSerializedBytes) return fail(kIOReturnMessageTooLarge)
  const table = bytes === null ? null : unserializeDictionary(bytes)
  if (table === null || wakePort === null) {
    table?.release()
    return fail(kIOReturnBadArgument)
  }
  const notification = startNotification(type, table, { wakePort, reference })
  table.release()
  return replyObject(notification, before)
}

function startNotification(
  type: string, table: OSDictionary, target: { wakePort: Port; reference: readonly bigint[] },
): IOServiceUserNotification {
  const notification = IOServiceUserNotification.withType(type, target)
  const notifier = installNotification(type, table, (service) => {
    notification.handle(service)
    return true
  }, 0)
  notification.setNotification(notifier)
  for (const service of existingMatches(type, notifier)) notification.handle(service)
  return notification
}

/** Arguments: interest type, wake port, reference. */
export const service_add_interest_notification_64 = onService((service, request) => {
  const [type, wakePort, reference] = request.body as readonly [string, Port | null, readonly bigint[]]
  if (wakePort === null) return fail(kIOReturnBadArgument)
  const notification = IOServiceMessageUserNotification.withTarget({ wakePort, reference }, request.task)
  const notifier = registerInterest(service, type, (messageType, provider, argument) => {
    return notification.handle(messageType, provider, argument)
  })
  if (notifier === null) {
    notification.release()
    return fail(kIOReturnUnsupported)
  }
  notification.setNotification(notifier)
  return replyObject(notification)
})
