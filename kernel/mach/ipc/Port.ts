import { WaitQueue, type Blocking, type Thread } from '../../sim/index.ts'
import type { KernelMessage } from './KernelMessage.ts'
import type { IpcSpace } from './IpcSpace.ts'

/** Kinds of kernel objects behind ports, numbers as osfmk's where it has them. */
export const IKOT_NONE = 0
export const IKOT_TASK_CONTROL = 2
export const IKOT_HOST = 3
export const IKOT_HOST_PRIV = 4
export const IKOT_SEMAPHORE = 23
export const IKOT_MAIN_DEVICE = 19
export const IKOT_UEXT_OBJECT = 41
export const IKOT_IOKIT_CONNECT = 29
export const IKOT_IOKIT_OBJECT = 30
export const IKOT_IOKIT_IDENT = 27

/** Messages a port holds before senders wait. */
export const MACH_PORT_QLIMIT_DEFAULT = 5
export const MACH_PORT_QLIMIT_MAX = 1024
/** Messages a port holds at all: also for the kernel and for send-once rights. */
export const MACH_PORT_QLIMIT_KERNEL = 65_534

/** What a receiver that sleeps would take, and what it was given. */
export interface ReceiveWait {
  readonly thread: Thread
  /** Largest message it takes, in bytes. */
  readonly limitBytes: number
  /** Whether a message that is too large stays where it is. */
  readonly keepsLarge: boolean
  message: KernelMessage | null
  source: Port | null
  sequence: number
  code: number
  /** Size of the message that was too large. */
  sizeBytes: number
  /** Who came after it. */
  next: ReceiveWait | null
}

/** Receivers that sleep on a port or a set, in order of arrival: a message is handed to the first. */
export class Receivers {
  readonly queue = new WaitQueue()
  private first: ReceiveWait | null = null
  private last: ReceiveWait | null = null

  add(wait: ReceiveWait): void {
    if (this.last === null) this.first = wait
    else this.last.next = wait
    this.last = wait
  }

  /** Takes the first out; null when nobody sleeps. */
  take(): ReceiveWait | null {
    const { first } = this
    if (first === null) return null
    this.first = first.next
    if (first.next === null) this.last = null
    return first
  }

  /** Takes one out, wherever it is. */
  remove(wait: ReceiveWait): void {
    let before: ReceiveWait | null = null
    let each = this.first
    while (each !== null && each !== wait) {
      before = each
      each = each.next
    }
    if (each === null) return
    if (before === null) this.first = wait.next
    else before.next = wait.next
    if (this.last === wait) this.last = before
  }

  clear(): void {
    this.first = null
    this.last = null
  }
}

/** Who wants to hear that a name's port died, or that its queue has room. */
export interface PortRequest {
  readonly name: number
  /** Send-once right that the notification uses up. */
  readonly notify: Port
  readonly isSendPossible: boolean
  isArmed: boolean
}

/**
 * A port: a queue with one receiver, or the handle of a kernel object.
 * @xnu osfmk/ipc/ipc_port.c ipc_port — simplified: no importance, no turnstiles
 */
export class Port {
  alive = true
  /** Space that holds the receive right; null for the kernel and while the right is in a message. */
  receiver: IpcSpace | null = null
  receiverName = 0
  /** Port to which the receive right travels in a message. */
  destination: Port | null = null
  sendRights = 0
  sendOnceRights = 0
  makeSendCount = 0
  sequenceNumber = 0
  readonly queue: KernelMessage[] = []
  /** Messages queued, and slots that belong to senders about to run. */
  messageCount = 0
  queueLimit = MACH_PORT_QLIMIT_DEFAULT
  readonly sets: PortSet[] = []
  readonly receivers = new Receivers()
  readonly senders = new WaitQueue()
  /** Send-once right to notify when the last send right goes; for user-held ports. */
  noSendersNotify: Port | null = null
  /** Send-once right to notify, with the receive right, when the port would be destroyed. */
  portDestroyedNotify: Port | null = null
  /** The kernel's own interest in the last send right of a kernel object's port. */
  onNoSenders: ((port: Port, makeSendCount: number) => Blocking<void>) | null = null
  readonly requests: PortRequest[] = []
  context = 0n
  isGuarded = false
  isStrictGuarded = false
  isImmovableReceive = false
  /** Send rights may not travel to other tasks. */
  isImmovableSend = false
  /** Answers come in here, each through a send-once right of its own; it stays where it is. */
  isReplyPort = false
  isProvisionalReplyPort = false
  /** Who asks here must be answered on a reply port. */
  wantsReplyPort = false

  constructor(public kobject: object | null = null, public kotype: number = IKOT_NONE) {}

  /** Whether messages go to a kernel object instead of a queue. */
  get isKernelObject(): boolean {
    return this.kotype !== IKOT_NONE
  }
}

/** Stands for a right whose port was dead when it was copied in. */
export const IP_DEAD = new Port()
IP_DEAD.alive = false

/** Several receive rights that one thread can listen on. @xnu osfmk/ipc/ipc_pset.c — faithful */
export class PortSet {
  alive = true
  readonly members: Port[] = []
  readonly receivers = new Receivers()
  /** Members with messages; the one that was served goes to the end. */
  readonly ready: Port[] = []
}
