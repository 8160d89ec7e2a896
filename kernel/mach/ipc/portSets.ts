import {
  KERN_ALREADY_IN_SET, KERN_INVALID_NAME, KERN_INVALID_RIGHT, KERN_NOT_IN_SET, KERN_SUCCESS,
} from '../../abi/kern_return.ts'
import type { Task } from '../Task.ts'
import { isValidName } from './copyin.ts'
import { guarded, kGUARD_EXC_INVALID_NAME, kGUARD_EXC_INVALID_RIGHT } from './guardException.ts'
import { MACH_PORT_DEAD, MACH_PORT_NULL } from './IpcSpace.ts'
import { joinSet, leaveAllSets, leaveSet } from './messageQueue.ts'
import type { Port, PortSet } from './Port.ts'

/**
 * The port whose receive right the name is, or why not.
 * @xnu osfmk/ipc/ipc_port.c ipc_port_translate_receive — faithful
 */
export function receiveRight(task: Task, name: number): Port | number {
  if (!isValidName(name)) return KERN_INVALID_RIGHT
  const entry = task.space.lookup(name)
  if (entry === null) return KERN_INVALID_NAME
  return entry.port !== null && entry.holdsReceive ? entry.port : KERN_INVALID_RIGHT
}

function setOf(task: Task, name: number): PortSet | number {
  const entry = task.space.lookup(name)
  if (entry === null) return KERN_INVALID_NAME
  return entry.portSet ?? KERN_INVALID_RIGHT
}

/**
 * Puts a receive right into a port set, out of all others; set 0 only takes it out of them.
 * @xnu osfmk/ipc/mach_port.c mach_port_move_member — faithful
 */
export function mach_port_move_member(task: Task, member: number, after: number): number {
  if (after === MACH_PORT_DEAD) return KERN_INVALID_RIGHT
  const port = receiveRight(task, member)
  if (typeof port === 'number') return port
  if (after === MACH_PORT_NULL) {
    if (port.sets.length === 0) return KERN_NOT_IN_SET
    leaveAllSets(port)
    return KERN_SUCCESS
  }
  const set = setOf(task, after)
  if (typeof set === 'number') return set
  joinSet(port, set)
  leaveAllSets(port, set)
  return KERN_SUCCESS
}

/** Puts a receive right into one more set. @xnu osfmk/ipc/mach_port.c mach_port_insert_member — faithful */
export function mach_port_insert_member(task: Task, name: number, setName: number): number {
  const pair = memberAndSet(task, name, setName)
  if (typeof pair === 'number') return pair
  return joinSet(pair.port, pair.set) ? KERN_SUCCESS : KERN_ALREADY_IN_SET
}

/** Takes a receive right out of one set. @xnu osfmk/ipc/mach_port.c mach_port_extract_member — faithful */
export function mach_port_extract_member(task: Task, name: number, setName: number): number {
  const pair = memberAndSet(task, name, setName)
  if (typeof pair === 'number') return pair
  return leaveSet(pair.port, pair.set) ? KERN_SUCCESS : KERN_NOT_IN_SET
}

function memberAndSet(task: Task, name: number, setName: number): { port: Port; set: PortSet } | number {
  if (!isValidName(name) || !isValidName(setName)) return KERN_INVALID_RIGHT
  const { space } = task
  const [member, set] = [space.lookup(name), space.lookup(setName)]
  if (member === null) return guarded(space, name, kGUARD_EXC_INVALID_NAME, KERN_INVALID_NAME)
  if (set === null) return guarded(space, setName, kGUARD_EXC_INVALID_NAME, KERN_INVALID_NAME)
  if (member.port === null || !member.holdsReceive) {
    return member.hadReceive
      ? KERN_INVALID_RIGHT
      : guarded(space, name, kGUARD_EXC_INVALID_RIGHT, KERN_INVALID_RIGHT)
  }
  if (set.portSet === null) return guarded(space, setName, kGUARD_EXC_INVALID_RIGHT, KERN_INVALID_RIGHT)
  return { port: member.port, set: set.portSet }
}

/** Names of the members of a set. @xnu osfmk/ipc/mach_port.c mach_port_get_set_status — faithful */
export function mach_port_get_set_status(
  task: Task, name: number,
): { readonly result: number; readonly members: readonly number[] } {
  const set = isValidName(name) ? setOf(task, name) : KERN_INVALID_RIGHT
  if (typeof set === 'number') return { result: set, members: [] }
  return { result: KERN_SUCCESS, members: set.members.map((member) => member.receiverName) }
}
