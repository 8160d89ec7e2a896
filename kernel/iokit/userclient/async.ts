import {
  MACH_SEND_TIMED_OUT, kIOReturnMessageTooLarge, kIOReturnSuccess, type IOReturn,
} from '../../abi/index.ts'
import {
  IOLog, mach_msg_send_from_kernel, panic, releaseSendRight, type Port,
} from '../../mach/index.ts'
import type { OSAsyncReference64 } from './externalMethod.ts'

export const kOSNotificationMessageID = 53
export const kOSAsyncCompleteMessageID = 57
export const kMaxAsyncArgs = 16
/** An asynchronous result may be dropped when the queue is full. */
export const kIOUserNotifyOptionCanDrop = 1
/** Bytes of an interest message's argument at most. */
export const kIOUserNotifyMaxMessageSize = 64

export const kIOServicePublishNotificationType = 100
export const kIOServiceMatchedNotificationType = 101
export const kIOServiceTerminatedNotificationType = 102
export const kIOAsyncCompletionNotificationType = 150
export const kIOServiceMessageNotificationType = 160
export const kLastIOKitNotificationType = 199
export const kIOKitNoticationTypeMask = 0xfff
export const kIOKitNoticationTypeSizeAdjShift = 30
export const kIOKitNoticationMsgSizeMask = 3

/** Words of a reference; word 0 is the kernel's. */
export const kOSAsyncRef64Count = 8
const RESULT_BYTES = 4
const WORD_BYTES = 8

/**
 * What every notification begins with.
 * @xnu iokit/IOKit/OSMessageNotification.h OSNotificationHeader64 — faithful
 */
export interface OSNotificationHeader64 {
  /** Bytes of the content that follows. */
  readonly size: number
  readonly type: number
  readonly reference: readonly bigint[]
}

/** The words as a caller gave them, filled up with zeros. */
export function asyncReferenceWords(given: readonly bigint[]): readonly bigint[] {
  return Array.from({ length: kOSAsyncRef64Count }, (_, index) => given[index] ?? 0n)
}

const LOG_NAME =
  'static IOReturn IOUserClient::_sendAsyncResult64(io_user_reference_t *, IOReturn, io_user_reference_t *, '
  + 'UInt32, IOOptionBits)'

/**
 * Completes an asynchronous call: message 53 with a header of type 150, the result and the arguments. The
 * queue's limit does not hold for it, unless it may be dropped. Any context.
 * @xnu iokit/Kernel/IOUserClient.cpp _sendAsyncResult64 — simplified: the message body holds JS values
 */
export function sendAsyncResult64WithOptions(
  reference: OSAsyncReference64, result: IOReturn, args: readonly bigint[], options: number,
): IOReturn {
  const { wakePort } = reference
  if (wakePort === null) return kIOReturnSuccess
  if (args.length > kMaxAsyncArgs) return kIOReturnMessageTooLarge
  const header: OSNotificationHeader64 = {
    size: RESULT_BYTES + args.length * WORD_BYTES, type: kIOAsyncCompletionNotificationType,
    reference: [0n, ...reference.words.slice(1)],
  }
  if ((options & kIOUserNotifyOptionCanDrop) !== 0 && wakePort.messageCount >= wakePort.queueLimit) {
    return MACH_SEND_TIMED_OUT
  }
  const code = mach_msg_send_from_kernel(wakePort, kOSNotificationMessageID, [header, result, args.slice()])
  if (code !== kIOReturnSuccess && reference.isErrorLogged !== true) {
    reference.isErrorLogged = true
    IOLog(`${LOG_NAME}: mach_msg_send_from_kernel(0x${code.toString(16)})\n`)
  }
  return code
}

/** The same, never dropped. @xnu iokit/Kernel/IOUserClient.cpp sendAsyncResult64 — faithful */
export function sendAsyncResult64(
  reference: OSAsyncReference64, result: IOReturn, args: readonly bigint[] = [],
): IOReturn {
  return sendAsyncResult64WithOptions(reference, result, args, 0)
}

/**
 * The form with pointers ends the machine.
 * @xnu iokit/Kernel/IOUserClient.cpp setAsyncReference — faithful
 */
export function setAsyncReference(): never {
  panic('setAsyncReference not valid for 64b', { location: 'IOUserClient.cpp:1333' })
}

/** Fills a reference in. @xnu iokit/Kernel/IOUserClient.cpp setAsyncReference64 — faithful */
export function setAsyncReference64(
  wakePort: Port | null, callback: bigint, refcon: bigint,
): OSAsyncReference64 {
  return { wakePort, words: asyncReferenceWords([0n, callback, refcon]) }
}

/**
 * Gives the wake port's right back when no completion will come any more.
 * @xnu iokit/Kernel/IOUserClient.cpp releaseAsyncReference64 — faithful
 */
export function releaseAsyncReference64(reference: OSAsyncReference64): IOReturn {
  return releaseNotificationPort(reference.wakePort)
}

/**
 * Gives back the right of `registerNotificationPort`.
 * @xnu iokit/Kernel/IOUserClient.cpp releaseNotificationPort — faithful
 */
export function releaseNotificationPort(port: Port | null): IOReturn {
  if (port !== null) releaseSendRight(port)
  return kIOReturnSuccess
}
