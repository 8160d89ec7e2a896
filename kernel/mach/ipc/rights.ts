import { assert, isKernelThread, scheduler, THREAD_RESTART } from '../../sim/index.ts'
import {
  MACH_MSG_TYPE_MOVE_RECEIVE, MACH_MSG_TYPE_MOVE_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE, type CarriedDescriptor,
  type CarriedPort, type CarriedRight, type KernelMessage,
} from './KernelMessage.ts'
import { giveBuffer } from './messageBuffers.ts'
import { leaveAllSets, postMessage, receiversChanged, takeSlot } from './messageQueue.ts'
import { IP_DEAD, type Port, type PortRequest } from './Port.ts'
import { KERNEL_TOKENS } from './trailer.ts'

export const MACH_NOTIFY_PORT_DELETED = 65
export const MACH_NOTIFY_SEND_POSSIBLE = 66
export const MACH_NOTIFY_PORT_DESTROYED = 69
export const MACH_NOTIFY_NO_SENDERS = 70
export const MACH_NOTIFY_SEND_ONCE = 71
export const MACH_NOTIFY_DEAD_NAME = 72

const NO_PORTS: readonly CarriedPort[] = []

/**
 * Makes a send right to `port`; the caller owns it.
 * @xnu osfmk/ipc/ipc_port.c ipc_port_make_send_any — faithful
 */
export function makeSendRight(port: Port): Port {
  port.sendRights++
  port.makeSendCount++
  return port
}

/**
 * Copies a send right the caller already owns.
 * @xnu osfmk/ipc/ipc_port.c ipc_port_copy_send_any — faithful
 */
export function copySendRight(port: Port): Port {
  port.sendRights++
  return port
}

/** @xnu osfmk/ipc/ipc_port.c ipc_port_make_sonce — faithful */
export function makeSendOnceRight(port: Port): Port {
  port.sendOnceRights++
  return port
}

/** Gives a send right up; the last one tells whoever asked for no-senders. Any context. */
export function releaseSendRight(port: Port): void {
  assert(port.sendRights > 0, 'a send right is released once')
  port.sendRights--
  if (port.sendRights === 0 && port.alive) noSenders(port)
}

/** The last send right went. @xnu osfmk/ipc/ipc_notify.c ipc_notify_no_senders_emit — faithful */
function noSenders(port: Port): void {
  const notify = port.noSendersNotify
  if (notify !== null) {
    port.noSendersNotify = null
    sendNotification(notify, MACH_NOTIFY_NO_SENDERS, port.makeSendCount)
  }
  if (port.onNoSenders === null) return
  const rest = port.onNoSenders(port, port.makeSendCount)
  if (isKernelThread(rest)) scheduler().spawn('iokit_notify', rest)
}

/**
 * Gives a send-once right up unused: its port gets a send-once notification.
 * @xnu osfmk/ipc/ipc_notify.c ipc_notify_send_once_and_unlock — faithful
 */
export function releaseSendOnceRight(port: Port): void {
  assert(port.sendOnceRights > 0, 'a send-once right is released once')
  sendNotification(port, MACH_NOTIFY_SEND_ONCE, 0)
}

/**
 * The receive right is given up: whoever asked gets it with a port-destroyed notification, else the port
 * dies.
 * @xnu osfmk/ipc/ipc_port.c ipc_port_destroy — faithful
 */
export function destroyPort(port: Port): void {
  const notify = port.portDestroyedNotify
  port.portDestroyedNotify = null
  clearReceiver(port)
  if (notify !== null && notify.alive) {
    sendNotification(notify, MACH_NOTIFY_PORT_DESTROYED, 0, port)
    return
  }
  if (notify !== null) releaseSendOnceRight(notify)
  killPort(port)
}

/**
 * The receive right leaves its space: listeners hear of it, counts of the former owner are void.
 * @xnu osfmk/ipc/ipc_port.c ipc_port_clear_receiver — faithful
 */
export function clearReceiver(port: Port): void {
  leaveAllSets(port)
  receiversChanged(port)
  port.receiver = null
  port.receiverName = 0
  port.makeSendCount = 0
  port.sequenceNumber = 0
  port.context = 0n
  port.isGuarded = false
  port.isStrictGuarded = false
  port.isImmovableReceive = false
}

