import { kernelState } from '../sim/index.ts'
import { copyoutRight } from './ipc/copyin.ts'
import { MACH_PORT_NULL } from './ipc/IpcSpace.ts'
import { MACH_MSG_TYPE_MOVE_SEND } from './ipc/KernelMessage.ts'
import { IKOT_HOST, IKOT_HOST_PRIV, IKOT_MAIN_DEVICE, Port } from './ipc/Port.ts'
import { makeSendRight } from './ipc/rights.ts'
import type { Task } from './Task.ts'

/** The machine's special ports. */
class Host {
  readonly host = new Port(this, IKOT_HOST)
  readonly privileged = new Port(this, IKOT_HOST_PRIV)
  readonly ioMain = new Port(this, IKOT_MAIN_DEVICE)
}

const host = kernelState(() => new Host())

/** Port through which I/O Kit routines are called that concern no single object. */
export function main_device_port(): Port {
  return host().ioMain
}

/**
 * The privileged host port itself, no right. Any context.
 * @xnu osfmk/kern/host.c host_priv_self — faithful
 */
export function host_priv_port(): Port {
  return host().privileged
}

function copyoutSend(task: Task, port: Port): number {
  return copyoutRight(task.space, port, MACH_MSG_TYPE_MOVE_SEND)
}

/**
 * Trap: a send right to the task's host port, which is the privileged one for root's tasks.
 * @xnu osfmk/kern/ipc_host.c host_self_trap — faithful
 */
export function mach_host_self(task: Task): number {
  return copyoutSend(task, makeSendRight(task.isPrivileged ? host().privileged : host().host))
}

/**
 * A send right to I/O Kit's main port.
 * @xnu osfmk/kern/host.c host_get_special_port HOST_IO_MAIN_PORT — faithful
 */
export function host_get_io_main(task: Task, hostName: number): number {
  const port = task.space.lookup(hostName)?.port
  if (port?.kotype !== IKOT_HOST && port?.kotype !== IKOT_HOST_PRIV) return MACH_PORT_NULL
  return copyoutSend(task, makeSendRight(host().ioMain))
}

/**
 * A send right to the privileged host port, asked with that port by a task whose host port it is; else 0.
 * Thread context. @xnu osfmk/mach/host_special_ports.h host_get_host_priv_port — faithful
 */
export function host_get_host_priv_port(task: Task, hostName: number): number {
  const port = task.space.lookup(hostName)?.port
  if (port?.kotype !== IKOT_HOST_PRIV || !task.isPrivileged) return MACH_PORT_NULL
  return copyoutSend(task, makeSendRight(host().privileged))
}
