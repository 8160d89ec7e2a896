import {
  kIOFirstMatchNotification, kIOMatchedNotification, kIOMessageCopyClientID, kIOReturnSuccess,
  kIOTerminatedNotification, kIOWillTerminateNotification, type IOReturn,
} from '../../abi/index.ts'
import { OSIterator, OSNumber, defineMetaClass, type OSMetaClass, type OSObject } from '../../libkern/index.ts'
import { IOLog, copySendRight, mach_msg_send_from_kernel, releaseSendRight, type Port, type Task } from '../../mach/index.ts'
import type { IONotifier } from '../notification/IONotifier.ts'
import type { IOService } from '../service/IOService.ts'
import {
  kIOServiceMatchedNotificationType, kIOServiceMessageNotificationType, kIOServicePublishNotificationType,
  kIOServiceTerminatedNotificationType, kOSNotificationMessageID, type OSNotificationHeader64,
} from './async.ts'
import { makeObjectRight } from './iokitPorts.ts'

/** Services that a notification holds for its task at most. */
const kMaxOutstanding = 1024

/** Where a notification goes: wake port and the caller's eight words. */
export interface NotificationTarget {
  readonly wakePort: Port
  readonly reference: readonly bigint[]
}

/**
 * A task's request to be notified: releasing its port ends the request.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserNotification — simplified: the message body holds JS values
 */
export abstract class IOUserNotification extends OSIterator {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOUserNotification', IOUserNotification, OSIterator, { abstract: true })

  private notifier: IONotifier | null = null
  private target: NotificationTarget | null = null
  private hasLogged = false

  /** Keeps an own right to the wake port. */
  setTarget(target: NotificationTarget): void {
    copySendRight(target.wakePort)
    this.target = target
  }

  /** Exchanges the registration; the former one is removed. Null ends it. */
  setNotification(notifier: IONotifier | null): void {
    const former = this.notifier
    this.notifier = notifier
    former?.remove()
  }

  override reset(): void {}

  override isValid(): boolean {
    return true
  }

  /** The task gave up its right. For the port table. */
  userReferencesGone(): void {
    this.setNotification(null)
  }

  override free(): void {
    this.setNotification(null)
    if (this.target !== null) releaseSendRight(this.target.wakePort)
    this.target = null
    super.free()
  }

  /** Sends one message: header, this notification, further words; ports among them by position. */
  protected send(type: number, words: readonly unknown[] = [], ports: readonly { index: number; port: Port }[] = []): void {
    const { target } = this
    if (target === null) return
    const header: OSNotificationHeader64 = { type, reference: target.reference }
    const own = makeObjectRight(this)
    const carried = [{ index: 1, port: own }, ...ports].map(({ index, port }) => ({ index, port, right: 17 as const }))
    const result = mach_msg_send_from_kernel(target.wakePort, kOSNotificationMessageID, [header, own, ...words], carried)
    if (result === 0 || this.hasLogged) return
    this.hasLogged = true
    IOLog(`${this.getMetaClass().className}: kernel_mach_msg_send (0x${result.toString(16)})\n`)
  }
}

/**
 * A matching notification: an iterator that tells its task once when services arrive after it was drained.
 * @xnu iokit/Kernel/IOUserClient.cpp IOServiceUserNotification — faithful
 */
export class IOServiceUserNotification extends IOUserNotification {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOServiceUserNotification', IOServiceUserNotification, IOUserNotification)

  private type = 0
  private armed = false
  private readonly pending: OSObject[] = []

  static withType(type: string, target: NotificationTarget): IOServiceUserNotification {
    const made = new IOServiceUserNotification()
    made.setTarget(target)
    made.type = messageKind(type)
    return made
  }

  /** A service arrived; the list is full at 1024 and drops what comes then. */
  handle(service: IOService): void {
    const wasEmpty = this.pending.length === 0
    if (this.pending.length < kMaxOutstanding) {
      service.retain()
      this.pending.push(service)
    }
    if (!this.armed || !wasEmpty) return
    this.armed = false
    this.send(this.type)
  }

  /** Last in, first out. Finding nothing arms the notification. The reference goes to the caller of `copyNext`. */
  override getNextObject(): OSObject | null {
    const next = this.pending.pop() ?? null
    if (next === null) this.armed = true
    return next
  }

  override free(): void {
    for (const service of this.pending.splice(0)) service.release()
    super.free()
  }
}

function messageKind(type: string): number {
  if (type === kIOTerminatedNotification || type === kIOWillTerminateNotification) return kIOServiceTerminatedNotificationType
  return type === kIOMatchedNotification || type === kIOFirstMatchNotification
    ? kIOServiceMatchedNotificationType
    : kIOServicePublishNotificationType
}

/**
 * An interest notification: every message of the service goes out at once.
 * @xnu iokit/Kernel/IOUserClient.cpp IOServiceMessageUserNotification — simplified: arguments are one value
 */
export class IOServiceMessageUserNotification extends IOUserNotification {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOServiceMessageUserNotification', IOServiceMessageUserNotification, IOUserNotification)

  private pid = 0

  static withTarget(target: NotificationTarget, task: Task): IOServiceMessageUserNotification {
    const made = new IOServiceMessageUserNotification()
    made.setTarget(target)
    made.pid = task.pid
    return made
  }

  handle(messageType: number, service: IOService, argument: unknown): IOReturn {
    if (messageType === kIOMessageCopyClientID) {
      if (isHolder(argument)) argument.value = OSNumber.withNumber(this.pid, 32)
      return kIOReturnSuccess
    }
    const port = makeObjectRight(service)
    const words = [port, messageType, messageArgument(argument)]
    this.send(kIOServiceMessageNotificationType, words, [{ index: 2, port }])
    return kIOReturnSuccess
  }

  override getNextObject(): OSObject | null {
    return null
  }
}

function isHolder(argument: unknown): argument is { value: OSObject | null } {
  return typeof argument === 'object' && argument !== null && 'value' in argument
}

/** What of an argument crosses to user space: words, texts and bytes. */
function messageArgument(argument: unknown): bigint | string | Uint8Array {
  if (typeof argument === 'bigint' || typeof argument === 'string') return argument
  if (argument instanceof Uint8Array) return argument.slice(0, 64)
  return typeof argument === 'number' && Number.isInteger(argument) ? BigInt(argument) : 0n
}
