import {
  MACH_MSG_SUCCESS, MACH_RCV_IN_PROGRESS, MACH_RCV_INTERRUPTED, MACH_RCV_PORT_CHANGED, MACH_RCV_TIMED_OUT,
  MACH_RCV_TOO_LARGE, MACH_SEND_INTERRUPTED, MACH_SEND_INVALID_DEST, MACH_SEND_NO_BUFFER, MACH_SEND_TIMED_OUT,
} from '../../abi/kern_return.ts'
import {
  scheduler, THREAD_AWAKENED, THREAD_INTERRUPTED, THREAD_RESTART, THREAD_TIMED_OUT, type KernelThread,
  type WaitResult,
} from '../../sim/index.ts'
import { messageSizeBytes, type KernelMessage } from './KernelMessage.ts'
import {
  MACH_PORT_QLIMIT_KERNEL, PortSet, type Port, type ReceiveWait,
} from './Port.ts'
import { ipc_kmsg_trailer_size } from './trailer.ts'

/** How a message is received. */
export interface ReceiveOptions {
  /** Room for a message and its trailer; for larger ones the answer is MACH_RCV_TOO_LARGE. */
  readonly limitBytes?: number
  /** `MACH_RCV_TRAILER_TYPE` and `MACH_RCV_TRAILER_ELEMENTS`: what is wanted behind the message. */
  readonly trailer?: number
  /** MACH_RCV_LARGE: a message that is too large stays queued. */
  readonly keepsLarge?: boolean
}

/**
 * Takes a place in the queue: for senders while it is below its limit, for the kernel and send-once rights
 * beyond.
 * @xnu osfmk/ipc/ipc_mqueue.c ipc_mqueue_send_locked — faithful
 */
export function takeSlot(port: Port, isAlways: boolean): boolean {
  if (port.messageCount >= port.queueLimit && !(isAlways && port.messageCount < MACH_PORT_QLIMIT_KERNEL)) {
    return false
  }
  port.messageCount++
  return true
}

/** Waits for a place. Thread context. @xnu osfmk/ipc/ipc_mqueue.c ipc_mqueue_send_locked — faithful */
export function* waitForSlot(port: Port, timeoutNs: number): KernelThread<number> {
  if (timeoutNs === 0) return MACH_SEND_TIMED_OUT
  if (port.messageCount >= MACH_PORT_QLIMIT_KERNEL) return MACH_SEND_NO_BUFFER
  scheduler().assertWait(port.senders, scheduler().nowNs + timeoutNs, true)
  switch (yield) {
    case THREAD_TIMED_OUT: return MACH_SEND_TIMED_OUT
    case THREAD_INTERRUPTED: return MACH_SEND_INTERRUPTED
    case THREAD_RESTART: return MACH_SEND_INVALID_DEST
    default: return MACH_MSG_SUCCESS
  }
}

/**
 * Hands a message, whose place is taken, to the first sleeping receiver, or queues it. Any context.
 * @xnu osfmk/ipc/ipc_mqueue.c ipc_mqueue_post — faithful
 */
export function postMessage(port: Port, message: KernelMessage): void {
  for (;;) {
    const receiver = firstReceiver(port)
    if (receiver === null) {
      port.queue.push(message)
      if (port.queue.length === 1) for (const set of port.sets) set.ready.push(port)
      return
    }
    if (offer(receiver, port, message)) {
      releaseSlot(port)
      return
    }
  }
}

/** Whether the receiver took the message; one that keeps large messages only learns its size. */
function offer(receiver: ReceiveWait, port: Port, message: KernelMessage): boolean {
  const isTooLarge = receiver.limitBytes !== Infinity && messageSizeBytes(message) > receiver.limitBytes
  receiver.source = port
  receiver.code = isTooLarge ? MACH_RCV_TOO_LARGE : MACH_MSG_SUCCESS
  const isTaken = !isTooLarge || !receiver.keepsLarge
  if (isTooLarge) receiver.sizeBytes = messageSizeBytes(message)
  if (isTaken) {
    receiver.message = message
    receiver.sequence = port.sequenceNumber++
  }
  scheduler().endWait(receiver.thread, THREAD_AWAKENED)
  return isTaken
}

function firstReceiver(port: Port): ReceiveWait | null {
  const own = port.receivers.take()
  if (own !== null) return own
  for (const set of port.sets) {
    const listener = set.receivers.take()
    if (listener !== null) return listener
  }
  return null
}

/** A place is free again: the first sender that waits gets it. */
function releaseSlot(port: Port): void {
  port.messageCount--
  if (port.messageCount < port.queueLimit && scheduler().wakeOne(port.senders)) port.messageCount++
}

/** What is left for the message beside its trailer. */
function roomFor({ limitBytes = Infinity, trailer = 0 }: ReceiveOptions): number {
  return limitBytes - ipc_kmsg_trailer_size(trailer)
}

/** What a receiver gets. */
export interface Delivery {
  readonly code: number
  readonly message: KernelMessage | null
  readonly source: Port | null
  readonly sequence: number
  readonly sizeBytes: number
}

const failed = (code: number): Delivery => ({ code, message: null, source: null, sequence: 0, sizeBytes: 0 })

