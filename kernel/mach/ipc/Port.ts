import { WaitQueue, type Blocking } from '../../sim/index.ts'
import type { KernelMessage } from './KernelMessage.ts'
import type { IpcSpace } from './IpcSpace.ts'

/** Kinds of kernel objects behind ports, numbers as osfmk's where it has them. */
export const IKOT_NONE = 0
export const IKOT_TASK_CONTROL = 2
export const IKOT_HOST = 3
export const IKOT_HOST_PRIV = 4
export const IKOT_MAIN_DEVICE = 13
export const IKOT_UEXT_OBJECT = 28
export const IKOT_IOKIT_CONNECT = 29
export const IKOT_IOKIT_OBJECT = 30
export const IKOT_IOKIT_IDENT = 45

/** Messages a port holds before senders wait. */
export const MACH_PORT_QLIMIT_DEFAULT = 5
export const MACH_PORT_QLIMIT_MAX = 1024

/** Who wants to hear that a name's port died. */
export interface DeadNameRequest {
  readonly space: IpcSpace
  readonly name: number
  /** Send-once right that the notification uses up. */
  readonly notify: Port
}

/** A port: a queue with one receiver, or the handle of a kernel object. */
export class Port {
  alive = true
  /** Space that holds the receive right; null for the kernel and while the right is in a message. */
  receiver: IpcSpace | null = null
  receiverName = 0
  sendRights = 0
  sendOnceRights = 0
  makeSendCount = 0
  readonly queue: KernelMessage[] = []
  queueLimit = MACH_PORT_QLIMIT_DEFAULT
  set: PortSet | null = null
  readonly receivers = new WaitQueue()
  readonly senders = new WaitQueue()
  /** Send-once right to notify when the last send right goes; for user-held ports. */
  noSendersNotify: Port | null = null
  /** The kernel's own interest in the last send right of a kernel object's port. */
  onNoSenders: ((port: Port, makeSendCount: number) => Blocking<void>) | null = null
  readonly deadNameRequests: DeadNameRequest[] = []

  constructor(public kobject: object | null = null, public kotype: number = IKOT_NONE) {}

  /** Whether messages go to a kernel object instead of a queue. */
  get isKernelObject(): boolean {
    return this.kotype !== IKOT_NONE
  }
}

/** Several receive rights that one thread can listen on. */
export class PortSet {
  readonly members: Port[] = []
  readonly receivers = new WaitQueue()
}
