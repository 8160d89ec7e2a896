import {
  KERN_DENIED, KERN_INVALID_ARGUMENT, KERN_INVALID_CAPABILITY, KERN_INVALID_NAME, KERN_INVALID_RIGHT,
  KERN_INVALID_VALUE, KERN_SUCCESS,
} from '../../abi/kern_return.ts'
import type { Task } from '../Task.ts'
import { isValidName } from './copyin.ts'
import { destroyEntry, loseReceive } from './entries.ts'
import {
  guarded, guardedBy, kGUARD_EXC_DESTROY, kGUARD_EXC_INCORRECT_GUARD, kGUARD_EXC_INVALID_ARGUMENT,
  kGUARD_EXC_INVALID_NAME,
  kGUARD_EXC_INVALID_RIGHT, kGUARD_EXC_INVALID_VALUE, kGUARD_EXC_SET_CONTEXT, kGUARD_EXC_UNGUARDED,
} from './guardException.ts'
import {
  MACH_PORT_NULL, MACH_PORT_TYPE_SEND, MACH_PORT_UREFS_MAX, type IpcEntry, type IpcSpace,
} from './IpcSpace.ts'
import { allocateReceive, type NamedResult } from './mach_port.ts'
import { setQueueLimit } from './messageQueue.ts'
import { MACH_PORT_QLIMIT_MAX, type Port } from './Port.ts'
import { receiveRight } from './portSets.ts'
import { destroyPort } from './rights.ts'

export const MPO_CONTEXT_AS_GUARD = 0x01
export const MPO_QLIMIT = 0x02
export const MPO_INSERT_SEND_RIGHT = 0x10
export const MPO_STRICT = 0x20
export const MPO_IMMOVABLE_RECEIVE = 0x80
export const MPO_TG_BLOCK_TRACKING = 0x200
export const MPO_SERVICE_PORT = 0x400
export const MPO_CONNECTION_PORT = 0x800
export const MPO_REPLY_PORT = 0x1000
export const MPO_ENFORCE_REPLY_PORT_SEMANTICS = 0x2000
export const MPO_PROVISIONAL_REPLY_PORT = 0x4000
export const MPO_EXCEPTION_PORT = 0x8000
export const MPG_STRICT = 1
export const MPG_IMMOVABLE_RECEIVE = 2

/** Of each of these at most one may be set. */
const KINDS = MPO_SERVICE_PORT | MPO_CONNECTION_PORT | MPO_TG_BLOCK_TRACKING
const REPLY_KINDS = MPO_REPLY_PORT | MPO_ENFORCE_REPLY_PORT_SEMANTICS | MPO_EXCEPTION_PORT
  | MPO_PROVISIONAL_REPLY_PORT

/**
 * Only who knows the guard may end the receive right.
 * @xnu osfmk/ipc/mach_port.c mach_port_guard_with_flags — faithful
 */
export function mach_port_guard_with_flags(task: Task, name: number, guard: bigint, flags: number): number {
  const port = receiveToGuard(task, name)
  return typeof port === 'number' ? port : guardPort(port, guard, flags)
}

/** The same, with one flag. @xnu osfmk/ipc/mach_port.c mach_port_guard — faithful */
export function mach_port_guard(task: Task, name: number, guard: bigint, isStrict: boolean): number {
  return mach_port_guard_with_flags(task, name, guard, isStrict ? MPG_STRICT : 0)
}

/** Takes the guard off; the receive right stays where it must. @xnu osfmk/ipc/mach_port.c mach_port_unguard —
 * faithful
 */
export function mach_port_unguard(task: Task, name: number, guard: bigint): number {
  const port = receiveToGuard(task, name)
  if (typeof port === 'number') return port
  if (!port.isGuarded) return guarded(task.space, name, kGUARD_EXC_UNGUARDED, KERN_INVALID_ARGUMENT)
  if (port.context !== guard) return wrongGuard(port)
  port.context = 0n
  port.isGuarded = false
  port.isStrictGuarded = false
  return KERN_SUCCESS
}

/** Puts one guard in another's place. @xnu osfmk/ipc/mach_port.c mach_port_swap_guard — faithful */
export function mach_port_swap_guard(task: Task, name: number, former: bigint, guard: bigint): number {
  const port = receiveToGuard(task, name)
  if (typeof port === 'number') return port
  if (!port.isGuarded) return guarded(task.space, name, kGUARD_EXC_UNGUARDED, KERN_INVALID_ARGUMENT)
  if (port.isStrictGuarded) {
    return guardedBy(port, kGUARD_EXC_SET_CONTEXT, KERN_INVALID_ARGUMENT)
  }
  if (port.context !== former) return wrongGuard(port)
  port.context = guard
  return KERN_SUCCESS
}

function receiveToGuard(task: Task, name: number): Port | number {
  if (!isValidName(name)) return KERN_INVALID_NAME
  const port = receiveRight(task, name)
  if (typeof port !== 'number') return port
  const reason = port === KERN_INVALID_NAME ? kGUARD_EXC_INVALID_NAME : kGUARD_EXC_INVALID_RIGHT
  return guarded(task.space, name, reason, port)
}

function wrongGuard(port: Port): number {
  return guardedBy(port, kGUARD_EXC_INCORRECT_GUARD, KERN_INVALID_ARGUMENT)
}

function guardPort(port: Port, guard: bigint, flags: number): number {
  if (port.context !== 0n) {
    return guardedBy(port, kGUARD_EXC_INVALID_ARGUMENT, KERN_INVALID_ARGUMENT)
  }
  port.context = guard
  port.isGuarded = true
  port.isStrictGuarded = (flags & MPG_STRICT) !== 0
  if ((flags & MPG_IMMOVABLE_RECEIVE) !== 0) port.isImmovableReceive = true
  return KERN_SUCCESS
}

