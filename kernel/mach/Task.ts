import {
  isKernelThread, kernelState, scheduler, type Blocking, type KernelThread, type Thread,
} from '../sim/index.ts'
import { copyoutRight } from './ipc/copyin.ts'
import { terminateSpace } from './ipc/entries.ts'
import { IpcSpace, type IpcEntry } from './ipc/IpcSpace.ts'
import { MACH_MSG_TYPE_MOVE_SEND } from './ipc/KernelMessage.ts'
import { IKOT_TASK_CONTROL, Port } from './ipc/Port.ts'
import { ipc_kobject_dealloc_port, makeSendRight } from './ipc/rights.ts'
import { tokensOf, type SenderTokens } from './ipc/trailer.ts'
import { semaphore_destroy_all, type Semaphore } from './semaphore.ts'
import { VmMap } from './vm_map.ts'

/** A value of a task's entitlements: only boolean true grants a boolean entitlement. */
export type EntitlementValue = boolean | string | number | readonly EntitlementValue[] | ReadonlyMap<string,
EntitlementValue>

export interface TaskOptions {
  readonly pid: number
  readonly name: string
  readonly uid?: number
  /** Unless told, the group of the super user or that of everybody. */
  readonly gid?: number
  readonly entitlements?: ReadonlyMap<string, EntitlementValue>
}

const WHEEL = 0
const STAFF = 20

const versions = kernelState(() => ({ last: -1 }))

/** A task: port names, memory, threads and who it is. */
export class Task {
  readonly space = new IpcSpace()
  readonly map: VmMap
  readonly threads = new Set<Thread>()
  readonly selfPort = new Port(this, IKOT_TASK_CONTROL)
  readonly entitlements: ReadonlyMap<string, EntitlementValue>
  readonly pid: number
  name: string
  uid: number
  gid: number
  /** Counts processes: a pid that is used again has another. */
  readonly pidVersion = ++versions().last
  active = true
  /** In the background: clients that want the foreground are refused. */
  isGpuDenied = false
  /** Audit session: of the login that the process belongs to. */
  auditSessionID = 0
  /**
   * Called once at the end of `task_terminate`, after the ports: user clients of a dead task are told here.
   */
  readonly deathHooks = new Set<() => Blocking<void>>()
  /** Semaphores that it made and that have not ended. */
  readonly semaphores = new Set<Semaphore>()
  private knownTokens: SenderTokens | null = null
  /** Reply ports between two calls. */
  readonly replyPorts: IpcEntry[] = []

  constructor(options: TaskOptions, isKernel: boolean) {
    this.pid = options.pid
    this.name = options.name
    this.uid = options.uid ?? 0
    this.gid = options.gid ?? (this.uid === 0 ? WHEEL : STAFF)
    this.entitlements = options.entitlements ?? new Map()
    this.map = new VmMap(isKernel)
  }

  /** What its messages say of their sender. */
  get tokens(): SenderTokens {
    const known = this.knownTokens
    if (known !== null && isOf(known, this)) return known
    this.knownTokens = tokensOf(this)
    return this.knownTokens
  }

  /** Whether it runs as the super user. */
  get isPrivileged(): boolean {
    return this.uid === 0
  }

  /**
   * Whether the entitlement is boolean true.
   * @xnu iokit/Kernel/IOUserClient.cpp IOTaskHasEntitlement — faithful
   */
  hasEntitlement(name: string): boolean {
    return this.entitlements.get(name) === true
  }
}

/** Whether the tokens still say what the task is. */
function isOf({ audit, security }: SenderTokens, { uid, gid, auditSessionID }: Task): boolean {
  return security[0] === uid && security[1] === gid && audit[6] === auditSessionID
}

class TaskTable {
  readonly kernelTask = new Task({ pid: 0, name: 'kernel_task' }, true)
  readonly tasks = new Set<Task>([this.kernelTask])
}

const table = kernelState(() => new TaskTable())

export function kernel_task(): Task {
  return table().kernelTask
}

/** Task of the running thread; the kernel's own threads and the interrupt level count as the kernel task. */
export function current_task(): Task {
  const { inInterrupt, current } = scheduler()
  const task = inInterrupt ? null : current?.task
  return task instanceof Task ? task : kernel_task()
}

/** Tasks that live, in order of creation, the kernel task first. */
export function allTasks(): Iterable<Task> {
  return table().tasks
}

/**
 * Makes a task without threads; the task's own port is its first name, 0x103.
 * @xnu osfmk/kern/task.c task_create_internal — simplified: nothing is inherited from a parent
 */
export function task_create(options: TaskOptions): Task {
  const task = new Task(options, false)
  table().tasks.add(task)
  copyoutRight(task.space, makeSendRight(task.selfPort), MACH_MSG_TYPE_MOVE_SEND)
  return task
}

/** Starts a thread in `task`. Any context. @xnu osfmk/kern/thread.c thread_create_running — faithful */
export function thread_create(task: Task, name: string, body: KernelThread<unknown>): Thread {
  const thread = scheduler().spawn(name, body, task)
  task.threads.add(thread)
  const former = thread.onExit
  thread.onExit = () => {
    task.threads.delete(thread)
    former?.()
  }
  return thread
}

/**
 * Ends a task: death hooks, then its port names (receive rights die, last send rights notify), then its
 * memory. Its threads must have ended or be ended by the caller. Thread context.
 * @xnu osfmk/kern/task.c task_terminate_internal — simplified: threads are the process layer's business
 */
export function task_terminate(task: Task): void {
  if (!task.active) return
  task.active = false
  table().tasks.delete(task)
  semaphore_destroy_all(task)
  ipc_kobject_dealloc_port(task.selfPort)
  terminateSpace(task.space)
  for (const hook of [...task.deathHooks]) {
    const rest = hook()
    if (isKernelThread(rest)) scheduler().spawn('iokit_task_terminate', rest)
  }
  task.deathHooks.clear()
  task.map.destroy()
}
