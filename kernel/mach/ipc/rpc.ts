import {
  KERN_SUCCESS, MACH_MSG_SUCCESS, MACH_SEND_INVALID_DEST, MIG_REPLY_MISMATCH, MIG_SERVER_DIED,
} from '../../abi/kern_return.ts'
import { isKernelThread, type KernelThread } from '../../sim/index.ts'
import type { Task } from '../Task.ts'
import { COPYIN_ALLOW_IMMOVABLE_SEND, copyinSlots, copyoutSlots } from './copyin.ts'
import { dropReceive } from './entries.ts'
import { MACH_PORT_TYPE_SEND_ONCE, type IpcEntry } from './IpcSpace.ts'
import {
  MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_MSG_TYPE_MOVE_SEND_ONCE,
} from './KernelMessage.ts'
import type { PortSlot } from './KernelMessage.ts'
import { ipc_kobject_server } from './kobject.ts'
import { mach_msg_receive, mach_msg_send, withPorts } from './mach_msg.ts'
import type { Port } from './Port.ts'
import { allocateReceive } from './mach_port.ts'
import { MACH_NOTIFY_SEND_ONCE, releaseCarried } from './rights.ts'

export interface RpcResult {
  /** MACH_MSG_SUCCESS, or why the message did not get through. */
  readonly transport: number
  /** The answer's return code. */
  readonly code: number
  readonly body: readonly unknown[]
}

const NO_BODY: readonly unknown[] = []
/** What a stub expects as the id of its answer, beyond the request's. */
const REPLY_ID_OFFSET = 100

interface RpcCall {
  readonly id: number
  readonly body: readonly unknown[]
  readonly slots: readonly PortSlot[] | undefined
}

/**
 * Send and receive in one, as a MIG stub does it. The body's port slots are translated both ways.
 * @xnu ours: what a MIG stub does around `mach_msg`; a call of a kernel object takes no reply port
 */
export function mach_rpc(
  task: Task, name: number, id: number, body: readonly unknown[], slots?: readonly PortSlot[],
): KernelThread<RpcResult> {
  const entry = task.space.lookup(name)
  const port = entry?.port ?? null
  if (port !== null && port.alive && port.isKernelObject && entry!.holdsSend) {
    return rpcToKernel(task, port, { id, body, slots })
  }
  return rpcToTask(task, name, { id, body, slots })
}

function* rpcToKernel(task: Task, port: Port, call: RpcCall): KernelThread<RpcResult> {
  const ports = copyinSlots(task.space, call.body, call.slots, COPYIN_ALLOW_IMMOVABLE_SEND)
  if (typeof ports === 'number') return { transport: ports, code: ports, body: NO_BODY }
  const answer = ipc_kobject_server({ port, task, id: call.id, body: withPorts(call.body, ports), ports })
  const reply = isKernelThread(answer) ? yield* answer : answer
  for (const carried of ports) releaseCarried(carried)
  return { transport: MACH_MSG_SUCCESS, code: reply.code,
    body: copyoutSlots(task.space, reply.body, reply.ports) }
}

function* rpcToTask(task: Task, name: number, call: RpcCall): KernelThread<RpcResult> {
  const target = task.space.lookup(name)
  if (target === null) {
    return { transport: MACH_SEND_INVALID_DEST, code: MACH_SEND_INVALID_DEST, body: NO_BODY }
  }
  const reply = replyPort(task)
  const sent = yield* mach_msg_send(task, {
    remotePort: name,
    remoteDisposition: target.type === MACH_PORT_TYPE_SEND_ONCE
      ? MACH_MSG_TYPE_MOVE_SEND_ONCE
      : MACH_MSG_TYPE_COPY_SEND,
    localPort: reply.name, localDisposition: MACH_MSG_TYPE_MAKE_SEND_ONCE, id: call.id, body: call.body,
    ...(call.slots === undefined ? {} : { ports: call.slots }),
  })
  const received = sent === MACH_MSG_SUCCESS
    ? yield* mach_msg_receive(task, reply.name)
    : { code: sent, message: null }
  const { message } = received
  if (message === null || received.code !== KERN_SUCCESS) {
    if (task.space.lookup(reply.name) === reply && reply.holdsReceive) {
      dropReceive(task.space, reply, reply.port!)
    }
    return { transport: received.code, code: received.code, body: NO_BODY }
  }
  task.replyPorts.push(reply)
  if (message.id !== call.id + REPLY_ID_OFFSET) {
    const code = message.id === MACH_NOTIFY_SEND_ONCE ? MIG_SERVER_DIED : MIG_REPLY_MISMATCH
    return { transport: MACH_MSG_SUCCESS, code, body: NO_BODY }
  }
  const code = message.body[0]
  return { transport: MACH_MSG_SUCCESS, code: typeof code === 'number' ? code : 0, body: message.body }
}

/**
 * A reply port of the task that no call uses: each thread has one of its own.
 * @xnu libsyscall/mach/mig_reply_port.c — faithful
 */
function replyPort(task: Task): IpcEntry {
  for (;;) {
    const kept = task.replyPorts.pop()
    if (kept === undefined) return allocateReceive(task.space)
    if (task.space.lookup(kept.name) === kept && kept.holdsReceive) return kept
  }
}
