import { kIOReturnMessageTooLarge, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { mach_msg_send_from_kernel, releaseSendRight } from '../../mach/index.ts'
import type { OSAsyncReference64 } from './externalMethod.ts'

export const kOSNotificationMessageID = 53
export const kOSAsyncCompleteMessageID = 57
export const kMaxAsyncArgs = 16

export const kIOServicePublishNotificationType = 100
export const kIOServiceMatchedNotificationType = 101
export const kIOServiceTerminatedNotificationType = 102
export const kIOAsyncCompletionNotificationType = 150
export const kIOServiceMessageNotificationType = 160

/** Content of a notification message; the carried ports, if any, precede it in the body. */
export interface OSNotificationHeader64 {
  readonly type: number
  /** Eight words; word 0 is the kernel's. */
  readonly reference: readonly bigint[]
}

/**
 * Completes an asynchronous call. Any context.
 * @xnu iokit/Kernel/IOUserClient.cpp sendAsyncResult64 — simplified: the message body holds JS values
 */
export function sendAsyncResult64(
  reference: OSAsyncReference64, result: IOReturn, args: readonly bigint[] = [],
): IOReturn {
  if (args.length > kMaxAsyncArgs) return kIOReturnMessageTooLarge
  if (reference.wakePort === null) return kIOReturnSuccess
  const header: OSNotificationHeader64 = { type: kIOAsyncCompletionNotificationType, reference: reference.words }
  return mach_msg_send_from_kernel(reference.wakePort, kOSNotificationMessageID, [header, result, args.slice()])
}

/** Gives the wake port's right back when no completion will come any more. */
export function releaseAsyncReference64(reference: OSAsyncReference64): void {
  if (reference.wakePort !== null) releaseSendRight(reference.wakePort)
}
