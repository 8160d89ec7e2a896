import { MIG_BAD_ID } from '../../abi/kern_return.ts'
import { assert, kernelState, type Blocking } from '../../sim/index.ts'
import type { Task } from '../Task.ts'
import type { CarriedPort } from './KernelMessage.ts'
import { Port } from './Port.ts'

/**
 * A request to a kernel object. Ports in `body` are `Port | null`; the server copies rights it wants to
 * keep.
 */
export interface KobjectRequest {
  readonly port: Port
  /** Task of the sender: the server runs on the sender's thread. */
  readonly task: Task
  readonly id: number
  readonly body: readonly unknown[]
  /** What rights the body's ports came as. */
  readonly ports: readonly CarriedPort[]
}

/** The answer. Rights in `ports` pass to the caller. */
export interface KobjectReply {
  readonly code: number
  readonly body: readonly unknown[]
  readonly ports?: readonly CarriedPort[]
}

export type KobjectServer = (request: KobjectRequest) => Blocking<KobjectReply>

interface Subsystem {
  readonly base: number
  readonly end: number
  readonly server: KobjectServer
}

const subsystems = kernelState((): Subsystem[] => [])

/**
 * Makes `server` answer the message ids base ≤ id < end of kernel-object ports. Once per world.
 * @xnu osfmk/kern/ipc_kobject.c mig_init — faithful
 */
export function mig_subsystem_register(base: number, end: number, server: KobjectServer): void {
  for (const other of subsystems()) assert(end <= other.base || other.end <= base,
    'subsystems do not overlap')
  subsystems().push({ base, end, server })
}

/** Whether ids from `base` on are already answered. @xnu ours: the original's table is fixed */
export function mig_subsystem_present(base: number): boolean {
  return subsystems().some((subsystem) => subsystem.base === base)
}

/**
 * Answers a message to a kernel object on the sender's own thread.
 * @xnu osfmk/kern/ipc_kobject.c ipc_kobject_server — simplified: arguments are JS values; data is not copied
 */
export function ipc_kobject_server(request: KobjectRequest): Blocking<KobjectReply> {
  const { id } = request
  for (const { base, end, server } of subsystems()) if (id >= base && id < end) return server(request)
  return { code: MIG_BAD_ID, body: [] }
}

/** A port that stands for a kernel object. @xnu osfmk/kern/ipc_kobject.c ipc_kobject_alloc_port — faithful */
export function ipc_kobject_alloc_port(kobject: object, kotype: number): Port {
  return new Port(kobject, kotype)
}
