/** What a user task may ask the kernel: the traps. Userland imports nothing else of the kernel proper. */
import { KERN_INVALID_ADDRESS, KERN_INVALID_ARGUMENT, KERN_SUCCESS } from '../abi/kern_return.ts'
import { pageSizeBytes } from './physical.ts'
import type { Task } from './Task.ts'

export { mach_absolute_time, mach_wait_until, sleepNs } from './clock.ts'
export { host_get_host_priv_port, host_get_io_main, mach_host_self } from './host.ts'
export {
  MACH_PORT_DEAD, MACH_PORT_NULL, MACH_PORT_TYPE_DEAD_NAME, MACH_PORT_TYPE_DNREQUEST, MACH_PORT_TYPE_PORT_SET,
  MACH_PORT_TYPE_RECEIVE, MACH_PORT_TYPE_SEND, MACH_PORT_TYPE_SEND_ONCE, MACH_PORT_UREFS_MAX,
} from './ipc/IpcSpace.ts'
export {
  MACH_MSG_GUARD_FLAGS_IMMOVABLE_RECEIVE, MACH_MSG_GUARD_FLAGS_UNGUARDED_ON_SEND, MACH_MSG_PHYSICAL_COPY,
  MACH_MSG_TYPE_COPY_SEND, MACH_MSG_TYPE_MAKE_SEND, MACH_MSG_TYPE_MAKE_SEND_ONCE, MACH_MSG_TYPE_MOVE_RECEIVE,
  MACH_MSG_TYPE_MOVE_SEND, MACH_MSG_TYPE_MOVE_SEND_ONCE, MACH_MSG_VIRTUAL_COPY,
} from './ipc/KernelMessage.ts'
export type { Descriptor, Disposition, MachMessage, PortSlot, ReceivedMessage } from './ipc/KernelMessage.ts'
export { mach_msg_receive, mach_msg_send, type Received, type SendOptions } from './ipc/mach_msg.ts'
export type { ReceiveOptions } from './ipc/messageQueue.ts'
export {
  MACH_PORT_RIGHT_DEAD_NAME, MACH_PORT_RIGHT_PORT_SET, MACH_PORT_RIGHT_RECEIVE, MACH_PORT_RIGHT_SEND,
  MACH_PORT_RIGHT_SEND_ONCE, mach_port_allocate, mach_port_allocate_name, mach_port_deallocate,
  mach_port_destroy,
  mach_port_extract_right, mach_port_get_refs, mach_port_insert_right, mach_port_mod_refs, mach_port_names,
  mach_port_type, type NamedResult,
} from './ipc/mach_port.ts'
export * from './ipc/portAttributes.ts'
export * from './ipc/portConstruct.ts'
export * from './ipc/guardException.ts'
export * from './ipc/trailer.ts'
export {
  mach_port_extract_member, mach_port_get_set_status, mach_port_insert_member, mach_port_move_member,
} from './ipc/portSets.ts'
export {
  MACH_NOTIFY_DEAD_NAME, MACH_NOTIFY_NO_SENDERS, MACH_NOTIFY_PORT_DELETED, MACH_NOTIFY_PORT_DESTROYED,
  MACH_NOTIFY_SEND_ONCE, MACH_NOTIFY_SEND_POSSIBLE,
} from './ipc/rights.ts'
export { mach_rpc, type RpcResult } from './ipc/rpc.ts'
export {
  current_task, task_create, task_terminate, thread_create, type Task, type TaskOptions,
} from './Task.ts'
export { semaphore_signal_trap, semaphore_wait_trap } from './semaphore.ts'
export { trap, type TrapResult } from './traps.ts'

/**
 * Name of the task's own port; no right is added.
 * @xnu libsyscall/mach/mach_init.c mach_task_self — faithful
 */
export function mach_task_self(task: Task): number {
  return task.space.entryOf(task.selfPort)?.name ?? 0
}

/**
 * Gives the task zero-filled memory: anywhere, or at the page of an address. No size is no memory, and a
 * success.
 * @xnu osfmk/vm/vm_user.c mach_vm_allocate — faithful
 */
export function mach_vm_allocate(
  task: Task, sizeBytes: number, address?: number,
): { result: number; address: number } {
  if (sizeBytes === 0) return { result: KERN_SUCCESS, address: 0 }
  if (address === undefined) return task.map.allocate(sizeBytes)
  return task.map.allocate(sizeBytes, { address: address - (address % pageSizeBytes()) })
}

/**
 * Takes the pages of a range away; holes are fine.
 * @xnu osfmk/vm/vm_user.c mach_vm_deallocate — faithful
 */
export function mach_vm_deallocate(task: Task, address: number, sizeBytes: number): number {
  if (sizeBytes === 0) return KERN_SUCCESS
  if (!Number.isSafeInteger(address + sizeBytes)) return KERN_INVALID_ARGUMENT
  return task.map.deallocate(address, sizeBytes)
}

/** Loads bytes of the task's own memory; null for an address that would fault. */
export function loadBytes(task: Task, address: number, sizeBytes: number): Uint8Array | null {
  const bytes = new Uint8Array(sizeBytes)
  return task.map.read(address, bytes) ? bytes : null
}

/** Stores bytes into the task's own memory. */
export function storeBytes(task: Task, address: number, bytes: Uint8Array): number {
  return task.map.write(address, bytes) ? KERN_SUCCESS : KERN_INVALID_ADDRESS
}
