import {
  MACH_MSG_SUCCESS, MACH_SEND_INVALID_DEST, MACH_SEND_INVALID_HEADER, MACH_SEND_INVALID_REPLY,
} from '../../abi/kern_return.ts'
import type { Task } from '../Task.ts'
import {
  carriedRight, copyinEntry, copyinSlots, COPYIN_ALLOW_DEAD_SEND_ONCE, COPYIN_ALLOW_IMMOVABLE_SEND,
  COPYIN_ALLOW_REPLY_MAKE_SEND_ONCE, COPYIN_ALLOW_REPLY_MOVE_SEND_ONCE, COPYIN_DEADOK, isValidName,
} from './copyin.ts'
import { copyinDescriptors } from './descriptors.ts'
import {
  kGUARD_EXC_REQUIRE_REPLY_PORT_SEMANTICS, kGUARD_EXC_SEND_INVALID_REPLY, mach_port_guard_exception,
} from './guardException.ts'
import {
  MACH_PORT_DEAD, MACH_PORT_NULL, MACH_PORT_TYPE_DEAD_NAME, MACH_PORT_TYPE_PORT_SET, type IpcEntry,
  type IpcSpace,
} from './IpcSpace.ts'
import {
  MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_MSG_TYPE_MOVE_RECEIVE,
  MACH_MSG_TYPE_MOVE_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE,
} from './KernelMessage.ts'
import type {
  CarriedDescriptor, CarriedPort, CarriedRight, Disposition, KernelMessage, MachMessage,
} from './KernelMessage.ts'
import { IP_DEAD, type Port } from './Port.ts'
import { releaseCarried, releaseRight, setOut } from './rights.ts'

/** A message that was taken in. */
export interface CopiedMessage extends KernelMessage {
  /** It carries the receive right of its own target: it can reach nobody. */
  readonly isCircular: boolean
}

/** Kinds of rights of which a message may be sent, or to which it may be answered. */
function isAnySend(disposition: Disposition): boolean {
  return disposition >= MACH_MSG_TYPE_MOVE_SEND && disposition <= MACH_MSG_TYPE_MAKE_SEND_ONCE
}

/** @xnu osfmk/ipc/ipc_kmsg.c ipc_kmsg_copyin_header_validate — simplified: no vouchers, no strict replies */
function headerFault(message: MachMessage): number {
  const local = message.localPort ?? MACH_PORT_NULL
  const localDisposition = message.localDisposition ?? 0
  if (localDisposition === 0 ? local !== MACH_PORT_NULL : !isAnySend(localDisposition)) {
    return MACH_SEND_INVALID_HEADER
  }
  if (!isAnySend(message.remoteDisposition)) return MACH_SEND_INVALID_HEADER
  if (!isValidName(message.remotePort)) return MACH_SEND_INVALID_DEST
  const usesTwice = message.remotePort === local
    && (message.remoteDisposition === MACH_MSG_TYPE_MOVE_SEND_ONCE
    || localDisposition === MACH_MSG_TYPE_MOVE_SEND_ONCE)
  return usesTwice ? MACH_SEND_INVALID_DEST : MACH_MSG_SUCCESS
}

/**
 * Whether the reply right can be had; nothing is taken yet.
 * @xnu osfmk/ipc/ipc_right.c ipc_right_copyin_check_reply — faithful
 */
function canReply(entry: IpcEntry, disposition: Disposition): boolean {
  if (disposition === MACH_MSG_TYPE_MAKE_SEND || disposition === MACH_MSG_TYPE_MAKE_SEND_ONCE) {
    return entry.holdsReceive
  }
  if (entry.type === MACH_PORT_TYPE_DEAD_NAME) return true
  const { port } = entry
  if (port === null) return false
  if (!port.alive) return true
  if (port.isImmovableSend) return false
  return disposition === MACH_MSG_TYPE_MOVE_SEND_ONCE
    ? !entry.holdsSend && !entry.holdsReceive
    : entry.holdsSend
}

/**
 * A reply port is answered to through a send-once right that the message makes; a port may want that its
 * senders have one.
 */
function breaksReplyRules(
  space: IpcSpace, message: MachMessage, remote: IpcEntry, local: IpcEntry,
): boolean {
  const reply = local.port
  if (reply === null || !reply.alive) return false
  if (reply.isReplyPort && message.localDisposition !== MACH_MSG_TYPE_MAKE_SEND_ONCE) return true
  const target = remote.port
  const isBroken = target !== null && target.alive && target.wantsReplyPort && !reply.isReplyPort
    && !reply.isProvisionalReplyPort
  if (isBroken) mach_port_guard_exception(space, local.name, 0n, kGUARD_EXC_REQUIRE_REPLY_PORT_SEMANTICS)
  return isBroken
}

interface Header {
  readonly remote: Port
  readonly local: Port | null
}

