import {
  KERN_INVALID_ARGUMENT, KERN_INVALID_NAME, KERN_INVALID_RIGHT, KERN_INVALID_VALUE, KERN_SUCCESS, KERN_UREFS_OVERFLOW,
} from '../../abi/kern_return.ts'
import { MACH_MSG_SUCCESS } from '../../abi/kern_return.ts'
import type { Task } from '../Task.ts'
import { copyinRight, copyoutRight } from './copyin.ts'
import { MACH_PORT_NULL, MACH_PORT_TYPE_DEAD_NAME, MACH_PORT_TYPE_NONE, MACH_PORT_TYPE_SEND_ONCE } from './IpcSpace.ts'
import type { Disposition } from './KernelMessage.ts'
import { MACH_PORT_QLIMIT_MAX, PortSet } from './Port.ts'
import { MACH_NOTIFY_DEAD_NAME, MACH_NOTIFY_NO_SENDERS, joinSet, leaveSet, makeSendOnceRight } from './rights.ts'

export const MACH_PORT_RIGHT_SEND = 0
export const MACH_PORT_RIGHT_RECEIVE = 1
export const MACH_PORT_RIGHT_SEND_ONCE = 2
export const MACH_PORT_RIGHT_PORT_SET = 3
export const MACH_PORT_RIGHT_DEAD_NAME = 4

export interface NamedResult {
  readonly result: number
  readonly name: number
}

/** Makes a receive right, a port set or a dead name. @xnu osfmk/ipc/mach_port.c mach_port_allocate — faithful */
export function mach_port_allocate(task: Task, right: number): NamedResult {
  switch (right) {
    case MACH_PORT_RIGHT_RECEIVE: return { result: KERN_SUCCESS, name: task.space.allocateReceive().name }
    case MACH_PORT_RIGHT_PORT_SET: return { result: KERN_SUCCESS, name: task.space.allocatePortSet().name }
    case MACH_PORT_RIGHT_DEAD_NAME: return { result: KERN_SUCCESS, name: task.space.allocateDeadName().name }
    default: return { result: KERN_INVALID_VALUE, name: MACH_PORT_NULL }
  }
}

/** Drops one user reference of a send, send-once or dead name. @xnu osfmk/ipc/mach_port.c mach_port_deallocate — faithful */
export function mach_port_deallocate(task: Task, name: number): number {
  return task.space.deallocate(name)
}

/** Ends a right whatever its references. @xnu osfmk/ipc/mach_port.c mach_port_destroy — faithful */
export function mach_port_destroy(task: Task, name: number): number {
  const entry = task.space.lookup(name)
  if (entry === null) return KERN_INVALID_NAME
  if (entry.object instanceof PortSet) {
    for (const member of entry.object.members.splice(0)) member.set = null
    task.space.removeEntry(entry)
    return KERN_SUCCESS
  }
  if (entry.holdsReceive) task.space.destroyReceive(entry)
  if (task.space.lookup(name) !== entry) return KERN_SUCCESS
  entry.urefs = 1
  return task.space.deallocate(name)
}

/** References of one kind of right under a name. @xnu osfmk/ipc/mach_port.c mach_port_get_refs — faithful */
export function mach_port_get_refs(task: Task, name: number, right: number): { result: number; refs: number } {
  const entry = task.space.lookup(name)
  if (entry === null) return { result: KERN_INVALID_NAME, refs: 0 }
  const held = (entry.type & (0x10000 << right)) !== 0
  const counts = right === MACH_PORT_RIGHT_RECEIVE || right === MACH_PORT_RIGHT_PORT_SET ? 1 : entry.urefs
  return { result: KERN_SUCCESS, refs: held ? counts : 0 }
}

/**
 * Adds to the references of a right. @xnu osfmk/ipc/mach_port.c mach_port_mod_refs — simplified: receive rights
 * and port sets take only −1 or 0
 */
