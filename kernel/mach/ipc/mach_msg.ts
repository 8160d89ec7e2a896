import {
  MACH_MSG_SUCCESS, MACH_RCV_INVALID_NAME, MACH_SEND_INVALID_DEST, MACH_SEND_NO_BUFFER, MIG_BAD_ARGUMENTS,
  MIG_NO_REPLY,
} from '../../abi/kern_return.ts'
import { isKernelThread, type KernelThread } from '../../sim/index.ts'
import type { Task } from '../Task.ts'
import { copyinMessage, type CopiedMessage } from './copyinMessage.ts'
import { copyoutRight, copyoutSlots } from './copyin.ts'
import { copyoutDescriptors } from './descriptors.ts'
import { kGUARD_EXC_RCV_INVALID_NAME, mach_port_guard_exception } from './guardException.ts'
import { MACH_PORT_NULL } from './IpcSpace.ts'
import { ipc_kobject_server, type KobjectReply } from './kobject.ts'
import { MACH_MSG_TYPE_MOVE_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE } from './KernelMessage.ts'
import type { CarriedPort, KernelMessage, MachMessage, ReceivedMessage } from './KernelMessage.ts'
import {
  endWait, postMessage, receiveNow, startWait, takeSlot, waitForSlot, type Delivery, type ReceiveOptions,
} from './messageQueue.ts'
import { IP_DEAD, type Port } from './Port.ts'
import { KERNEL_TOKENS, trailerFor } from './trailer.ts'
import {
  copySendRight, destroyMessage, destroyBody, notifySendPossible, releaseCarried, releaseRight,
  releaseSendRight,
} from './rights.ts'

export interface Received {
  readonly code: number
  readonly message: ReceivedMessage | null
  /** MACH_RCV_TOO_LARGE: how large the message is. */
  readonly sizeBytes?: number
}

export interface SendOptions {
  /** Takes the message that came back when it could not be queued: its rights have names again. */
  readonly back?: { message: MachMessage | null }
  /** MACH_SEND_NOTIFY: a full queue arms the send-possible request of the target's name. */
  readonly notify?: boolean
}

const NO_OPTIONS: ReceiveOptions = {}
const NO_SEND_OPTIONS: SendOptions = {}
const NO_CARRIED: readonly CarriedPort[] = []

/**
 * Sends one message; waits while the queue is full. A kernel object's server runs here and now. A message
 * that times out or is interrupted comes back to its sender, who then holds a reference more of each right
 * it carried.
 * @xnu osfmk/ipc/mach_msg.c mach_msg_overwrite_trap — simplified: no vouchers or importance
 * @xnu osfmk/ipc/ipc_voucher.c host_create_mach_voucher — absent: nobody's work is put to another's account
 * @xnu osfmk/ipc/ipc_voucher.c mach_voucher_extract_attr_content — absent: there are no vouchers
 */
export function* mach_msg_send(
  task: Task, message: MachMessage, timeoutNs = Infinity, options: SendOptions = NO_SEND_OPTIONS,
): KernelThread<number> {
  const copied = copyinMessage(task, message)
  if (typeof copied === 'number') return copied
  // The way of nearly every message is short and has no generator below this one.
  return isSentNow(copied) ? MACH_MSG_SUCCESS : yield* sendSlowly(task, message, { copied, timeoutNs, options })
}

/** Whether the message found its queue, or nobody: false for a kernel object, and while the queue is full. */
function isSentNow(copied: CopiedMessage): boolean {
  const { remote } = copied
  if (!remote.alive || copied.isCircular) {
    destroyMessage(copied)
    return true
  }
  if (remote.isKernelObject || !takeSlot(remote, copied.remoteRight === MACH_MSG_TYPE_MOVE_SEND_ONCE)) return false
  postMessage(remote, copied)
  return true
}

interface Sending {
  readonly copied: CopiedMessage
  readonly timeoutNs: number
  readonly options: SendOptions
}

function* sendSlowly(task: Task, message: MachMessage, sending: Sending): KernelThread<number> {
  const { copied, timeoutNs, options } = sending
  const { remote } = copied
  if (remote.isKernelObject) {
    yield* callKernelObject(task, copied)
    return MACH_MSG_SUCCESS
  }
  if (options.notify === true) armSendPossible(task, message.remotePort)
  const code = yield* waitForSlot(remote, timeoutNs)
  if (code === MACH_SEND_INVALID_DEST || !remote.alive) {
    destroyMessage(copied)
    return MACH_MSG_SUCCESS
  }
  if (code !== MACH_MSG_SUCCESS) {
    giveBack(task, message, copied, options)
    return code
  }
  postMessage(remote, copied)
  return MACH_MSG_SUCCESS
}

function armSendPossible(task: Task, name: number): void {
  const request = task.space.lookup(name)?.request
  if (request !== null && request !== undefined && request.isSendPossible) request.isArmed = true
}

/** @xnu osfmk/ipc/ipc_kmsg.c ipc_kmsg_copyout_pseudo — faithful */
function giveBack(task: Task, sent: MachMessage, copied: KernelMessage, options: SendOptions): void {
  const { space } = task
  const remotePort = copyoutRight(space, copied.remote, copied.remoteRight)
  const localPort = copied.localRight === 0
    ? MACH_PORT_NULL
    : copyoutRight(space, copied.local, copied.localRight)
  const body = copyoutSlots(space, copied.body, copied.ports)
  const descriptors = copied.descriptors === null
    ? null
    : copyoutDescriptors(task, copied.descriptors).descriptors
  if (options.back === undefined) return
  options.back.message = {
    ...sent, remotePort, remoteDisposition: copied.remoteRight, localPort,
    localDisposition: copied.localRight, body,
    ...(copied.ports.length === 0
      ? {}
      : { ports: copied.ports.map(({ index, right }) => ({ index, disposition: right })) }),
    ...(descriptors === null ? {} : { descriptors }),
  }
}

