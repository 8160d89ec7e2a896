import {
  MACH_SEND_INVALID_DEST, MACH_SEND_NO_BUFFER, kIOFirstMatchNotification, kIOFirstPublishNotification,
  kIOMatchedNotification, kIOMessageCopyClientID, kIOPublishNotification, kIOReturnNoMemory, kIOReturnSuccess,
  kIOTerminatedNotification, kIOWillTerminateNotification, type IOReturn,
} from '../../abi/index.ts'
import { OSArray, OSNumber, defineMetaClass, type OSMetaClass, type OSObject } from '../../libkern/index.ts'
import {
  IOLog, MACH_MSG_TYPE_MOVE_SEND, mach_msg_send_from_kernel, releaseSendRight, type Port, type Task,
} from '../../mach/index.ts'
import type { IONotifier } from '../notification/IONotifier.ts'
import type { IOService } from '../service/IOService.ts'
import {
  kIOKitNoticationMsgSizeMask, kIOKitNoticationTypeSizeAdjShift, kIOServiceMatchedNotificationType,
  kIOServiceMessageNotificationType, kIOServicePublishNotificationType, kIOServiceTerminatedNotificationType,
  kIOUserNotifyMaxMessageSize, kLastIOKitNotificationType, kOSNotificationMessageID, asyncReferenceWords,
  type OSNotificationHeader64,
} from './async.ts'
import { makeObjectRight } from './iokitPorts.ts'
import { IOUserIterator } from './iterators.ts'

/** Services that a notification holds for its task at most. */
const kMaxOutstanding = 1024
/** messageType and one word of messageArgument. */
const INTEREST_CONTENT_BYTES = 12
const WORD_BYTES = 8

const SERVICE_HANDLER = 'virtual bool IOServiceUserNotification::handler(void *, IOService *)'
const MESSAGE_HANDLER =
  'virtual IOReturn IOServiceMessageUserNotification::handler(void *, UInt32, IOService *, void *, vm_size_t)'

/** Where a notification goes: wake port and the caller's words, at most eight. */
export interface NotificationTarget {
  readonly wakePort: Port | null
  readonly reference: readonly bigint[]
}

/**
 * Content of an interest message.
 * @xnu iokit/IOKit/OSMessageNotification.h IOServiceInterestContent64 — faithful
 */
export interface IOServiceInterestContent64 {
  readonly messageType: number
  /** A word by value, or up to 64 bytes. */
  readonly messageArgument: bigint | Uint8Array
}

/**
 * A task's request to be notified: releasing its port ends the request. The message comes with a send right
 * to the notification as its reply port.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserNotification — faithful
 */
export abstract class IOUserNotification extends IOUserIterator {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOUserNotification', IOUserNotification, IOUserIterator, { abstract: true })

  private notifier: IONotifier | null = null
  protected wakePort: Port | null = null
  protected reference: readonly bigint[] = []
  private hasLogged = false

  /** Takes over a send right to the wake port. @xnu ours: a part of the original's `init` */
  setTarget(target: NotificationTarget): void {
    this.wakePort = target.wakePort
    this.reference = asyncReferenceWords(target.reference)
  }

  /**
   * The wake port's right goes back to the caller: nothing was started.
   * @xnu iokit/Kernel/IOUserClient.cpp IOServiceUserNotification::invalidatePort — faithful
   */
  invalidatePort(): void {
    this.wakePort = null
  }

  /**
   * Exchanges the registration at once; the former one is removed, exactly once. Null ends it. While there
   * is one the notification holds a reference to itself.
   * @xnu iokit/Kernel/IOUserClient.cpp IOUserNotification::setNotification — faithful
   */
  setNotification(notifier: IONotifier | null): void {
    this.retain()
    const former = this.notifier
    this.notifier = notifier
    if (former !== null) {
      former.remove()
      if (notifier === null) this.release()
    } else if (notifier !== null) this.retain()
    this.release()
  }

  /** Does nothing. @xnu iokit/Kernel/IOUserClient.cpp IOUserNotification::reset — faithful */
  override reset(): void {}

  /** Always true. @xnu iokit/Kernel/IOUserClient.cpp IOUserNotification::isValid — faithful */
  override isValid(): boolean {
    return true
  }

  /** Always null. @xnu iokit/Kernel/IOUserClient.cpp IOServiceMessageUserNotification::getNextObject — faithful */
  override getNextObject(): OSObject | null {
    return null
  }

  /**
   * The task gave up its right: the registration ends. Thread context.
   * @xnu iokit/Kernel/IOUserClient.cpp iokit_client_died IKOT_IOKIT_OBJECT — faithful
   */
  userReferencesGone(): void {
    this.setNotification(null)
  }

  /**
   * The right to the wake port goes.
   * @xnu iokit/Kernel/IOUserClient.cpp IOServiceUserNotification::free — faithful
   */
  override free(): void {
    if (this.wakePort !== null) releaseSendRight(this.wakePort)
    this.wakePort = null
    super.free()
  }

  /** Sends one message; the notification's own port goes along. The code of the send. */
  protected send(
    header: OSNotificationHeader64, provider: Port | null, content: IOServiceInterestContent64 | null,
  ): number {
    if (this.wakePort === null) return MACH_SEND_INVALID_DEST
    const own = makeObjectRight(this)
    if (provider === null) {
      return mach_msg_send_from_kernel(this.wakePort, kOSNotificationMessageID, [header], [], own)
    }
    const ports = [{ index: 1, right: MACH_MSG_TYPE_MOVE_SEND, port: provider } as const]
    return mach_msg_send_from_kernel(this.wakePort, kOSNotificationMessageID, [header, provider, content],
      ports, own)
  }