/**
 * Takes the next message of a port or a set; null when there is none and the caller would have to sleep.
 * @xnu osfmk/ipc/ipc_mqueue.c ipc_mqueue_receive_on_thread_and_unlock — faithful
 */
export function receiveNow(
  object: Port | PortSet, timeoutNs: number, options: ReceiveOptions,
): Delivery | null {
  const ready = object instanceof PortSet ? nextReady(object) : object.queue.length > 0 ? object : null
  if (ready !== null) return takeFirst(ready, options)
  if (!object.alive) return failed(MACH_RCV_PORT_CHANGED)
  return timeoutNs === 0 ? failed(MACH_RCV_TIMED_OUT) : null
}

/** Queues the running thread for the next message: it sleeps with its next `yield`. Thread context. */
export function startWait(object: Port | PortSet, timeoutNs: number, options: ReceiveOptions): ReceiveWait {
  const now = scheduler()
  const wait: ReceiveWait = {
    thread: now.current!, limitBytes: roomFor(options), keepsLarge: options.keepsLarge ?? false,
    message: null, source: null, sequence: 0, code: MACH_RCV_IN_PROGRESS, sizeBytes: 0,
    next: null,
  }
  const { receivers } = object
  receivers.add(wait)
  now.assertWait(receivers.queue, now.nowNs + timeoutNs, true)
  return wait
}

/** What the wait brought, once the thread runs again. */
export function endWait(object: Port | PortSet, wait: ReceiveWait, result: WaitResult): Delivery {
  if (wait.code !== MACH_RCV_IN_PROGRESS) return wait
  object.receivers.remove(wait)
  return failed(whyNothing(result))
}

function whyNothing(result: WaitResult): number {
  if (result === THREAD_TIMED_OUT) return MACH_RCV_TIMED_OUT
  return result === THREAD_INTERRUPTED ? MACH_RCV_INTERRUPTED : MACH_RCV_PORT_CHANGED
}

/** The member that has waited longest; it goes to the end, so that members take turns. */
function nextReady(set: PortSet): Port | null {
  const port = set.ready.shift()
  if (port === undefined) return null
  set.ready.push(port)
  return port
}

function takeFirst(port: Port, options: ReceiveOptions): Delivery {
  const message = port.queue[0]!
  const limit = roomFor(options)
  const sizeBytes = limit === Infinity ? 0 : messageSizeBytes(message)
  const code = sizeBytes > limit ? MACH_RCV_TOO_LARGE : MACH_MSG_SUCCESS
  if (code !== MACH_MSG_SUCCESS && options.keepsLarge === true) {
    return { code, message: null, source: port, sequence: 0, sizeBytes }
  }
  port.queue.shift()
  if (port.queue.length === 0) for (const set of port.sets) dropReady(set, port)
  releaseSlot(port)
  return { code, message, source: port, sequence: port.sequenceNumber++, sizeBytes }
}

function dropReady(set: PortSet, port: Port): void {
  const index = set.ready.indexOf(port)
  if (index !== -1) set.ready.splice(index, 1)
}

/**
 * More or less room; senders that fit now go on.
 * @xnu osfmk/ipc/ipc_mqueue.c ipc_mqueue_set_qlimit_locked — faithful
 */
export function setQueueLimit(port: Port, limit: number): void {
  const more = limit - port.queueLimit
  port.queueLimit = limit
  for (let i = 0; i < more && scheduler().wakeOne(port.senders); i++) port.messageCount++
}

/** Takes a port out of a set; false when it was not in it. */
export function leaveSet(port: Port, set: PortSet): boolean {
  const index = port.sets.indexOf(set)
  if (index === -1) return false
  port.sets.splice(index, 1)
  set.members.splice(set.members.indexOf(port), 1)
  dropReady(set, port)
  return true
}

export function leaveAllSets(port: Port, keep: PortSet | null = null): void {
  for (const set of port.sets.slice()) if (set !== keep) leaveSet(port, set)
}

/** Puts a port into a set; messages it holds go to whoever listens on the set. False when it is in it. */
export function joinSet(port: Port, set: PortSet): boolean {
  if (port.sets.includes(set)) return false
  port.sets.push(set)
  set.members.push(port)
  while (port.queue.length > 0) {
    const receiver = set.receivers.take()
    if (receiver === null) break
    if (!offer(receiver, port, port.queue[0]!)) continue
    port.queue.shift()
    releaseSlot(port)
  }
  if (port.queue.length > 0) set.ready.push(port)
  return true
}

/** Ends a set: its members are free, its listeners hear that it changed. */
export function destroySet(set: PortSet): void {
  set.alive = false
  for (const member of set.members.slice()) leaveSet(member, set)
  set.receivers.clear()
  scheduler().wakeAll(set.receivers.queue, THREAD_RESTART)
}

/** Tells the listeners of a port that its receive right went elsewhere or died. */
export function receiversChanged(port: Port): void {
  port.receivers.clear()
  scheduler().wakeAll(port.receivers.queue, THREAD_RESTART)
}

/** Whether a send would wait. */
export function isFull(port: Port): boolean {
  return port.messageCount >= port.queueLimit
}
