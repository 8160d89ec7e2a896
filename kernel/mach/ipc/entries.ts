import {
  KERN_INVALID_ARGUMENT, KERN_INVALID_RIGHT, KERN_INVALID_VALUE, KERN_SUCCESS,
} from '../../abi/kern_return.ts'
import {
  guarded, guardedBy, kGUARD_EXC_DESTROY, kGUARD_EXC_INVALID_RIGHT, kGUARD_EXC_INVALID_VALUE,
} from './guardException.ts'
import {
  MACH_PORT_TYPE_DEAD_NAME, MACH_PORT_TYPE_PORT_SET, MACH_PORT_TYPE_RECEIVE, MACH_PORT_TYPE_SEND,
  MACH_PORT_TYPE_SEND_ONCE, MACH_PORT_UREFS_MAX, MACH_PORT_TYPE_NONE, type IpcEntry, type IpcSpace,
} from './IpcSpace.ts'
import { destroySet, isFull } from './messageQueue.ts'
import type { Port, PortRequest } from './Port.ts'
import {
  cancelRequest, destroyPort, MACH_NOTIFY_DEAD_NAME, MACH_NOTIFY_NO_SENDERS, MACH_NOTIFY_PORT_DELETED,
  MACH_NOTIFY_SEND_POSSIBLE,
  releaseSendOnceRight, releaseSendRight, sendNotification,
} from './rights.ts'

export const MACH_PORT_RIGHT_SEND = 0
export const MACH_PORT_RIGHT_RECEIVE = 1
export const MACH_PORT_RIGHT_SEND_ONCE = 2
export const MACH_PORT_RIGHT_PORT_SET = 3
export const MACH_PORT_RIGHT_DEAD_NAME = 4
export const MACH_PORT_RIGHT_NUMBER = 6

/**
 * Whether the entry is a dead name, making it one when its port has died since it was last looked at.
 * @xnu osfmk/ipc/ipc_right.c ipc_right_check — faithful
 */
export function checkEntry(space: IpcSpace, entry: IpcEntry): boolean {
  if (entry.type === MACH_PORT_TYPE_DEAD_NAME) return true
  const { port } = entry
  if (port === null || port.alive) return false
  if (entry.holdsSend) {
    port.sendRights--
    space.forget(port)
  } else port.sendOnceRights--
  entry.type = MACH_PORT_TYPE_DEAD_NAME
  entry.object = null
  if (entry.request !== null && entry.urefs < MACH_PORT_UREFS_MAX) entry.urefs++
  entry.request = null
  return true
}

/** Ends the request of an entry that goes away: its right hears of it. */
export function cancelEntryRequest(entry: IpcEntry, port: Port): void {
  const { request } = entry
  if (request === null) return
  entry.request = null
  const notify = cancelRequest(port, request)
  if (notify !== null) sendNotification(notify, MACH_NOTIFY_PORT_DELETED, entry.name)
}

function countDown(entry: IpcEntry): void {
  if (entry.urefs < MACH_PORT_UREFS_MAX) entry.urefs--
}

/**
 * Takes one reference of a send, send-once or dead right, or a port set, away.
 * @xnu osfmk/ipc/ipc_right.c ipc_right_dealloc — faithful
 */
export function deallocateEntry(space: IpcSpace, entry: IpcEntry): number {
  if (entry.type === MACH_PORT_TYPE_PORT_SET) return dropSet(space, entry)
  if (entry.type === MACH_PORT_TYPE_RECEIVE) return wrongRight(space, entry)
  if (checkEntry(space, entry)) {
    if (entry.urefs === 1) space.remove(entry)
    else countDown(entry)
    return KERN_SUCCESS
  }
  if (entry.type === MACH_PORT_TYPE_SEND_ONCE) return dropSendOnce(space, entry)
  if (entry.urefs > 1) countDown(entry)
  else dropSend(space, entry)
  return KERN_SUCCESS
}

