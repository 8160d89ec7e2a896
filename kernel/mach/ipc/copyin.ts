import {
  KERN_INVALID_CAPABILITY, KERN_INVALID_RIGHT, MACH_SEND_INVALID_RIGHT,
} from '../../abi/kern_return.ts'
import { assert } from '../../sim/index.ts'
import {
  MACH_PORT_DEAD, MACH_PORT_NULL, MACH_PORT_TYPE_NONE, MACH_PORT_TYPE_RECEIVE, MACH_PORT_TYPE_SEND,
  MACH_PORT_TYPE_SEND_ONCE, MACH_PORT_UREFS_MAX, type IpcEntry, type IpcSpace,
} from './IpcSpace.ts'
import {
  MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_MSG_TYPE_MOVE_RECEIVE,
  MACH_MSG_TYPE_MOVE_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE,
} from './KernelMessage.ts'
import type { CarriedPort, CarriedRight, Disposition, PortSlot } from './KernelMessage.ts'
import { IP_DEAD, type Port } from './Port.ts'
import { cancelEntryRequest, checkEntry, loseReceive } from './entries.ts'
import {
  guarded, kGUARD_EXC_IMMOVABLE, kGUARD_EXC_INVALID_RIGHT, kGUARD_EXC_SEND_INVALID_RIGHT,
  mach_port_guard_exception,
} from './guardException.ts'
import { clearReceiver, copySendRight, makeSendOnceRight, makeSendRight, releaseCarried } from './rights.ts'

const NO_PORTS: readonly CarriedPort[] = []

/** A dead name counts as a right to a dead port. */
export const COPYIN_DEADOK = 1
/** Send rights that must stay in their task may be used: the message stays in the kernel. */
export const COPYIN_ALLOW_IMMOVABLE_SEND = 2
/** A send-once right whose port died is used up like one that lives. */
export const COPYIN_ALLOW_DEAD_SEND_ONCE = 4
/** A reply port may be what a message is answered to. */
export const COPYIN_ALLOW_REPLY_MAKE_SEND_ONCE = 8
/** An answer may go to a reply port. */
export const COPYIN_ALLOW_REPLY_MOVE_SEND_ONCE = 16

/** What a right is once it travels. @xnu osfmk/ipc/ipc_object.c ipc_object_copyin_type — faithful */
export function carriedRight(disposition: Disposition): CarriedRight {
  switch (disposition) {
    case MACH_MSG_TYPE_MOVE_RECEIVE: return MACH_MSG_TYPE_MOVE_RECEIVE
    case MACH_MSG_TYPE_MOVE_SEND_ONCE:
    case MACH_MSG_TYPE_MAKE_SEND_ONCE: return MACH_MSG_TYPE_MOVE_SEND_ONCE
    default: return MACH_MSG_TYPE_MOVE_SEND
  }
}

/** Whether `name` is neither null nor dead. */
export function isValidName(name: number): boolean {
  return name !== MACH_PORT_NULL && name !== MACH_PORT_DEAD
}

/**
 * Turns a name into the right that travels: the port, `IP_DEAD`, or why not.
 * @xnu osfmk/ipc/ipc_right.c ipc_right_copyin — faithful
 */
export function copyinEntry(
  space: IpcSpace, entry: IpcEntry, disposition: Disposition, flags: number,
): Port | number {
  switch (disposition) {
    case MACH_MSG_TYPE_MAKE_SEND:
    case MACH_MSG_TYPE_MAKE_SEND_ONCE: return makeRight(space, entry, disposition, flags)
    case MACH_MSG_TYPE_MOVE_RECEIVE: return moveReceive(space, entry)
    case MACH_MSG_TYPE_MOVE_SEND_ONCE: return moveSendOnce(space, entry, flags)
    case MACH_MSG_TYPE_COPY_SEND:
    case MACH_MSG_TYPE_MOVE_SEND: return copyinSend(space, entry, disposition, flags)
    default: return KERN_INVALID_RIGHT
  }
}