export interface PortOptions {
  readonly flags: number
  readonly queueLimit?: number
  /** Whose connection the port is to be. */
  readonly servicePort?: number
}

/**
 * Makes a port with its attributes. Service ports are for who starts services, which no task here does.
 * @xnu osfmk/ipc/mach_port.c mach_port_construct — faithful
 */
export function mach_port_construct(task: Task, options: PortOptions, context: bigint): NamedResult {
  const fault = optionsFault(task, options)
  if (fault !== KERN_SUCCESS) return { result: fault, name: MACH_PORT_NULL }
  const { flags, queueLimit = 0 } = options
  const entry = allocateReceive(task.space)
  const port = entry.port!
  if ((flags & MPO_QLIMIT) !== 0) setQueueLimit(port, queueLimit)
  setReplyRules(task.space, port, flags)
  if ((flags & MPO_CONTEXT_AS_GUARD) !== 0) {
    const strict = (flags & MPO_STRICT) !== 0 ? MPG_STRICT : 0
    const stays = (flags & MPO_IMMOVABLE_RECEIVE) !== 0 ? MPG_IMMOVABLE_RECEIVE : 0
    guardPort(port, context, strict | stays)
  } else port.context = context
  if ((flags & MPO_INSERT_SEND_RIGHT) !== 0) {
    entry.type |= MACH_PORT_TYPE_SEND
    entry.urefs = 1
    port.sendRights = 1
    port.makeSendCount = 1
  }
  return { result: KERN_SUCCESS, name: entry.name }
}

function optionsFault(task: Task, { flags, queueLimit = 0, servicePort = 0 }: PortOptions): number {
  if (hasSeveral(flags & KINDS) || hasSeveral(flags & REPLY_KINDS)) return KERN_INVALID_ARGUMENT
  if ((flags & (MPO_TG_BLOCK_TRACKING | MPO_SERVICE_PORT)) !== 0) return KERN_DENIED
  if ((flags & MPO_CONNECTION_PORT) !== 0) return connectionFault(task.space, servicePort)
  return (flags & MPO_QLIMIT) !== 0 && queueLimit > MACH_PORT_QLIMIT_MAX ? KERN_INVALID_VALUE : KERN_SUCCESS
}

function hasSeveral(flags: number): boolean {
  return (flags & (flags - 1)) !== 0
}

/** A connection is one to a service port, of which there are none. */
function connectionFault(space: IpcSpace, name: number): number {
  if (name === MACH_PORT_NULL) return KERN_INVALID_ARGUMENT
  if (!isValidName(name)) return KERN_INVALID_NAME
  const entry = space.lookup(name)
  if (entry === null) return KERN_INVALID_NAME
  return entry.holdsSend ? KERN_INVALID_CAPABILITY : KERN_INVALID_RIGHT
}

/** Only binaries of the platform are held to their reply ports. */
function setReplyRules({ guards }: IpcSpace, port: Port, flags: number): void {
  if ((flags & MPO_REPLY_PORT) !== 0 && guards.isHardened) {
    port.isReplyPort = true
    port.isImmovableReceive = true
  }
  port.isProvisionalReplyPort = (flags & MPO_PROVISIONAL_REPLY_PORT) !== 0
  port.wantsReplyPort = (flags & MPO_ENFORCE_REPLY_PORT_SEMANTICS) !== 0
  if ((flags & MPO_EXCEPTION_PORT) !== 0) port.isImmovableReceive = true
}

/**
 * Ends a receive right by its guard, with `sendDelta` references of the send right beside it.
 * @xnu osfmk/ipc/ipc_right.c ipc_right_destruct — faithful
 */
export function mach_port_destruct(task: Task, name: number, sendDelta: number, guard: bigint): number {
  const { space } = task
  if (!isValidName(name)) return KERN_INVALID_NAME
  const entry = space.lookup(name)
  if (entry === null) return guarded(space, name, kGUARD_EXC_INVALID_NAME, KERN_INVALID_NAME)
  const { port } = entry
  if (port === null || !entry.holdsReceive) {
    return entry.hadReceive
      ? KERN_INVALID_RIGHT
      : guarded(space, name, kGUARD_EXC_INVALID_RIGHT, KERN_INVALID_RIGHT)
  }
  if (sendDelta !== 0 && !entry.holdsSend) {
    return guarded(space, name, kGUARD_EXC_INVALID_RIGHT, KERN_INVALID_RIGHT)
  }
  if (sendDelta > 0) return guarded(space, name, kGUARD_EXC_INVALID_VALUE, KERN_INVALID_VALUE)
  if (port.isGuarded && guard !== port.context) {
    return guardedBy(port, kGUARD_EXC_DESTROY, KERN_INVALID_ARGUMENT)
  }
  if (entry.urefs + sendDelta < 0) {
    return guarded(space, name, kGUARD_EXC_INVALID_VALUE, KERN_INVALID_VALUE)
  }
  destruct(space, entry, sendDelta)
  return KERN_SUCCESS
}

/** A count that reached its top changes only when all of it goes. */
function destruct(space: IpcSpace, entry: IpcEntry, sendDelta: number): void {
  const isPegged = entry.urefs === MACH_PORT_UREFS_MAX && sendDelta !== -MACH_PORT_UREFS_MAX
  const left = isPegged ? entry.urefs : entry.urefs + sendDelta
  if (!entry.holdsSend || left === 0) {
    destroyEntry(space, entry, null)
    return
  }
  const port = entry.port!
  entry.urefs = left
  loseReceive(entry)
  destroyPort(port)
}
