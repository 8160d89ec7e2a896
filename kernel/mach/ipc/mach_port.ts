import {
  KERN_INVALID_CAPABILITY, KERN_INVALID_NAME, KERN_INVALID_RIGHT, KERN_INVALID_VALUE, KERN_NAME_EXISTS,
  KERN_NO_SPACE,
  KERN_RIGHT_EXISTS, KERN_SUCCESS,
} from '../../abi/kern_return.ts'
import type { Task } from '../Task.ts'
import {
  carriedRight, copyinEntry, copyoutEntry, copyoutRight, COPYIN_ALLOW_IMMOVABLE_SEND, COPYIN_DEADOK,
  isValidName,
} from './copyin.ts'
import {
  changeEntry, checkEntry, deallocateEntry, destroyEntry, MACH_PORT_RIGHT_DEAD_NAME, MACH_PORT_RIGHT_NUMBER,
  MACH_PORT_RIGHT_PORT_SET, MACH_PORT_RIGHT_RECEIVE, MACH_PORT_RIGHT_SEND, MACH_PORT_RIGHT_SEND_ONCE,
} from './entries.ts'
import { guarded, kGUARD_EXC_INVALID_NAME } from './guardException.ts'
import {
  MACH_PORT_DEAD, MACH_PORT_NULL, MACH_PORT_TYPE_DEAD_NAME, MACH_PORT_TYPE_DNREQUEST, MACH_PORT_TYPE_NONE,
  MACH_PORT_TYPE_PORT_SET, MACH_PORT_TYPE_RECEIVE, type IpcEntry, type IpcSpace,
} from './IpcSpace.ts'
import { MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE, type Disposition } from './KernelMessage.ts'
import { IP_DEAD, Port, PortSet } from './Port.ts'
import { releaseRight } from './rights.ts'

export {
  MACH_PORT_RIGHT_DEAD_NAME, MACH_PORT_RIGHT_PORT_SET, MACH_PORT_RIGHT_RECEIVE, MACH_PORT_RIGHT_SEND,
  MACH_PORT_RIGHT_SEND_ONCE,
}

export interface NamedResult {
  readonly result: number
  readonly name: number
}

const NOTHING = (result: number): NamedResult => ({ result, name: MACH_PORT_NULL })

function newReceive(space: IpcSpace, name: number | null): IpcEntry | null {
  const port = new Port()
  const entry = name === null
    ? space.claim(MACH_PORT_TYPE_RECEIVE, port)
    : space.claimNamed(name, MACH_PORT_TYPE_RECEIVE, port)
  if (entry === null) return null
  space.remember(entry, port)
  port.receiver = space
  port.receiverName = entry.name
  return entry
}

/** Makes a receive right. @xnu osfmk/ipc/ipc_port.c ipc_port_alloc — faithful */
export function allocateReceive(space: IpcSpace): IpcEntry {
  return newReceive(space, null)!
}

function newEntry(space: IpcSpace, right: number, name: number | null): IpcEntry | number | null {
  const claim = (type: number, object: PortSet | null): IpcEntry | null => {
    return name === null ? space.claim(type, object) : space.claimNamed(name, type, object)
  }
  switch (right) {
    case MACH_PORT_RIGHT_RECEIVE: return newReceive(space, name)
    case MACH_PORT_RIGHT_PORT_SET: return claim(MACH_PORT_TYPE_PORT_SET, new PortSet())
    case MACH_PORT_RIGHT_DEAD_NAME: {
      const entry = space.claim(MACH_PORT_TYPE_DEAD_NAME, null)
      entry.urefs = 1
      return entry
    }
    default: return KERN_INVALID_VALUE
  }
}

/**
 * Makes a receive right, a port set or a dead name.
 * @xnu osfmk/ipc/mach_port.c mach_port_allocate — faithful
 */
export function mach_port_allocate(task: Task, right: number): NamedResult {
  const entry = newEntry(task.space, right, null)
  if (typeof entry === 'number') return NOTHING(entry)
  return { result: KERN_SUCCESS, name: entry!.name }
}

/**
 * The same under a name of the task's choice.
 * @xnu osfmk/ipc/mach_port.c mach_port_allocate_name — faithful
 */
export function mach_port_allocate_name(task: Task, right: number, name: number): number {
  if (!isValidName(name)) return KERN_INVALID_VALUE
  if (task.space.lookup((name | 3) >>> 0) !== null) return KERN_NAME_EXISTS
  const entry = newEntry(task.space, right, name)
  if (typeof entry === 'number') return entry
  return entry === null ? KERN_NO_SPACE : KERN_SUCCESS
}

/**
 * Drops one reference of a send, send-once or dead name, or a set.
 * @xnu osfmk/ipc/mach_port.c mach_port_deallocate — faithful
 */
export function mach_port_deallocate(task: Task, name: number): number {
  if (!isValidName(name)) return KERN_SUCCESS
  const entry = task.space.lookup(name)
  return entry === null ? wrongName(task, name) : deallocateEntry(task.space, entry)
}

function wrongName(task: Task, name: number): number {
  return guarded(task.space, name, kGUARD_EXC_INVALID_NAME, KERN_INVALID_NAME)
}

/** Ends a right whatever its references. @xnu osfmk/ipc/mach_port.c mach_port_destroy — faithful */
export function mach_port_destroy(task: Task, name: number): number {
  if (!isValidName(name)) return KERN_SUCCESS
  const entry = task.space.lookup(name)
  return entry === null ? wrongName(task, name) : destroyEntry(task.space, entry, 0n)
}