function makeRight(
  space: IpcSpace, entry: IpcEntry, disposition: Disposition, flags: number,
): Port | number {
  if (!entry.holdsReceive) return KERN_INVALID_RIGHT
  const port = entry.port!
  const isOnce = disposition === MACH_MSG_TYPE_MAKE_SEND_ONCE
  if (port.isReplyPort && !(isOnce && (flags & COPYIN_ALLOW_REPLY_MAKE_SEND_ONCE) !== 0)) {
    return replyOnly(space, entry)
  }
  return isOnce ? makeSendOnceRight(port) : makeSendRight(port)
}

/** A reply port is good for one send-once right in a message's header, and for nothing else. */
function replyOnly(space: IpcSpace, entry: IpcEntry): number {
  return guarded(space, entry.name, kGUARD_EXC_INVALID_RIGHT, KERN_INVALID_CAPABILITY)
}

function immovable(space: IpcSpace, entry: IpcEntry): number {
  return guarded(space, entry.name, kGUARD_EXC_IMMOVABLE, KERN_INVALID_CAPABILITY)
}

function moveReceive(space: IpcSpace, entry: IpcEntry): Port | number {
  const { port } = entry
  if (port === null || !entry.holdsReceive) return KERN_INVALID_RIGHT
  if (port.isKernelObject || port.isImmovableReceive || port.isReplyPort) return immovable(space, entry)
  loseReceive(entry)
  if (entry.type === MACH_PORT_TYPE_NONE) {
    cancelEntryRequest(entry, port)
    space.remove(entry)
  }
  clearReceiver(port)
  return port
}

function moveSendOnce(space: IpcSpace, entry: IpcEntry, flags: number): Port | number {
  const allowsDead = (flags & COPYIN_ALLOW_DEAD_SEND_ONCE) !== 0 && entry.request === null
    && entry.type === MACH_PORT_TYPE_SEND_ONCE
  if (!allowsDead && checkEntry(space, entry)) return useDead(space, entry, true, flags)
  const { port } = entry
  if (port === null || entry.type !== MACH_PORT_TYPE_SEND_ONCE) return KERN_INVALID_RIGHT
  if (port.isReplyPort && (flags & COPYIN_ALLOW_REPLY_MOVE_SEND_ONCE) === 0) return replyOnly(space, entry)
  if (port.isImmovableSend && (flags & COPYIN_ALLOW_IMMOVABLE_SEND) === 0) return immovable(space, entry)
  cancelEntryRequest(entry, port)
  space.remove(entry)
  return port
}

function copyinSend(
  space: IpcSpace, entry: IpcEntry, disposition: Disposition, flags: number,
): Port | number {
  const moves = disposition === MACH_MSG_TYPE_MOVE_SEND
  if (checkEntry(space, entry)) return useDead(space, entry, moves, flags)
  const { port } = entry
  if (port === null || !entry.holdsSend) return KERN_INVALID_RIGHT
  if (port.isReplyPort) return replyOnly(space, entry)
  if (port.isImmovableSend && (flags & COPYIN_ALLOW_IMMOVABLE_SEND) === 0) return immovable(space, entry)
  if (!moves) return copySendRight(port)
  if (entry.urefs > 1) {
    if (entry.urefs < MACH_PORT_UREFS_MAX) entry.urefs--
    return copySendRight(port)
  }
  dropSendBit(space, entry, port)
  return port
}

/** The last reference of a send right is gone; its count goes over to the caller. */
export function dropSendBit(space: IpcSpace, entry: IpcEntry, port: Port): void {
  entry.type &= ~MACH_PORT_TYPE_SEND
  entry.urefs = 0
  if (entry.type !== MACH_PORT_TYPE_NONE) return
  cancelEntryRequest(entry, port)
  space.remove(entry)
}

function useDead(space: IpcSpace, entry: IpcEntry, moves: boolean, flags: number): Port | number {
  if ((flags & COPYIN_DEADOK) === 0) return KERN_INVALID_RIGHT
  if (moves) {
    if (entry.urefs === 1) space.remove(entry)
    else if (entry.urefs < MACH_PORT_UREFS_MAX) entry.urefs--
  }
  return IP_DEAD
}

