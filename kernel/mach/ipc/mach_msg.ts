import {
  MACH_MSG_SUCCESS, MACH_RCV_INVALID_NAME, MACH_RCV_INTERRUPTED, MACH_RCV_PORT_DIED, MACH_RCV_TIMED_OUT,
  MACH_SEND_INTERRUPTED, MACH_SEND_INVALID_DEST, MACH_SEND_TIMED_OUT, MIG_NO_REPLY,
} from '../../abi/kern_return.ts'
import {
  scheduler, THREAD_INTERRUPTED, THREAD_TIMED_OUT, wait, isKernelThread, type KernelThread,
} from '../../sim/index.ts'
import type { Task } from '../Task.ts'
import { copyinRight, copyinSlots, copyoutRight, copyoutSlots } from './copyin.ts'
import { MACH_PORT_NULL, type IpcEntry } from './IpcSpace.ts'
import { ipc_kobject_server, type KobjectReply } from './kobject.ts'
import {
  MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_MSG_TYPE_MOVE_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE,
} from './KernelMessage.ts'
import type { CarriedPort, KernelMessage, MachMessage, PortSlot, ReceivedMessage } from './KernelMessage.ts'
import { PortSet, type Port } from './Port.ts'
import { enqueueMessage, leaveSet, releaseCarried, releaseSendOnceRight, releaseSendRight } from './rights.ts'

export interface Received {
  readonly code: number
  readonly message: ReceivedMessage | null
}

export interface RpcResult {
  /** MACH_MSG_SUCCESS, or why the message did not get through. */
  readonly transport: number
  /** The answer's return code. */
  readonly code: number
  readonly body: readonly unknown[]
}

const NO_BODY: readonly unknown[] = []

/**
 * Sends one message; waits while the queue is full. A kernel object's server runs here and now.
 * @xnu osfmk/ipc/mach_msg.c mach_msg — simplified: no complex flags, trailers, vouchers; a timed-out send
 * leaves the sender's rights untouched
 */
export function* mach_msg_send(task: Task, message: MachMessage, timeoutNs = Infinity): KernelThread<number> {
  const target = task.space.lookup(message.remotePort)?.port ?? null
  if (target === null || !target.alive) return MACH_SEND_INVALID_DEST
  const isSendOnce = message.remoteDisposition === MACH_MSG_TYPE_MOVE_SEND_ONCE
  const room = isSendOnce || target.isKernelObject ? MACH_MSG_SUCCESS : yield* waitForRoom(target, timeoutNs)
  if (room !== MACH_MSG_SUCCESS) return room
  const { code, copied } = copyinMessage(task, message)
  if (copied === null) return code
  if (!copied.remote.isKernelObject) {
    enqueueMessage(copied.remote, copied)
    return MACH_MSG_SUCCESS
  }
  const reply = yield* wait(serveKernelObject(task, copied))
  sendReply(copied, reply)
  return MACH_MSG_SUCCESS
}

/**
 * Receives one message from a port or a port set.
 * @xnu osfmk/ipc/mach_msg.c mach_msg_receive — simplified: no size limits
 */
export function* mach_msg_receive(task: Task, name: number, timeoutNs = Infinity): KernelThread<Received> {
  const deadlineNs = scheduler().nowNs + timeoutNs
  const entry = task.space.lookup(name)
  const object = entry !== null && (entry.holdsReceive || entry.object instanceof PortSet) ? entry.object : null
  if (object === null) return { code: MACH_RCV_INVALID_NAME, message: null }
  for (;;) {
    if (!stillReceives(task, name, entry!)) return { code: MACH_RCV_PORT_DIED, message: null }
    const source = object instanceof PortSet ? readyMember(object) : object
    const message = source?.queue.shift()
    if (source !== null && message !== undefined) {
      if (source.senders.head !== null) scheduler().wakeOne(source.senders)
      return { code: MACH_MSG_SUCCESS, message: copyoutMessage(task, source, message) }
    }
    if (timeoutNs === 0) return { code: MACH_RCV_TIMED_OUT, message: null }
    scheduler().assertWait(object.receivers, deadlineNs, true)
    const result = yield
    if (result === THREAD_TIMED_OUT) return { code: MACH_RCV_TIMED_OUT, message: null }
    if (result === THREAD_INTERRUPTED) return { code: MACH_RCV_INTERRUPTED, message: null }
  }
}