/** References of one kind of right under a name. @xnu osfmk/ipc/mach_port.c mach_port_get_refs — faithful */
export function mach_port_get_refs(
  task: Task, name: number, right: number,
): { result: number; refs: number } {
  if (right < 0 || right >= MACH_PORT_RIGHT_NUMBER) return { result: KERN_INVALID_VALUE, refs: 0 }
  const isSend = right === MACH_PORT_RIGHT_SEND || right === MACH_PORT_RIGHT_SEND_ONCE
  if (!isValidName(name)) {
    return isSend ? { result: KERN_SUCCESS, refs: 1 } : { result: KERN_INVALID_NAME, refs: 0 }
  }
  const entry = task.space.lookup(name)
  if (entry === null) return { result: KERN_INVALID_NAME, refs: 0 }
  checkEntry(task.space, entry)
  if ((entry.type & (0x10000 << right)) === 0) return { result: KERN_SUCCESS, refs: 0 }
  const isCounted = right === MACH_PORT_RIGHT_SEND || right === MACH_PORT_RIGHT_DEAD_NAME
  return { result: KERN_SUCCESS, refs: isCounted ? entry.urefs : 1 }
}

/** Changes the references of a right. @xnu osfmk/ipc/mach_port.c mach_port_mod_refs — faithful */
export function mach_port_mod_refs(task: Task, name: number, right: number, delta: number): number {
  if (right < 0 || right >= MACH_PORT_RIGHT_NUMBER) return KERN_INVALID_VALUE
  if (!isValidName(name)) {
    return right === MACH_PORT_RIGHT_SEND || right === MACH_PORT_RIGHT_SEND_ONCE
      ? KERN_SUCCESS
      : KERN_INVALID_NAME
  }
  const entry = task.space.lookup(name)
  return entry === null ? wrongName(task, name) : changeEntry(task.space, entry, right, delta)
}

/** What a name stands for, as MACH_PORT_TYPE bits. @xnu osfmk/ipc/mach_port.c mach_port_type — faithful */
export function mach_port_type(task: Task, name: number): { result: number; type: number } {
  if (name === MACH_PORT_DEAD) return { result: KERN_SUCCESS, type: MACH_PORT_TYPE_DEAD_NAME }
  const entry = name === MACH_PORT_NULL ? null : task.space.lookup(name)
  if (entry === null) return { result: KERN_INVALID_NAME, type: MACH_PORT_TYPE_NONE }
  checkEntry(task.space, entry)
  const requested = entry.request === null ? 0 : MACH_PORT_TYPE_DNREQUEST
  return { result: KERN_SUCCESS, type: (entry.type | requested) >>> 0 }
}

/** All names of the task with their types. @xnu osfmk/ipc/mach_port.c mach_port_names — faithful */
export function mach_port_names(task: Task): readonly { readonly name: number; readonly type: number }[] {
  return task.space.list().map(({ name }) => ({ name, type: mach_port_type(task, name).type }))
}

/**
 * Puts a right, got from the task's own name `poly`, under `name`: as a rule a send right beside a receive
 * right.
 * @xnu osfmk/ipc/mach_port.c mach_port_insert_right — faithful
 */
export function mach_port_insert_right(
  task: Task, name: number, disposition: Disposition, poly = name,
): number {
  const { space } = task
  if (!isValidName(name)) return KERN_INVALID_VALUE
  if (!isValidName(poly)) return KERN_INVALID_CAPABILITY
  const from = space.lookup(poly)
  if (from === null) return KERN_INVALID_RIGHT
  const port = copyinEntry(space, from, disposition, COPYIN_DEADOK)
  if (typeof port === 'number') return port
  if (port === IP_DEAD) return KERN_INVALID_CAPABILITY
  const right = carriedRight(disposition)
  const fault = insertNamed(space, name, port, right)
  if (fault !== KERN_SUCCESS) releaseRight(port, right)
  return fault
}

/** @xnu osfmk/ipc/ipc_object.c ipc_object_copyout_name — faithful */
function insertNamed(space: IpcSpace, name: number, port: Port, right: 16 | 17 | 18): number {
  const taken = space.lookup(name)
  const known = right === MACH_MSG_TYPE_MOVE_SEND_ONCE ? null : space.entryOf(port)
  if (!port.alive) return KERN_INVALID_CAPABILITY
  if (known !== null) {
    if (known.name !== name) return KERN_RIGHT_EXISTS
    copyoutEntry(space, known, port, right)
    return KERN_SUCCESS
  }
  if (taken !== null) return KERN_NAME_EXISTS
  const entry = space.claimNamed(name, MACH_PORT_TYPE_NONE, port)
  if (entry === null) return KERN_NO_SPACE
  copyoutEntry(space, entry, port, right)
  return KERN_SUCCESS
}

/**
 * Gives a right that `task` holds to `into`, by default to itself.
 * @xnu osfmk/ipc/mach_port.c mach_port_extract_right — faithful
 */
export function mach_port_extract_right(
  task: Task, name: number, disposition: Disposition, into: Task = task,
): NamedResult {
  if (disposition < 16 || disposition > 21) return NOTHING(KERN_INVALID_VALUE)
  if (!isValidName(name)) return NOTHING(KERN_INVALID_RIGHT)
  const entry = task.space.lookup(name)
  if (entry === null) return NOTHING(KERN_INVALID_NAME)
  const allows = into === task && disposition === MACH_MSG_TYPE_COPY_SEND ? COPYIN_ALLOW_IMMOVABLE_SEND : 0
  const port = copyinEntry(task.space, entry, disposition, COPYIN_DEADOK | allows)
  if (typeof port === 'number') return NOTHING(port)
  return { result: KERN_SUCCESS, name: copyoutRight(into.space, port, carriedRight(disposition)) }
}
