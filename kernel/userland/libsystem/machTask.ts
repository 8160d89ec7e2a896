import {
  task_create, task_terminate, TASK_EXC_GUARD_MP_DELIVER, TASK_EXC_GUARD_MP_FATAL, type Task,
} from '../../mach/user.ts'

export type { Task } from '../../mach/user.ts'

export interface ProcessTaskOptions {
  readonly name: string
  readonly pid: number
  readonly uid: number
  readonly gid: number
}

/** Makes the Mach task of a new process. */
export function createTask(options: ProcessTaskOptions): Task {
  return task_create(options)
}

/** Holds a task to the rules for the platform's own binaries: a grave mistake with a port name kills it. */
export function guardTask({ space: { guards } }: Task, kill: () => void): void {
  guards.isHardened = true
  guards.behavior = TASK_EXC_GUARD_MP_DELIVER | TASK_EXC_GUARD_MP_FATAL
  guards.onException = ({ isFatal }) => {
    if (isFatal) kill()
  }
}

/** Ends the Mach task of a process that has ended: its port names go away. */
export function terminateTask(task: Task): void {
  task_terminate(task)
}