/** Send and receive in one, as a MIG stub does it. The body's port slots are translated both ways. */
export function mach_rpc(
  task: Task, name: number, id: number, body: readonly unknown[], slots?: readonly PortSlot[],
): KernelThread<RpcResult> {
  const target = task.space.lookup(name)?.port ?? null
  if (target !== null && target.alive && target.isKernelObject) return rpcToKernel(task, target, { id, body, slots })
  return rpcToTask(task, name, { id, body, slots })
}

interface RpcCall {
  readonly id: number
  readonly body: readonly unknown[]
  readonly slots: readonly PortSlot[] | undefined
}

function* rpcToKernel(task: Task, port: Port, call: RpcCall): KernelThread<RpcResult> {
  const { code, ports } = copyinSlots(task.space, call.body, call.slots)
  if (code !== MACH_MSG_SUCCESS) return { transport: code, code, body: NO_BODY }
  const body = ports.length === 0 ? call.body : withPorts(call.body, ports)
  const answer = ipc_kobject_server({ port, task, id: call.id, body })
  const reply = isKernelThread(answer) ? yield* answer : answer
  for (const carried of ports) releaseCarried(carried)
  return { transport: MACH_MSG_SUCCESS, code: reply.code, body: copyoutSlots(task.space, reply.body, reply.ports) }
}

function* rpcToTask(task: Task, name: number, call: RpcCall): KernelThread<RpcResult> {
  const reply = task.space.allocateReceive()
  const sent = yield* mach_msg_send(task, {
    remotePort: name, remoteDisposition: task.space.lookup(name)?.holdsSend === false ? 18 : 19,
    localPort: reply.name, localDisposition: MACH_MSG_TYPE_MAKE_SEND_ONCE, id: call.id, body: call.body,
    ...(call.slots === undefined ? {} : { ports: call.slots }),
  })
  const received = sent === MACH_MSG_SUCCESS ? yield* mach_msg_receive(task, reply.name) : { code: sent, message: null }
  if (task.space.lookup(reply.name) === reply) task.space.destroyReceive(reply)
  const message = received.message
  if (message === null) return { transport: received.code, code: received.code, body: NO_BODY }
  const code = message.body[0]
  return { transport: MACH_MSG_SUCCESS, code: typeof code === 'number' ? code : 0, body: message.body }
}

function* waitForRoom(port: Port, timeoutNs: number): KernelThread<number> {
  const deadlineNs = scheduler().nowNs + timeoutNs
  while (port.alive && port.queue.length >= port.queueLimit) {
    if (timeoutNs === 0) return MACH_SEND_TIMED_OUT
    scheduler().assertWait(port.senders, deadlineNs, true)
    const result = yield
    if (result === THREAD_TIMED_OUT) return MACH_SEND_TIMED_OUT
    if (result === THREAD_INTERRUPTED) return MACH_SEND_INTERRUPTED
  }
  return port.alive ? MACH_MSG_SUCCESS : MACH_SEND_INVALID_DEST
}

function copyinMessage(task: Task, message: MachMessage): { code: number; copied: KernelMessage | null } {
  const { space } = task
  const slots = copyinSlots(space, message.body, message.ports)
  if (slots.code !== MACH_MSG_SUCCESS) return { code: slots.code, copied: null }
  const local = copyinRight(space, message.localPort ?? MACH_PORT_NULL, message.localDisposition ?? 0)
  if (local.code !== MACH_MSG_SUCCESS) return { code: local.code, copied: null }
  const remote = copyinRight(space, message.remotePort, message.remoteDisposition)
  if (remote.code !== MACH_MSG_SUCCESS || remote.port === null) {
    releaseCarried({ index: 0, right: local.right, port: local.port })
    for (const carried of slots.ports) releaseCarried(carried)
    return { code: MACH_SEND_INVALID_DEST, copied: null }
  }
  const copied: KernelMessage = {
    remote: remote.port, remoteRight: remote.right, local: local.port, localRight: local.port === null ? 0 : local.right,
    id: message.id, body: snapshot(message.body), ports: slots.ports,
  }
  return { code: MACH_MSG_SUCCESS, copied }
}