export function mach_port_mod_refs(task: Task, name: number, right: number, delta: number): number {
  const entry = task.space.lookup(name)
  if (entry === null) return KERN_INVALID_NAME
  if ((entry.type & (0x10000 << right)) === 0) return KERN_INVALID_RIGHT
  if (right === MACH_PORT_RIGHT_RECEIVE || right === MACH_PORT_RIGHT_PORT_SET) {
    if (delta > 0 || delta < -1) return KERN_INVALID_VALUE
    if (delta === 0) return KERN_SUCCESS
    if (right === MACH_PORT_RIGHT_PORT_SET) return mach_port_destroy(task, name)
    task.space.destroyReceive(entry)
    return KERN_SUCCESS
  }
  if (entry.urefs + delta < 0) return KERN_INVALID_VALUE
  if (entry.urefs + delta > 0xffff) return KERN_UREFS_OVERFLOW
  if (delta > 0 && right === MACH_PORT_RIGHT_SEND_ONCE) return KERN_INVALID_VALUE
  if (entry.urefs + delta > 0) {
    entry.urefs += delta
    return KERN_SUCCESS
  }
  entry.urefs = 1
  return task.space.deallocate(name)
}

/** What a name stands for, as MACH_PORT_TYPE bits. @xnu osfmk/ipc/mach_port.c mach_port_type — faithful */
export function mach_port_type(task: Task, name: number): { result: number; type: number } {
  const entry = task.space.lookup(name)
  return entry === null
    ? { result: KERN_INVALID_NAME, type: MACH_PORT_TYPE_NONE }
    : { result: KERN_SUCCESS, type: entry.type }
}

/** Makes a send right from the task's own receive right, under the same name. */
export function mach_port_insert_right(task: Task, name: number, disposition: Disposition): number {
  const copied = copyinRight(task.space, name, disposition)
  if (copied.code !== MACH_MSG_SUCCESS || copied.port === null) return KERN_INVALID_RIGHT
  copyoutRight(task.space, copied.port, copied.right)
  return KERN_SUCCESS
}

/** Puts a receive right into a port set, out of its former one; set 0 only takes it out. */
export function mach_port_move_member(task: Task, member: number, set: number): number {
  const entry = task.space.lookup(member)
  if (entry === null) return KERN_INVALID_NAME
  const port = entry.port
  if (port === null || !entry.holdsReceive) return KERN_INVALID_RIGHT
  if (set === MACH_PORT_NULL) {
    leaveSet(port)
    return KERN_SUCCESS
  }
  const target = task.space.lookup(set)
  if (target === null) return KERN_INVALID_NAME
  if (!(target.object instanceof PortSet)) return KERN_INVALID_RIGHT
  joinSet(port, target.object)
  return KERN_SUCCESS
}

/** Sets how many messages the port holds. @xnu osfmk/ipc/mach_port.c mach_port_set_attributes — simplified: the limit only */
export function mach_port_set_queue_limit(task: Task, name: number, limit: number): number {
  const entry = task.space.lookup(name)
  if (entry === null) return KERN_INVALID_NAME
  if (entry.port === null || !entry.holdsReceive) return KERN_INVALID_RIGHT
  if (limit > MACH_PORT_QLIMIT_MAX) return KERN_INVALID_VALUE
  entry.port.queueLimit = limit
  return KERN_SUCCESS
}

export interface NotificationRequest {
  /** Right that is watched. */
  readonly name: number
  /** MACH_NOTIFY_DEAD_NAME or MACH_NOTIFY_NO_SENDERS. */
  readonly id: number
  /** Make-send count for no-senders, or 1 to be told at once when the name is already dead. */
  readonly sync: number
  /** Receive right of the same task to which the notification goes. */
  readonly notify: number
}

/**
 * Asks for a dead-name or no-senders notification.
 * @xnu osfmk/ipc/mach_port.c mach_port_request_notification — simplified: these two kinds; a former request is dropped
 */
export function mach_port_request_notification(task: Task, request: NotificationRequest): number {
  const entry = task.space.lookup(request.name)
  if (entry === null) return KERN_INVALID_NAME
  const notify = task.space.lookup(request.notify)
  if (notify?.port == null || !notify.holdsReceive) return KERN_INVALID_RIGHT
  if (request.id === MACH_NOTIFY_NO_SENDERS) {
    if (entry.port === null || !entry.holdsReceive) return KERN_INVALID_RIGHT
    entry.port.noSendersNotify = makeSendOnceRight(notify.port)
    return KERN_SUCCESS
  }
  if (request.id !== MACH_NOTIFY_DEAD_NAME) return KERN_INVALID_VALUE
  if (entry.type === MACH_PORT_TYPE_DEAD_NAME || entry.port === null) return KERN_INVALID_ARGUMENT
  if ((entry.type & MACH_PORT_TYPE_SEND_ONCE) !== 0) return KERN_INVALID_RIGHT
  entry.port.deadNameRequests.push({ space: task.space, name: request.name, notify: makeSendOnceRight(notify.port) })
  return KERN_SUCCESS
}