/** Pending messages die, sends fail, requests fire. */
function killPort(port: Port): void {
  port.alive = false
  port.receiver = null
  port.receiverName = 0
  for (const message of port.queue.splice(0)) destroyMessage(message)
  port.messageCount = 0
  scheduler().wakeAll(port.senders, THREAD_RESTART)
  const noSendersRight = port.noSendersNotify
  port.noSendersNotify = null
  if (noSendersRight !== null) releaseSendOnceRight(noSendersRight)
  for (const { notify, name } of port.requests.splice(0)) sendNotification(notify, MACH_NOTIFY_DEAD_NAME,
    name)
}

/**
 * Ends a kernel object's port: names become dead names.
 * @xnu osfmk/kern/ipc_kobject.c ipc_kobject_dealloc_port — faithful
 */
export function ipc_kobject_dealloc_port(port: Port): void {
  port.kobject = null
  port.onNoSenders = null
  clearReceiver(port)
  killPort(port)
}

/** Gives up all rights that a message carries, but for the one to its target. */
export function destroyMessage(message: KernelMessage): void {
  if (message.local !== null) releaseRight(message.local, message.localRight || MACH_MSG_TYPE_MOVE_SEND)
  destroyBody(message)
  if (message.remoteRight === MACH_MSG_TYPE_MOVE_SEND_ONCE) message.remote.sendOnceRights--
  else if (message.remote.sendRights > 0) releaseSendRight(message.remote)
}

/** Gives up the rights in a message's body and descriptors. */
export function destroyBody(message: KernelMessage): void {
  for (const carried of message.ports) releaseCarried(carried)
  for (const descriptor of message.descriptors ?? []) releaseDescriptor(descriptor)
}

export function releaseDescriptor(descriptor: CarriedDescriptor): void {
  if (descriptor.type === 'ool') return giveBuffer(descriptor.bytes)
  const ports = descriptor.type === 'ool-ports' ? descriptor.ports : [descriptor.port]
  for (const port of ports) if (port !== null) releaseRight(port, descriptor.right)
}

export function releaseCarried({ right, port }: CarriedPort): void {
  if (port !== null) releaseRight(port, right)
}

/** Gives up a right that travels. @xnu osfmk/ipc/ipc_object.c ipc_object_destroy — faithful */
export function releaseRight(port: Port, right: CarriedRight): void {
  if (port === IP_DEAD) return
  if (right === MACH_MSG_TYPE_MOVE_SEND) releaseSendRight(port)
  else if (right === MACH_MSG_TYPE_MOVE_SEND_ONCE) releaseSendOnceRight(port)
  else destroyPort(port)
}

/**
 * Room came up in a queue: whoever armed a send-possible request hears it.
 * @xnu osfmk/ipc/ipc_port.c ipc_port_spnotify — faithful
 */
export function notifySendPossible(port: Port): void {
  for (const request of port.requests.slice()) {
    if (!request.isArmed) continue
    port.requests.splice(port.requests.indexOf(request), 1)
    sendNotification(request.notify, MACH_NOTIFY_SEND_POSSIBLE, request.name)
  }
}

/** Takes a request back. @xnu osfmk/ipc/ipc_port.c ipc_port_request_cancel — faithful */
export function cancelRequest(port: Port, request: PortRequest): Port | null {
  const index = port.requests.indexOf(request)
  if (index === -1) return null
  port.requests.splice(index, 1)
  return request.notify
}

/**
 * Notes where a receive right travels; true when it would end up with itself and reach nobody.
 * @xnu osfmk/ipc/ipc_port.c ipc_port_check_circularity — faithful
 */
export function setOut(port: Port, remote: Port): boolean {
  for (let at: Port | null = remote; at !== null; at = at.destination) if (at === port) return true
  if (port !== IP_DEAD) port.destination = remote
  return false
}

/**
 * Uses a send-once right up for a notification of the kernel. Any context.
 * @xnu osfmk/ipc/ipc_notify.c — faithful
 */
export function sendNotification(notify: Port, id: number, value: number, receive: Port | null = null): void {
  const ports = receive === null
    ? NO_PORTS
    : [{ index: 0, right: MACH_MSG_TYPE_MOVE_RECEIVE, port: receive } as const]
  const isCircular = receive !== null && setOut(receive, notify)
  if (!notify.alive || isCircular || !takeSlot(notify, true)) {
    notify.sendOnceRights--
    for (const carried of ports) releaseCarried(carried)
    return
  }
  postMessage(notify, {
    remote: notify, remoteRight: MACH_MSG_TYPE_MOVE_SEND_ONCE, local: null, localRight: 0, id, body: [value],
    ports,
    descriptors: null, sender: KERNEL_TOKENS,
  })
}
