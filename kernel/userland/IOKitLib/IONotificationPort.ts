import { IOKit, type IOReturn } from '../../abi/index.ts'
import {
  mach_port_allocate, mach_port_deallocate, mach_port_get_refs, MACH_PORT_RIGHT_RECEIVE,
  MACH_PORT_RIGHT_SEND, type ReceivedMessage, type Task,
} from '../../mach/user.ts'
import type { KernelThread } from '../../sim/index.ts'
import type { CFDictionary } from '../CoreFoundation/index.ts'
import {
  iokitCall, iokitValue, onMainPort, type Answer, type io_iterator_t, type io_object_t, type io_service_t,
} from './call.ts'
import { withTable } from './IOServiceMatching.ts'

/** `msgh_id` of notification messages. */
export const kOSNotificationMessageID = 53
const kIOServiceMessageNotificationType = 160
/** The rest of a type tells how many bytes an argument lacks. */
const kIOKitNoticationTypeMask = 0xfff

/** May be kernel threads: what they ask goes on inside the dispatch. */
export type IOServiceMatchingCallback = (iterator: io_iterator_t) => KernelThread
export type IOServiceInterestCallback =
  (service: io_service_t, messageType: number, messageArgument: unknown) => KernelThread
export type IOAsyncCallback = (result: IOReturn, args: readonly bigint[]) => KernelThread

/** The receive right behind notifications, and the callbacks by the reference their messages carry. */
export interface IONotificationPortRef {
  readonly mainPort: number
  readonly wakePort: number
  readonly callbacks: Map<bigint, (message: NotificationMessage) => KernelThread>
  nextReference: bigint
}

interface MessageHeader {
  readonly type: number
  readonly reference: readonly bigint[]
}

/** What a message of a service carries: a word, or up to 64 bytes. */
interface InterestContent {
  readonly messageType: number
  readonly messageArgument: bigint | Uint8Array
}

interface NotificationMessage {
  readonly notification: io_object_t
  readonly words: readonly unknown[]
}

/** A new port; null when the task has no room for its right. */
export function IONotificationPortCreate(task: Task, mainPort: number): IONotificationPortRef | null {
  const { result, name } = mach_port_allocate(task, MACH_PORT_RIGHT_RECEIVE)
  return result === 0 ? { mainPort, wakePort: name, callbacks: new Map(), nextReference: 1n } : null
}

/** The right on which messages arrive, for waiting on it by `mach_msg`. */
export function IONotificationPortGetMachPort(notify: IONotificationPortRef): number {
  return notify.wakePort
}

/** Registers a callback; the eight words that its messages carry. Word 0 is the kernel's. */
function referenceFor(
  notify: IONotificationPortRef, callback: (message: NotificationMessage) => KernelThread,
): readonly bigint[] {
  const reference = notify.nextReference++
  notify.callbacks.set(reference, callback)
  return [0n, reference, 0n, 0n, 0n, 0n, 0n, 0n]
}

/**
 * Asks to be told of services that come to meet a table, or go. The iterator holds those that do so now, and
 * must be
 * emptied before anything is told.
 * @xnu IOKitUser IOKitLib.c IOServiceAddMatchingNotification — faithful
 */
export function IOServiceAddMatchingNotification(
  task: Task, notify: IONotificationPortRef,
  { type, matching, callback }: {
    readonly type: string
    readonly matching: CFDictionary | null
    readonly callback: IOServiceMatchingCallback
  },
): KernelThread<Answer<io_iterator_t>> {
  const reference = referenceFor(notify, ({ notification }) => callback(notification))
  return onMainPort(task, notify.mainPort, (port) => withTable(task, port, matching, {
    inband: IOKit.service_add_notification_bin_64, outOfLine: IOKit.service_add_notification_ool_64,
    otherwise: 0, before: [type], after: [notify.wakePort, reference],
  }))
}

/**
 * Asks to be told of every message of a service. @xnu IOKitLib.c IOServiceAddInterestNotification — faithful
 */
export function IOServiceAddInterestNotification(
  task: Task, notify: IONotificationPortRef, service: io_service_t,
  { type, callback }: { readonly type: string; readonly callback: IOServiceInterestCallback },
): KernelThread<Answer<io_object_t>> {
  const reference = referenceFor(notify, ({ words }) => {
    const [from, content] = words as readonly [io_service_t, InterestContent]
    return callback(from, content.messageType, content.messageArgument)
  })
  const routine = IOKit.service_add_interest_notification_64
  return iokitValue(iokitCall(task, service, routine, type, notify.wakePort, reference), 0)
}

/** References for an asynchronous method whose completion goes to `callback`. */
export function IOConnectAsyncReference(
  notify: IONotificationPortRef, callback: IOAsyncCallback,
): readonly bigint[] {
  return referenceFor(notify, ({ words }) => {
    const [result, args] = words as readonly [IOReturn, readonly bigint[]]
    return callback(result >>> 0, args)
  })
}

/**
 * Calls what a message that was received on the port is for. A message of a notification that its owner has
 * released meanwhile is dropped: the one reference left is the message's own.
 * @xnu IOKitUser IOKitLib.c IODispatchCalloutFromCFMessage — faithful
 */
export function* IODispatchCalloutFromMessage(
  task: Task, message: ReceivedMessage, notify: IONotificationPortRef,
): KernelThread {
  if (message.id !== kOSNotificationMessageID) return
  const [header, ...words] = message.body as readonly [MessageHeader, ...unknown[]]
  const callback = notify.callbacks.get(header.reference[1] ?? 0n)
  const notification = message.remotePort
  const isOwned = notification === 0 || mach_port_get_refs(task, notification, MACH_PORT_RIGHT_SEND).refs > 1
  if (isOwned && callback !== undefined) yield* callback({ notification, words })
  if (notification !== 0) mach_port_deallocate(task, notification)
  const isMessage = (header.type & kIOKitNoticationTypeMask) === kIOServiceMessageNotificationType
  if (isMessage) mach_port_deallocate(task, words[0] as number)
}