/** @xnu osfmk/ipc/ipc_kmsg.c ipc_kmsg_copyin_header_rights — faithful */
function copyinHeader(task: Task, message: MachMessage): Header | number {
  const { space } = task
  const localName = message.localPort ?? MACH_PORT_NULL
  const remoteEntry = space.lookup(message.remotePort)
  if (remoteEntry === null || !space.active || remoteEntry.type === MACH_PORT_TYPE_PORT_SET) {
    return MACH_SEND_INVALID_DEST
  }
  if (remoteEntry.type === MACH_PORT_TYPE_DEAD_NAME) return MACH_SEND_INVALID_DEST
  let localEntry: IpcEntry | null = null
  if (isValidName(localName)) {
    localEntry = space.lookup(localName)
    if (localEntry === null || localEntry.type === MACH_PORT_TYPE_PORT_SET) return MACH_SEND_INVALID_REPLY
    if (localEntry.type === MACH_PORT_TYPE_DEAD_NAME) return MACH_SEND_INVALID_REPLY
    if (!canReply(localEntry, message.localDisposition ?? 0)) return MACH_SEND_INVALID_REPLY
    if (breaksReplyRules(space, message, remoteEntry, localEntry)) return MACH_SEND_INVALID_REPLY
  }
  if (localEntry === remoteEntry && isTwiceMoved(message) && remoteEntry.urefs < 2) {
    return MACH_SEND_INVALID_DEST
  }
  const remote = copyinEntry(space, remoteEntry, dispositionOfRemote(message, localEntry === remoteEntry),
    COPYIN_ALLOW_IMMOVABLE_SEND | COPYIN_ALLOW_DEAD_SEND_ONCE | COPYIN_ALLOW_REPLY_MAKE_SEND_ONCE
    | COPYIN_ALLOW_REPLY_MOVE_SEND_ONCE)
  if (typeof remote === 'number') return MACH_SEND_INVALID_DEST
  if (localEntry === null) return { remote, local: localName === MACH_PORT_DEAD ? IP_DEAD : null }
  const local = copyinEntry(space, localEntry, dispositionOfLocal(message, localEntry === remoteEntry),
    COPYIN_DEADOK | COPYIN_ALLOW_REPLY_MAKE_SEND_ONCE)
  if (typeof local !== 'number') return { remote, local }
  releaseRight(remote, carriedRight(message.remoteDisposition))
  return MACH_SEND_INVALID_REPLY
}

function isTwiceMoved(message: MachMessage): boolean {
  return message.remoteDisposition === MACH_MSG_TYPE_MOVE_SEND
    && message.localDisposition === MACH_MSG_TYPE_MOVE_SEND
}

/** One name twice, once moved and once copied: the copy is made first, so that it can be made at all. */
function dispositionOfRemote(message: MachMessage, isSame: boolean): Disposition {
  const { remoteDisposition: remote, localDisposition: local } = message
  return isSame && remote === MACH_MSG_TYPE_MOVE_SEND && local === MACH_MSG_TYPE_COPY_SEND ? local : remote
}

function dispositionOfLocal(message: MachMessage, isSame: boolean): Disposition {
  const { remoteDisposition: remote, localDisposition: local = 0 } = message
  return isSame && remote === MACH_MSG_TYPE_MOVE_SEND && local === MACH_MSG_TYPE_COPY_SEND ? remote : local
}

/**
 * Takes a message in: the rights of its header, then those of its body. On failure the header's rights are
 * given up and nothing else was taken; memory that the sender gave away stays given away.
 * @xnu osfmk/ipc/ipc_kmsg.c ipc_kmsg_copyin_from_user — faithful
 */
export function copyinMessage(task: Task, message: MachMessage): CopiedMessage | number {
  const fault = headerFault(message)
  if (fault !== MACH_MSG_SUCCESS) return fault
  const header = copyinHeader(task, message)
  if (header === MACH_SEND_INVALID_REPLY) {
    mach_port_guard_exception(task.space, message.localPort ?? 0, 0n, kGUARD_EXC_SEND_INVALID_REPLY)
  }
  if (typeof header === 'number') return header
  const { remote, local } = header
  const flags = !remote.alive || remote.isKernelObject ? COPYIN_ALLOW_IMMOVABLE_SEND : 0
  const remoteRight = carriedRight(message.remoteDisposition)
  const localRight = local === null ? 0 : carriedRight(message.localDisposition ?? 0)
  const ports = copyinSlots(task.space, message.body, message.ports, flags)
  if (typeof ports === 'number') {
    giveUp(header, remoteRight, localRight)
    return ports
  }
  const descriptors = message.descriptors === undefined
    ? null
    : copyinDescriptors(task, message.descriptors, flags)
  if (typeof descriptors === 'number') {
    for (const carried of ports) releaseCarried(carried)
    giveUp(header, remoteRight, localRight)
    return descriptors
  }
  return {
    remote, remoteRight, local, localRight, id: message.id, body: snapshot(message.body), ports, descriptors,
    sender: task.tokens, isCircular: travels(remote, ports, descriptors),
  }
}

function giveUp({ remote, local }: Header, remoteRight: CarriedRight, localRight: CarriedRight | 0): void {
  if (local !== null && localRight !== 0) releaseRight(local, localRight)
  releaseRight(remote, remoteRight)
}

/** Notes where receive rights go; whether one of them would go to itself. */
function travels(
  remote: Port, ports: readonly CarriedPort[], descriptors: readonly CarriedDescriptor[] | null,
): boolean {
  let isCircular = false
  for (const { right, port } of ports) {
    if (right === MACH_MSG_TYPE_MOVE_RECEIVE && port !== null) isCircular = setOut(port, remote) || isCircular
  }
  for (const descriptor of descriptors ?? []) {
    if (descriptor.type === 'ool' || descriptor.right !== MACH_MSG_TYPE_MOVE_RECEIVE) continue
    const moved = descriptor.type === 'ool-ports' ? descriptor.ports : [descriptor.port]
    for (const port of moved) if (port !== null) isCircular = setOut(port, remote) || isCircular
  }
  return isCircular
}

/** Queued data is the sender's as of now: byte arrays are copied. */
function snapshot(body: readonly unknown[]): readonly unknown[] {
  for (let i = 0; i < body.length; i++) if (body[i] instanceof Uint8Array) return copyBytes(body)
  return body
}

function copyBytes(body: readonly unknown[]): readonly unknown[] {
  return body.map((value) => value instanceof Uint8Array ? value.slice() : value)
}
