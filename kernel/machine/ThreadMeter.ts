import type { ThreadSample } from '../api/index.ts'
import { Task } from '../mach/index.ts'
import type { Scheduler, Thread } from '../sim/index.ts'
import { accountByUid } from '../userland/libsystem/index.ts'

/** Processes that used nothing are told too, as long as there are no more than this. */
const MOST_IDLE_PROCESSES = 100

type Line = { -readonly [Key in keyof ThreadSample]: ThreadSample[Key] }

/** What the threads used in one span. */
export interface ThreadUse {
  readonly threads: readonly ThreadSample[]
  readonly userNs: number
  readonly kernelNs: number
}

/** Reads the scheduler's accounts of threads, those that ended in between included. Changes nothing of the run. */
export class ThreadMeter {
  private last = new Map<Thread, number>()
  private ended: Thread[] = []

  constructor(private readonly clock: Scheduler) {
    clock.threadEnded = (thread) => this.ended.push(thread)
  }

  /** What was used since the last call: the kernel's threads by name, then the processes. */
  take(): ThreadUse {
    const kernel = new Map<string, Line>()
    const processes = new Map<Task, Line>()
    const used = new Map<Thread, number>()
    const count = (thread: Thread, alive: number): void => {
      const cpuNs = thread.cpuNs - (this.last.get(thread) ?? 0)
      const { task } = thread
      const line = task instanceof Task && task.pid !== 0
        ? lineOf(processes, task, () => processLine(task)) : kernelLineOf(kernel, thread.name)
      line.cpuNs += cpuNs
      line.threads += alive
    }
    for (const thread of this.ended) count(thread, 0)
    for (const thread of this.clock.threads.values()) {
      count(thread, 1)
      used.set(thread, thread.cpuNs)
    }
    this.last = used
    this.ended = []
    const own = [...kernel.values()]
    const users = [...processes.values()]
    return {
      threads: [...own, ...withoutManyIdle(users)],
      userNs: total(users), kernelNs: total(own),
    }
  }
}

function lineOf<Key>(lines: Map<Key, Line>, key: Key, make: () => Line): Line {
  const known = lines.get(key)
  if (known !== undefined) return known
  const made = make()
  lines.set(key, made)
  return made
}

/** Threads that are named after what they work on (`IOConfigThread_'PXSX'`) count together. */
function kernelLineOf(lines: Map<string, Line>, threadName: string): Line {
  const quoteAt = threadName.indexOf("_'")
  const name = quoteAt < 0 ? threadName : threadName.slice(0, quoteAt)
  return lineOf(lines, name, () => ({ pid: 0, name, user: 'root', threads: 0, cpuNs: 0 }))
}

const processLine = ({ pid, name, uid }: Task): Line =>
  ({ pid, name, user: accountByUid(uid)?.name ?? String(uid), threads: 0, cpuNs: 0 })

function withoutManyIdle(lines: readonly Line[]): readonly Line[] {
  return lines.length <= MOST_IDLE_PROCESSES ? lines : lines.filter(({ cpuNs }) => cpuNs > 0)
}

const total = (lines: readonly Line[]): number => lines.reduce((sum, { cpuNs }) => sum + cpuNs, 0)