/** Translates one name of a message's body: the port, null for a null name, or MACH_SEND_INVALID_RIGHT. */
export function copyinName(
  space: IpcSpace, name: unknown, disposition: Disposition, flags: number,
): Port | null | number {
  if (typeof name !== 'number') return MACH_SEND_INVALID_RIGHT
  if (name === MACH_PORT_NULL) return null
  if (name === MACH_PORT_DEAD) return IP_DEAD
  const entry = space.lookup(name)
  if (entry === null) return MACH_SEND_INVALID_RIGHT
  const port = copyinEntry(space, entry, disposition, flags | COPYIN_DEADOK)
  if (typeof port !== 'number') return port
  if (port === KERN_INVALID_RIGHT) mach_port_guard_exception(space, name, 0n, kGUARD_EXC_SEND_INVALID_RIGHT)
  return MACH_SEND_INVALID_RIGHT
}

/** Translates all port slots of a body; on failure nothing stays copied. */
export function copyinSlots(
  space: IpcSpace, body: readonly unknown[], slots: readonly PortSlot[] | undefined, flags = 0,
): readonly CarriedPort[] | number {
  if (slots === undefined || slots.length === 0) return NO_PORTS
  const ports: CarriedPort[] = []
  for (const { index, disposition } of slots) {
    const port = copyinName(space, body[index], disposition, flags)
    if (typeof port === 'number') {
      for (const carried of ports) releaseCarried(carried)
      return port
    }
    ports.push({ index, right: carriedRight(disposition), port })
  }
  return ports
}

/** Gives a travelling right a name in `space`. @xnu osfmk/ipc/ipc_object.c ipc_object_copyout — faithful */
export function copyoutRight(space: IpcSpace, port: Port | null, right: CarriedRight): number {
  if (port === null) return MACH_PORT_NULL
  if (port === IP_DEAD) return MACH_PORT_DEAD
  if (!port.alive) {
    if (right === MACH_MSG_TYPE_MOVE_SEND) port.sendRights--
    else if (right === MACH_MSG_TYPE_MOVE_SEND_ONCE) port.sendOnceRights--
    return MACH_PORT_DEAD
  }
  const known = right === MACH_MSG_TYPE_MOVE_SEND_ONCE ? null : space.entryOf(port)
  return copyoutEntry(space, known ?? space.claim(MACH_PORT_TYPE_NONE, port), port, right)
}

/** Puts a right into an entry of its port. @xnu osfmk/ipc/ipc_right.c ipc_right_copyout — faithful */
export function copyoutEntry(space: IpcSpace, entry: IpcEntry, port: Port, right: CarriedRight): number {
  switch (right) {
    case MACH_MSG_TYPE_MOVE_SEND_ONCE:
      assert(entry.type === MACH_PORT_TYPE_NONE, 'a send-once right has a name of its own')
      entry.type = MACH_PORT_TYPE_SEND_ONCE
      entry.urefs = 1
      return entry.name
    case MACH_MSG_TYPE_MOVE_SEND:
      if (entry.holdsSend) port.sendRights--
      if (entry.urefs < MACH_PORT_UREFS_MAX) entry.urefs++
      entry.type |= MACH_PORT_TYPE_SEND
      break
    default:
      entry.type |= MACH_PORT_TYPE_RECEIVE
      port.receiver = space
      port.receiverName = entry.name
      port.destination = null
  }
  space.remember(entry, port)
  return entry.name
}

/** The body with names where the rights were. */
export function copyoutSlots(
  space: IpcSpace, body: readonly unknown[], ports: readonly CarriedPort[] | undefined,
): readonly unknown[] {
  if (ports === undefined || ports.length === 0) return body
  const named = body.slice()
  for (const { index, port, right } of ports) named[index] = copyoutRight(space, port, right)
  return named
}
