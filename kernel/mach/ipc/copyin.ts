import {
  MACH_MSG_SUCCESS, MACH_SEND_INVALID_HEADER, MACH_SEND_INVALID_RIGHT,
} from '../../abi/kern_return.ts'
import { MACH_PORT_DEAD, MACH_PORT_NULL, MACH_PORT_TYPE_DEAD_NAME, MACH_PORT_TYPE_SEND_ONCE, type IpcSpace } from './IpcSpace.ts'
import {
  MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_MSG_TYPE_MOVE_RECEIVE,
  MACH_MSG_TYPE_MOVE_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE,
} from './KernelMessage.ts'
import type { CarriedPort, CarriedRight, Disposition, PortSlot } from './KernelMessage.ts'
import { copySendRight, makeSendOnceRight, makeSendRight, releaseCarried } from './rights.ts'
import type { Port } from './Port.ts'

const NO_PORTS: readonly CarriedPort[] = []

export interface CopiedRight {
  readonly code: number
  readonly port: Port | null
  readonly right: CarriedRight
}

function refused(right: CarriedRight): CopiedRight {
  return { code: MACH_SEND_INVALID_RIGHT, port: null, right }
}

/** Turns a name into the right that travels. @xnu osfmk/ipc/ipc_right.c ipc_right_copyin — faithful */
export function copyinRight(space: IpcSpace, name: number, disposition: Disposition): CopiedRight {
  if (name === MACH_PORT_NULL || name === MACH_PORT_DEAD) {
    return { code: MACH_MSG_SUCCESS, port: null, right: MACH_MSG_TYPE_MOVE_SEND }
  }
  const entry = space.lookup(name)
  if (entry === null) return refused(MACH_MSG_TYPE_MOVE_SEND)
  const port = entry.port
  switch (disposition) {
    case MACH_MSG_TYPE_MAKE_SEND:
      if (port === null || !entry.holdsReceive) return refused(MACH_MSG_TYPE_MOVE_SEND)
      return { code: MACH_MSG_SUCCESS, port: makeSendRight(port), right: MACH_MSG_TYPE_MOVE_SEND }
    case MACH_MSG_TYPE_MAKE_SEND_ONCE:
      if (port === null || !entry.holdsReceive) return refused(MACH_MSG_TYPE_MOVE_SEND_ONCE)
      return { code: MACH_MSG_SUCCESS, port: makeSendOnceRight(port), right: MACH_MSG_TYPE_MOVE_SEND_ONCE }
    case MACH_MSG_TYPE_MOVE_RECEIVE:
      if (port === null || !entry.holdsReceive) return refused(MACH_MSG_TYPE_MOVE_RECEIVE)
      return { code: MACH_MSG_SUCCESS, port: space.takeReceive(entry), right: MACH_MSG_TYPE_MOVE_RECEIVE }
    case MACH_MSG_TYPE_MOVE_SEND_ONCE:
      if (port === null || entry.type !== MACH_PORT_TYPE_SEND_ONCE) return refused(MACH_MSG_TYPE_MOVE_SEND_ONCE)
      space.removeEntry(entry)
      return { code: MACH_MSG_SUCCESS, port, right: MACH_MSG_TYPE_MOVE_SEND_ONCE }
    case MACH_MSG_TYPE_COPY_SEND:
    case MACH_MSG_TYPE_MOVE_SEND:
      return copyinSend(space, name, disposition === MACH_MSG_TYPE_MOVE_SEND)
    default:
      return { code: MACH_SEND_INVALID_HEADER, port: null, right: MACH_MSG_TYPE_MOVE_SEND }
  }
}

function copyinSend(space: IpcSpace, name: number, moves: boolean): CopiedRight {
  const entry = space.lookup(name)!
  const right = MACH_MSG_TYPE_MOVE_SEND
  if (entry.type === MACH_PORT_TYPE_DEAD_NAME) {
    if (moves) space.deallocate(name)
    return { code: MACH_MSG_SUCCESS, port: null, right }
  }
  const port = entry.port
  if (port === null || !entry.holdsSend) return refused(right)
  copySendRight(port)
  if (moves) space.deallocate(name)
  return { code: MACH_MSG_SUCCESS, port, right }
}

/** Translates all port slots of a body; on failure nothing stays copied. */
export function copyinSlots(
  space: IpcSpace, body: readonly unknown[], slots: readonly PortSlot[] | undefined,
): { code: number; ports: readonly CarriedPort[] } {
  if (slots === undefined || slots.length === 0) return { code: MACH_MSG_SUCCESS, ports: NO_PORTS }
  const ports: CarriedPort[] = []
  for (const { index, disposition } of slots) {
    const name = body[index]
    const copied = typeof name === 'number' ? copyinRight(space, name, disposition) : refused(17)
    if (copied.code !== MACH_MSG_SUCCESS) {
      for (const carried of ports) releaseCarried(carried)
      return { code: copied.code, ports: NO_PORTS }
    }
    ports.push({ index, right: copied.right, port: copied.port })
  }
  return { code: MACH_MSG_SUCCESS, ports }
}

/** Gives a travelling right a name in `space`. @xnu osfmk/ipc/ipc_object.c ipc_object_copyout — faithful */
export function copyoutRight(space: IpcSpace, port: Port | null, right: CarriedRight): number {
  if (port === null) return MACH_PORT_NULL
  if (!port.alive) {
    return MACH_PORT_DEAD
  }
  if (right === MACH_MSG_TYPE_MOVE_SEND_ONCE) return space.insertSendOnce(port)
  return right === MACH_MSG_TYPE_MOVE_SEND ? space.insertSend(port) : space.insertReceive(port)
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
