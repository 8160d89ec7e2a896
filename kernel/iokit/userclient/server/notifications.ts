import {
  io_async_ref_count, kIOReturnBadArgument, kIOReturnMessageTooLarge, kIOReturnNotPrivileged,
  kIOReturnSuccess,
  kIOReturnUnsupported, kIOServiceNotificationUserKey, type IOReturn,
} from '../../../abi/index.ts'
import { kOSBooleanTrue } from '../../../libkern/index.ts'
import {
  IKOT_MAIN_DEVICE, copySendRight, type KobjectReply, type KobjectRequest, type Port,
} from '../../../mach/index.ts'
import { addMatchingNotification } from '../../notification/matchingNotifications.ts'
import { registerInterest } from '../../service/interest.ts'
import { IOServiceMessageUserNotification, IOServiceUserNotification } from '../IOUserNotification.ts'
import {
  fail, kMaxSerializedBytes, onService, replyNoObject, replyObject, unserializeDictionary,
} from './call.ts'

/** What came of a request: a notification with one reference, or why not. */
interface Added {
  readonly result: IOReturn
  readonly notification: IOServiceUserNotification | null
}

const refused = (result: IOReturn): Added => ({ result, notification: null })

/**
 * Arguments: type, table, wake port, reference. Services that satisfy the table are in the notification
 * already when it comes back. The wake port's right is the notification's.
 * @xnu iokit/Kernel/IOUserClient.cpp internal_io_service_add_notification — faithful
 */
function addNotification(request: KobjectRequest): Added {
  const [type, bytes, wakePort, reference] =
    request.body as readonly [string, Uint8Array | null, Port | null, readonly bigint[]]
  if (request.port.kotype !== IKOT_MAIN_DEVICE) return refused(kIOReturnNotPrivileged)
  if (bytes !== null && bytes.length > kMaxSerializedBytes) return refused(kIOReturnMessageTooLarge)
  const table = bytes === null ? null : unserializeDictionary(bytes)
  if (table === null) return refused(kIOReturnBadArgument)
  table.setObject(kIOServiceNotificationUserKey, kOSBooleanTrue)
  if (wakePort !== null) copySendRight(wakePort)
  const notification = IOServiceUserNotification.withType(type, { wakePort, reference })
  const notifier = addMatchingNotification(type, table, (service) => notification.handle(service))
  table.release()
  if (notifier === null) {
    notification.release()
    return refused(kIOReturnUnsupported)
  }
  notification.setNotification(notifier)
  return { result: kIOReturnSuccess, notification }
}

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_service_add_notification_bin_64 — faithful */
export function service_add_notification_bin_64(request: KobjectRequest): KobjectReply {
  if (tooManyWords(request.body[3])) return fail(kIOReturnBadArgument)
  const { result, notification } = addNotification(request)
  return notification === null ? fail(result) : replyObject(notification)
}

/** For 32-bit callers. @xnu iokit/Kernel/IOUserClient.cpp is_io_service_add_notification_bin — faithful */
export const service_add_notification_bin = service_add_notification_bin_64

/**
 * Out of line the call succeeds in any case: what came of it is in the answer.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_service_add_notification_ool_64 — faithful
 */
export function service_add_notification_ool_64(request: KobjectRequest): KobjectReply {
  if (tooManyWords(request.body[3])) return fail(kIOReturnBadArgument)
  const { result, notification } = addNotification(request)
  return notification === null ? replyNoObject(result) : replyObject(notification, [result])
}

/** For 32-bit callers. @xnu iokit/Kernel/IOUserClient.cpp is_io_service_add_notification_ool — faithful */
export const service_add_notification_ool = service_add_notification_ool_64

function tooManyWords(reference: unknown): boolean {
  return (reference as readonly bigint[]).length > io_async_ref_count
}

/**
 * Arguments: interest type, wake port, reference.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_service_add_interest_notification_64 — faithful
 */
export const service_add_interest_notification_64 = onService((service, request) => {
  const [type, wakePort, reference] = request.body as readonly [string, Port | null, readonly bigint[]]
  if (tooManyWords(reference)) return fail(kIOReturnBadArgument)
  if (wakePort !== null) copySendRight(wakePort)
  const notification = IOServiceMessageUserNotification.withTarget({ wakePort, reference }, request.task)
  const notifier = registerInterest(service, type, (messageType, provider, argument, sizeBytes) => {
    return notification.handle(messageType, provider, argument, sizeBytes)
  })
  if (notifier === null) {
    notification.release()
    return fail(kIOReturnUnsupported)
  }
  notification.setNotification(notifier)
  return replyObject(notification)
})

/**
 * For 32-bit callers.
 * @xnu iokit/Kernel/IOUserClient.cpp is_io_service_add_interest_notification — faithful
 */
export const service_add_interest_notification = service_add_interest_notification_64

/** @xnu iokit/Kernel/IOUserClient.cpp is_io_service_acknowledge_notification — faithful */
export const service_acknowledge_notification = onService((service, request) => {
  const [notification, response] = request.body as readonly [number, number]
  return fail(service.acknowledgeNotification(notification, response))
})