/** Ends a right whatever its references. @xnu osfmk/ipc/ipc_right.c ipc_right_destroy — faithful */
export function destroyEntry(space: IpcSpace, entry: IpcEntry, guard: bigint | null): number {
  if (entry.type === MACH_PORT_TYPE_PORT_SET) return dropSet(space, entry)
  const { port } = entry
  if (port === null || checkEntry(space, entry)) {
    space.remove(entry)
    return KERN_SUCCESS
  }
  if (entry.type === MACH_PORT_TYPE_SEND_ONCE) return dropSendOnce(space, entry)
  if (entry.holdsReceive && guard !== null && port.isGuarded && guard !== port.context) {
    return guardedBy(port, kGUARD_EXC_DESTROY, KERN_INVALID_RIGHT)
  }
  const { holdsSend, holdsReceive } = entry
  cancelEntryRequest(entry, port)
  space.remove(entry)
  if (!holdsReceive) releaseSendRight(port)
  else if (!holdsSend) destroyPort(port)
  else dropBoth(port)
  return KERN_SUCCESS
}

/** Both rights go at once: the no-senders notification comes after those of the port's death. */
function dropBoth(port: Port): void {
  const { makeSendCount } = port
  const notify = --port.sendRights === 0 ? port.noSendersNotify : null
  if (notify !== null) port.noSendersNotify = null
  destroyPort(port)
  if (notify !== null) sendNotification(notify, MACH_NOTIFY_NO_SENDERS, makeSendCount)
}

/**
 * Changes the references of one kind of right by `delta`.
 * @xnu osfmk/ipc/ipc_right.c ipc_right_delta — faithful
 */
export function changeEntry(space: IpcSpace, entry: IpcEntry, right: number, delta: number): number {
  const result = changeRight(space, entry, right, delta)
  return result === KERN_INVALID_VALUE
    ? guarded(space, entry.name, kGUARD_EXC_INVALID_VALUE, result)
    : result
}

function changeRight(space: IpcSpace, entry: IpcEntry, right: number, delta: number): number {
  switch (right) {
    case MACH_PORT_RIGHT_PORT_SET:
      if (entry.type !== MACH_PORT_TYPE_PORT_SET) return wrongRight(space, entry)
      if (delta === 0) return KERN_SUCCESS
      return delta === -1 ? dropSet(space, entry) : KERN_INVALID_VALUE
    case MACH_PORT_RIGHT_RECEIVE: return changeReceive(space, entry, delta)
    case MACH_PORT_RIGHT_SEND_ONCE:
      if (entry.type !== MACH_PORT_TYPE_SEND_ONCE) return KERN_INVALID_RIGHT
      if (checkEntry(space, entry)) return wrongRight(space, entry)
      if (delta > 0 || delta < -1) return KERN_INVALID_VALUE
      return delta === 0 ? KERN_SUCCESS : dropSendOnce(space, entry)
    case MACH_PORT_RIGHT_DEAD_NAME:
      if (!checkEntry(space, entry)) return wrongRight(space, entry)
      return changeCount(entry, delta, () => space.remove(entry))
    case MACH_PORT_RIGHT_SEND:
      if (!entry.holdsSend) return noSend(space, entry, delta)
      if (checkEntry(space, entry)) return KERN_INVALID_RIGHT
      return changeCount(entry, delta, () => dropSend(space, entry))
    default: return KERN_INVALID_RIGHT
  }
}

/** Counts that reached the top stay there, unless they are all given up at once. */
function changeCount(entry: IpcEntry, delta: number, drop: () => void): number {
  if (delta > MACH_PORT_UREFS_MAX || delta < -MACH_PORT_UREFS_MAX) return KERN_INVALID_VALUE
  const isPegged = entry.urefs === MACH_PORT_UREFS_MAX
  if (isPegged && delta !== -MACH_PORT_UREFS_MAX) return KERN_SUCCESS
  const urefs = entry.urefs + delta
  if (urefs < 0) return KERN_INVALID_VALUE
  if (urefs === 0) drop()
  else entry.urefs = Math.min(urefs, MACH_PORT_UREFS_MAX)
  return KERN_SUCCESS
}

function changeReceive(space: IpcSpace, entry: IpcEntry, delta: number): number {
  const { port } = entry
  if (port === null || !entry.holdsReceive) {
    return entry.hadReceive ? KERN_INVALID_RIGHT : wrongRight(space, entry)
  }
  if (delta === 0) return KERN_SUCCESS
  if (delta !== -1) return KERN_INVALID_VALUE
  if (port.isGuarded) return guardedBy(port, kGUARD_EXC_DESTROY, KERN_INVALID_RIGHT)
  dropReceive(space, entry, port)
  return KERN_SUCCESS
}

/**
 * The receive right goes; a send right under the same name stays, as a dead name unless the port lives on.
 */