/** Queued data is the sender's as of now: byte arrays are copied. */
function snapshot(body: readonly unknown[]): readonly unknown[] {
  const copied = body.slice()
  for (let i = 0; i < copied.length; i++) {
    const value = copied[i]
    if (value instanceof Uint8Array) copied[i] = value.slice()
  }
  return copied
}

function* serveKernelObject(task: Task, message: KernelMessage): KernelThread<KobjectReply> {
  const body = withPorts(message.body, message.ports)
  const reply = yield* wait(ipc_kobject_server({ port: message.remote, task, id: message.id, body }))
  for (const carried of message.ports) releaseCarried(carried)
  releaseCarried({ index: 0, right: message.remoteRight, port: message.remote })
  return reply
}

function sendReply(request: KernelMessage, reply: KobjectReply): void {
  const { local, localRight } = request
  if (local === null || reply.code === MIG_NO_REPLY || !local.alive) {
    for (const carried of reply.ports ?? []) releaseCarried(carried)
    return
  }
  enqueueMessage(local, {
    remote: local, remoteRight: localRight || MACH_MSG_TYPE_MOVE_SEND, local: null, localRight: 0,
    id: request.id + 100, body: [reply.code, ...reply.body],
    ports: (reply.ports ?? []).map((carried) => ({ ...carried, index: carried.index + 1 })),
  })
}

function withPorts(body: readonly unknown[], ports: readonly CarriedPort[]): readonly unknown[] {
  const translated = body.slice()
  for (const { index, port } of ports) translated[index] = port
  return translated
}

function stillReceives(task: Task, name: number, entry: IpcEntry): boolean {
  return task.space.lookup(name) === entry && (entry.holdsReceive || entry.object instanceof PortSet)
}

/** The first member with a message; it then goes to the end, so that members take turns. */
function readyMember(set: PortSet): Port | null {
  const index = set.members.findIndex((member) => member.queue.length > 0)
  if (index === -1) return null
  const port = set.members.splice(index, 1)[0]!
  set.members.push(port)
  return port
}

function copyoutMessage(task: Task, source: Port, message: KernelMessage): ReceivedMessage {
  const { space } = task
  if (message.remoteRight === MACH_MSG_TYPE_MOVE_SEND_ONCE) source.sendOnceRights--
  else releaseSendRight(source)
  const remotePort = message.local === null || message.localRight === 0
    ? MACH_PORT_NULL
    : copyoutRight(space, message.local, message.localRight)
  for (const carried of message.ports) if (carried.right === 16 && carried.port !== null) leaveSet(carried.port)
  return {
    id: message.id, localPort: source.receiverName, remotePort,
    body: copyoutSlots(space, message.body, message.ports),
  }
}

/** Sends from the kernel to a right that the caller owns and gives up; full queues drop the message. */
export function mach_msg_send_from_kernel(
  port: Port, id: number, body: readonly unknown[], ports: readonly CarriedPort[] = [],
): number {
  if (!port.alive || port.queue.length >= port.queueLimit) {
    for (const carried of ports) releaseCarried(carried)
    return port.alive ? MACH_SEND_TIMED_OUT : MACH_SEND_INVALID_DEST
  }
  port.sendRights++
  enqueueMessage(port, { remote: port, remoteRight: MACH_MSG_TYPE_MOVE_SEND, local: null, localRight: 0, id, body, ports })
  return MACH_MSG_SUCCESS
}

export { releaseSendOnceRight, releaseSendRight }