  /** Says once that messages do not get through. */
  protected logFailure(handler: string, code: number): void {
    if (code === kIOReturnSuccess || this.hasLogged) return
    this.hasLogged = true
    IOLog(`${handler}: kernel_mach_msg_send (0x${code.toString(16)})\n`)
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
  private newSet: OSArray | null = null

  /**
   * Takes over a send right to the wake port. One reference to the caller.
   * @xnu iokit/Kernel/IOUserClient.cpp IOServiceUserNotification::init — faithful
   */
  static withType(type: string, target: NotificationTarget): IOServiceUserNotification {
    const made = new IOServiceUserNotification()
    made.setTarget(target)
    made.type = messageKinds.get(type) ?? kLastIOKitNotificationType
    made.newSet = OSArray.withCapacity(1)
    return made
  }

  /**
   * A service arrived; the list is full at 1024 and drops what comes then. Any context.
   * @xnu iokit/Kernel/IOUserClient.cpp IOServiceUserNotification::handler — faithful
   */
  handle(service: IOService): boolean {
    const count = this.newSet?.getCount() ?? kMaxOutstanding
    let sendsPing = false
    if (count < kMaxOutstanding) {
      this.newSet!.setObject(service)
      sendsPing = this.armed && count === 0
      if (sendsPing) this.armed = false
    }
    if (this.type === kIOServiceTerminatedNotificationType) service.internals.machPortHoldDestroy = true
    if (!sendsPing) return true
    const code = this.send({ size: 0, type: this.type, reference: this.reference }, null, null)
    this.logFailure(SERVICE_HANDLER, code)
    return true
  }

  /**
   * Last in, first out, with a reference. Finding nothing arms the notification.
   * @xnu iokit/Kernel/IOUserClient.cpp IOServiceUserNotification::copyNextObject — faithful
   */
  override copyNextObject(): OSObject | null {
    const count = this.newSet?.getCount() ?? 0
    if (count === 0) {
      this.armed = true
      return null
    }
    const last = this.newSet!.getObject(count - 1)
    last?.retain()
    this.newSet!.removeObject(count - 1)
    return last
  }

  /**
   * The services in hand go.
   * @xnu iokit/Kernel/IOUserClient.cpp IOServiceUserNotification::free — faithful
   */
  override free(): void {
    this.newSet?.release()
    this.newSet = null
    super.free()
  }
}

const messageKinds: ReadonlyMap<string, number> = new Map([
  [kIOPublishNotification, kIOServicePublishNotificationType],
  [kIOFirstPublishNotification, kIOServicePublishNotificationType],
  [kIOMatchedNotification, kIOServiceMatchedNotificationType],
  [kIOFirstMatchNotification, kIOServiceMatchedNotificationType],
  [kIOTerminatedNotification, kIOServiceTerminatedNotificationType],
  [kIOWillTerminateNotification, kIOServiceTerminatedNotificationType],
])

/**
 * An interest notification: every message of the service goes out at once.
 * @xnu iokit/Kernel/IOUserClient.cpp IOServiceMessageUserNotification — faithful
 */
export class IOServiceMessageUserNotification extends IOUserNotification {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOServiceMessageUserNotification', IOServiceMessageUserNotification, IOUserNotification)

  private owningPID = 0

  /**
   * Takes over a send right to the wake port. One reference to the caller.
   * @xnu iokit/Kernel/IOUserClient.cpp IOServiceMessageUserNotification::init — faithful
   */
  static withTarget(target: NotificationTarget, task: Task): IOServiceMessageUserNotification {
    const made = new IOServiceMessageUserNotification()
    made.setTarget(target)
    made.owningPID = task.pid
    return made
  }

  /**
   * A message of the service: a word by value when `sizeBytes` is 0, else bytes, cut at 64. How many bytes
   * the last word lacks is in the two top bits of the type. Any context.
   * @xnu iokit/Kernel/IOUserClient.cpp IOServiceMessageUserNotification::handler — faithful
   */
  handle(messageType: number, service: IOService, argument: unknown, sizeBytes: number): IOReturn {
    if (messageType === kIOMessageCopyClientID) {
      if (isHolder(argument)) argument.value = OSNumber.withNumber(this.owningPID, 32)
      return kIOReturnSuccess
    }
    const argumentBytes = sizeBytes === 0 ? WORD_BYTES : Math.min(sizeBytes, kIOUserNotifyMaxMessageSize)
    const adjust = (argumentBytes & kIOKitNoticationMsgSizeMask) << kIOKitNoticationTypeSizeAdjShift
    const header: OSNotificationHeader64 = {
      size: kIOUserNotifyMaxMessageSize + INTEREST_CONTENT_BYTES,
      type: (kIOServiceMessageNotificationType | adjust) >>> 0,
      reference: this.reference,
    }
    const content = { messageType, messageArgument: messageArgument(argument, sizeBytes) }
    const code = this.send(header, makeObjectRight(service), content)
    if (code === MACH_SEND_NO_BUFFER) return kIOReturnNoMemory
    this.logFailure(MESSAGE_HANDLER, code)
    return kIOReturnSuccess
  }
}

function isHolder(argument: unknown): argument is { value: OSObject | null } {
  return typeof argument === 'object' && argument !== null && 'value' in argument
}

/** What of an argument crosses to user space: bytes, or a word. */
function messageArgument(argument: unknown, sizeBytes: number): bigint | Uint8Array {
  if (sizeBytes > 0 && argument instanceof Uint8Array) {
    return argument.slice(0, Math.min(sizeBytes, kIOUserNotifyMaxMessageSize))
  }
  if (typeof argument === 'bigint') return BigInt.asUintN(64, argument)
  return typeof argument === 'number' && Number.isInteger(argument)
    ? BigInt.asUintN(64, BigInt(argument))
    : 0n
}
