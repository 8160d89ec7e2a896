import { task_create, task_terminate, type Task } from '../../mach/user.ts'

export type { Task } from '../../mach/user.ts'

export interface ProcessTaskOptions {
  readonly name: string
  readonly pid: number
  readonly uid: number
}

/** Makes the Mach task of a new process. */
export function createTask(options: ProcessTaskOptions): Task {
  return task_create(options)
}

/** Ends the Mach task of a process that has ended: its port names go away. */
export function terminateTask(task: Task): void {
  task_terminate(task)
}
