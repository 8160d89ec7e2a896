import { assert, kernelState, wait, type Blocking, type KernelThread } from '../sim/index.ts'
import type { Task } from './Task.ts'

/** What a system call answers: `errno` 0 and a value, or an error number. */
export interface TrapResult {
  readonly errno: number
  readonly value: unknown
}

export type TrapHandler = (task: Task, ...args: readonly unknown[]) => Blocking<TrapResult>

const ENOSYS = 78
const handlers = kernelState(() => new Map<string, TrapHandler>())

/** Makes `handler` answer the system call `name` of this world. Once per name. */
export function registerTrap(name: string, handler: TrapHandler): void {
  assert(!handlers().has(name), `the trap ${name} is registered once`)
  handlers().set(name, handler)
}

/** Calls the kernel by name. Unknown names answer ENOSYS. @xnu ours: system calls by name */
export function* trap(task: Task, name: string, ...args: readonly unknown[]): KernelThread<TrapResult> {
  const handler = handlers().get(name)
  if (handler === undefined) return { errno: ENOSYS, value: null }
  return yield* wait(handler(task, ...args))
}