export function dropReceive(space: IpcSpace, entry: IpcEntry, port: Port): void {
  if (entry.holdsSend) loseReceive(entry)
  else {
    cancelEntryRequest(entry, port)
    space.remove(entry)
  }
  destroyPort(port)
  if (entry.type === MACH_PORT_TYPE_SEND) checkEntry(space, entry)
}

/** The receive right goes, the name stays. */
export function loseReceive(entry: IpcEntry): void {
  entry.type &= ~MACH_PORT_TYPE_RECEIVE
  entry.hadReceive = true
}

function wrongRight(space: IpcSpace, entry: IpcEntry): number {
  return guarded(space, entry.name, kGUARD_EXC_INVALID_RIGHT, KERN_INVALID_RIGHT)
}

/** A dead name is no mistake, nor is one reference more by the holder of the receive right. */
function noSend(space: IpcSpace, entry: IpcEntry, delta: number): number {
  const isForgiven = entry.type === MACH_PORT_TYPE_DEAD_NAME || (entry.holdsReceive && delta === 1)
  return isForgiven ? KERN_INVALID_RIGHT : wrongRight(space, entry)
}

function dropSet(space: IpcSpace, entry: IpcEntry): number {
  space.remove(entry)
  destroySet(entry.portSet!)
  return KERN_SUCCESS
}

function dropSendOnce(space: IpcSpace, entry: IpcEntry): number {
  const port = entry.port!
  cancelEntryRequest(entry, port)
  space.remove(entry)
  releaseSendOnceRight(port)
  return KERN_SUCCESS
}

function dropSend(space: IpcSpace, entry: IpcEntry): void {
  const port = entry.port!
  entry.type &= ~MACH_PORT_TYPE_SEND
  entry.urefs = 0
  if (entry.type === MACH_PORT_TYPE_NONE) {
    cancelEntryRequest(entry, port)
    space.remove(entry)
  }
  releaseSendRight(port)
}

/**
 * Ends every right of a space, lowest name first: the task died.
 * @xnu osfmk/ipc/ipc_space.c ipc_space_terminate — faithful
 */
export function terminateSpace(space: IpcSpace): void {
  space.active = false
  for (const entry of space.list()) if (space.lookup(entry.name) === entry) destroyEntry(space, entry, null)
}

export interface RequestResult {
  readonly result: number
  /** Send-once right of the request that was replaced. */
  readonly previous: Port | null
}

/**
 * Asks to be told when the entry's port dies, or when its queue has room; a null `notify` takes a request
 * back.
 * @xnu osfmk/ipc/ipc_right.c ipc_right_request_alloc — faithful
 */
export function requestOnEntry(
  space: IpcSpace, entry: IpcEntry, kind: { id: number; isArmed: boolean }, notify: Port | null,
): RequestResult {
  if (notify === null && entry.request === null) return { result: KERN_SUCCESS, previous: null }
  const isSendPossible = kind.id === MACH_NOTIFY_SEND_POSSIBLE
  const { port } = entry
  if (port !== null && !checkEntry(space, entry)) {
    const former = entry.request
    entry.request = null
    const previous = former === null ? null : cancelRequest(port, former)
    if (notify !== null) arm(entry, port, { name: entry.name, notify, isSendPossible, isArmed: kind.isArmed })
    return { result: KERN_SUCCESS, previous }
  }
  if (isSendPossible && notify !== null && entry.type === MACH_PORT_TYPE_DEAD_NAME) {
    if (entry.urefs < MACH_PORT_UREFS_MAX) entry.urefs++
    sendNotification(notify, MACH_NOTIFY_DEAD_NAME, entry.name)
    return { result: KERN_SUCCESS, previous: null }
  }
  const isSet = entry.type === MACH_PORT_TYPE_PORT_SET
  return { result: isSet ? KERN_INVALID_RIGHT : KERN_INVALID_ARGUMENT, previous: null }
}

function arm(entry: IpcEntry, port: Port, request: PortRequest): void {
  const cannotWait = entry.type === MACH_PORT_TYPE_SEND_ONCE || port.isKernelObject || !isFull(port)
  if (request.isSendPossible && request.isArmed && cannotWait) {
    sendNotification(request.notify, MACH_NOTIFY_SEND_POSSIBLE, request.name)
    return
  }
  entry.request = request
  port.requests.push(request)
}
