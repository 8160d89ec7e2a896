/** The Mach task of a process: opaque to userland, handed to Mach calls. */
export type Task = object

export interface TaskOptions {
  readonly name: string
  readonly pid: number
  readonly uid: number
  readonly parent: Task | null
}

/** Makes the Mach task of a new process. */
export function createTask(options: TaskOptions): Task {
  return { ...options }
}

/** Ends the Mach task of a process that has ended: its port names go away. */
export function terminateTask(_task: Task): void {}
