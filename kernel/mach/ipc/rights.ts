import { assert, isKernelThread, kernelState, scheduler, THREAD_RESTART } from '../../sim/index.ts'
import { MACH_MSG_TYPE_MOVE_SEND_ONCE, type CarriedPort, type KernelMessage } from './KernelMessage.ts'
import type { Port, PortSet } from './Port.ts'
import type { IpcSpace } from './IpcSpace.ts'

export const MACH_NOTIFY_PORT_DELETED = 65
export const MACH_NOTIFY_SEND_POSSIBLE = 66
export const MACH_NOTIFY_PORT_DESTROYED = 69
export const MACH_NOTIFY_NO_SENDERS = 70
export const MACH_NOTIFY_SEND_ONCE = 71
export const MACH_NOTIFY_DEAD_NAME = 72

/** Every space that exists: a dying port looks for its send rights here. */
const spaces = kernelState(() => new Set<IpcSpace>())

export function registerSpace(space: IpcSpace): void {
  spaces().add(space)
}

export function unregisterSpace(space: IpcSpace): void {
  spaces().delete(space)
}

/** Makes a send right to `port`; the caller owns it. */
export function makeSendRight(port: Port): Port {
  port.sendRights++
  port.makeSendCount++
  return port
}

/** Copies a send right the caller already owns. */
export function copySendRight(port: Port): Port {
  port.sendRights++
  return port
}

export function makeSendOnceRight(port: Port): Port {
  port.sendOnceRights++
  return port
}

/** Gives a send right up; the last one tells whoever asked for no-senders. */
export function releaseSendRight(port: Port): void {
  assert(port.sendRights > 0, 'a send right is released once')
  port.sendRights--
  if (port.sendRights > 0 || !port.alive) return
  const notify = port.noSendersNotify
  if (notify !== null) {
    port.noSendersNotify = null
    sendNotification(notify, MACH_NOTIFY_NO_SENDERS, port.makeSendCount)
  }
  if (port.onNoSenders === null) return
  const rest = port.onNoSenders(port, port.makeSendCount)
  if (isKernelThread(rest)) scheduler().spawn('iokit_notify', rest)
}

/** Gives a send-once right up unused: its port gets a send-once notification. */
export function releaseSendOnceRight(port: Port): void {
  assert(port.sendOnceRights > 0, 'a send-once right is released once')
  if (port.alive) sendNotification(port, MACH_NOTIFY_SEND_ONCE, 0)
  else port.sendOnceRights--
}

/** The receive right is gone: pending messages die, sends fail, dead-name requests fire. */
export function portReceiveRightLost(port: Port): void {
  port.alive = false
  port.receiver = null
  port.receiverName = 0
  leaveSet(port)
  for (const message of port.queue.splice(0)) destroyMessage(message)
  for (const space of spaces()) space.portDied(port)
  for (const request of port.deadNameRequests.splice(0)) {
    sendNotification(request.notify, MACH_NOTIFY_DEAD_NAME, request.name)
  }
  if (port.noSendersNotify !== null) {
    const notify = port.noSendersNotify
    port.noSendersNotify = null
    releaseSendOnceRight(notify)
  }
  scheduler().wakeAll(port.receivers, THREAD_RESTART)
  scheduler().wakeAll(port.senders, THREAD_RESTART)
}

/** Ends a kernel object's port: names become dead names. @xnu osfmk/kern/ipc_kobject.c ipc_kobject_dealloc_port — faithful */
export function ipc_kobject_dealloc_port(port: Port): void {
  port.kobject = null
  port.onNoSenders = null
  portReceiveRightLost(port)
}

/** Gives up all rights that a message carries. */
export function destroyMessage(message: KernelMessage): void {
  if (message.local !== null) releaseCarried({ index: 0, right: message.localRight || 17, port: message.local })
  for (const carried of message.ports) releaseCarried(carried)
}

export function releaseCarried({ right, port }: CarriedPort): void {
  if (port === null) return
  if (right === 17) releaseSendRight(port)
  else if (right === 18) releaseSendOnceRight(port)
  else portReceiveRightLost(port)
}

/** Puts a message at the end of the queue and wakes a receiver. The queue limit is the caller's business. */
export function enqueueMessage(port: Port, message: KernelMessage): void {
  port.queue.push(message)
  if (scheduler().wakeOne(port.receivers)) return
  if (port.set !== null) scheduler().wakeOne(port.set.receivers)
}

function sendNotification(notify: Port, id: number, value: number): void {
  if (!notify.alive) {
    notify.sendOnceRights--
    return
  }
  enqueueMessage(notify, {
    remote: notify, remoteRight: MACH_MSG_TYPE_MOVE_SEND_ONCE, local: null, localRight: 0, id, body: [value], ports: [],
  })
}

export function leaveSet(port: Port): void {
  const set = port.set
  if (set === null) return
  port.set = null
  set.members.splice(set.members.indexOf(port), 1)
}

export function joinSet(port: Port, set: PortSet): void {
  leaveSet(port)
  port.set = set
  set.members.push(port)
  if (port.queue.length > 0) scheduler().wakeOne(set.receivers)
}