/**
 * Receives one message from a port or a port set.
 * @xnu osfmk/ipc/mach_msg.c mach_msg_receive — faithful
 */
export function* mach_msg_receive(
  task: Task, name: number, timeoutNs = Infinity, options: ReceiveOptions = NO_OPTIONS,
): KernelThread<Received> {
  const entry = task.space.lookup(name)
  const object = entry === null ? null : entry.holdsReceive ? entry.port : entry.portSet
  if (object === null) {
    if (entry !== null && !entry.hadReceive) {
      mach_port_guard_exception(task.space, name, 0n, kGUARD_EXC_RCV_INVALID_NAME)
    }
    return { code: MACH_RCV_INVALID_NAME, message: null }
  }
  let delivery = receiveNow(object, timeoutNs, options)
  if (delivery === null) {
    // Slept here and not in a generator below: a receive mostly waits.
    const wait = startWait(object, timeoutNs, options)
    delivery = endWait(object, wait, yield)
  }
  if (delivery.message === null) return { code: delivery.code, message: null, sizeBytes: delivery.sizeBytes }
  if (delivery.code === MACH_MSG_SUCCESS) return copyoutMessage(task, delivery, options.trailer ?? 0)
  destroyMessage(delivery.message)
  return { code: delivery.code, message: null, sizeBytes: delivery.sizeBytes }
}

function copyoutMessage(task: Task, delivery: Delivery, trailer: number): Received {
  const { space } = task
  const message = delivery.message!
  const source = delivery.source!
  const localPort = source.receiverName
  const remotePort = message.localRight === 0
    ? MACH_PORT_NULL
    : copyoutRight(space, message.local, message.localRight)
  if (message.remoteRight === MACH_MSG_TYPE_MOVE_SEND_ONCE) source.sendOnceRights--
  else releaseSendRight(source)
  if (source.requests.length > 0) notifySendPossible(source)
  const body = copyoutSlots(space, message.body, message.ports)
  const { id } = message
  const sequenceNumber = delivery.sequence
  const received: ReceivedMessage = trailer === 0 ? { id, localPort, remotePort, body, sequenceNumber } : {
    id, localPort, remotePort, body, sequenceNumber, trailer: trailerFor(trailer, message, source, sequenceNumber),
  }
  if (message.descriptors === null) return { code: MACH_MSG_SUCCESS, message: received }
  const { code, descriptors } = copyoutDescriptors(task, message.descriptors)
  return { code, message: { ...received, descriptors } }
}

function* callKernelObject(task: Task, message: KernelMessage): KernelThread {
  const { ports } = message
  const answer = message.descriptors === null
    ? ipc_kobject_server({ port: message.remote, task, id: message.id, body: withPorts(message.body, ports),
      ports })
    : { code: MIG_BAD_ARGUMENTS, body: [] }
  const reply = isKernelThread(answer) ? yield* answer : answer
  destroyBody(message)
  releaseRight(message.remote, message.remoteRight)
  sendReply(message, reply)
}

function sendReply(request: KernelMessage, reply: KobjectReply): void {
  const { local, localRight } = request
  const ports = reply.ports ?? NO_CARRIED
  const isWanted = local !== null && localRight !== 0 && reply.code !== MIG_NO_REPLY
  if (!isWanted || !local.alive || !takeSlot(local, true)) {
    for (const carried of ports) releaseCarried(carried)
    if (local !== null && localRight !== 0) releaseRight(local, localRight)
    return
  }
  postMessage(local, {
    remote: local, remoteRight: localRight, local: null, localRight: 0, id: request.id + 100,
    body: [reply.code, ...reply.body],
    ports: ports.map((carried) => ({ ...carried, index: carried.index + 1 })),
    descriptors: null, sender: KERNEL_TOKENS,
  })
}

/** The body as a kernel object's server sees it: ports where the names were, null for dead ones. */
export function withPorts(body: readonly unknown[], ports: readonly CarriedPort[]): readonly unknown[] {
  if (ports.length === 0) return body
  const translated = body.slice()
  for (const { index, port } of ports) translated[index] = port === IP_DEAD ? null : port
  return translated
}

/**
 * Sends from the kernel through a send right that the caller keeps; passes the queue's limit. Rights in
 * `ports` and the right to `local`, the port to answer to, go over to the message. To a dead port the
 * message just ends.
 * @xnu osfmk/kern/ipc_mig.c kernel_mach_msg_send — faithful
 */
export function mach_msg_send_from_kernel(
  port: Port, id: number, body: readonly unknown[], ports: readonly CarriedPort[] = NO_CARRIED,
  local: Port | null = null,
): number {
  if (!port.alive || !takeSlot(port, true)) {
    for (const carried of ports) releaseCarried(carried)
    if (local !== null) releaseSendRight(local)
    return port.alive ? MACH_SEND_NO_BUFFER : MACH_MSG_SUCCESS
  }
  postMessage(copySendRight(port), {
    remote: port, remoteRight: MACH_MSG_TYPE_MOVE_SEND, local, localRight: local === null
      ? 0
      : MACH_MSG_TYPE_MOVE_SEND,
    id, body, ports, descriptors: null, sender: KERNEL_TOKENS,
  })
  return MACH_MSG_SUCCESS
}
