import type { Process } from '../libsystem/Process.ts'
import { shellStatus, type WaitStatus } from '../libsystem/ProcessExit.ts'
import { takeChange } from '../libsystem/processTable.ts'
import { signalDescription } from '../libsystem/signals.ts'

export interface JobMember {
  readonly process: Process
  status: WaitStatus | null
}

/** A pipeline that the shell started. */
export interface Job {
  readonly number: number
  readonly pgid: number
  readonly members: readonly JobMember[]
  readonly text: string
  /** The user has been told of the present state. */
  notified: boolean
}

/** State of a job as its members give it. */
export function jobState(job: Job): 'running' | 'suspended' | 'done' {
  if (job.members.every(({ status }) => status !== null && status.kind !== 'stopped')) return 'done'
  const alive = job.members.filter(({ status }) => status === null)
  return alive.length === 0 ? 'suspended' : 'running'
}

/** Status of the whole job: that of its last member. */
export function jobStatus(job: Job): number {
  const status = job.members.at(-1)?.status
  return status === null || status === undefined ? 0 : shellStatus(status)
}

/** How `jobs` and the messages call the state. */
export function jobStateText(job: Job): string {
  const state = jobState(job)
  if (state !== 'done') return state
  const status = job.members.at(-1)?.status
  if (status?.kind === 'signaled') return signalDescription(status.signal)
  return status?.kind === 'exited' && status.status !== 0 ? `exit ${status.status}` : 'done'
}

/** The jobs of a shell that it does not wait for. */
export class JobTable {
  readonly jobs: Job[] = []

  /** The number that the next job will get. */
  nextNumber(): number {
    let number = 1
    while (this.jobs.some((job) => job.number === number)) number++
    return number
  }

  add(job: Job): void {
    this.jobs.push(job)
  }

  remove(job: Job): void {
    const index = this.jobs.indexOf(job)
    if (index >= 0) this.jobs.splice(index, 1)
  }

  /** Takes the changes of state of all members without sleeping. */
  poll(shell: Process): void {
    for (const job of this.jobs) {
      for (const member of job.members) {
        if (member.status !== null && member.status.kind !== 'stopped') continue
        const change = takeChange(shell, member.process, true)
        if (change !== null) {
          member.status = change
          job.notified = false
        } else if (member.process.state === 'running') member.status = null
      }
    }
  }

  /** `%1`, `%%`, `%+`, `%-`, `%name` or nothing: the job meant, or null. */
  find(spec: string | undefined): Job | null {
    if (spec === undefined || spec === '%%' || spec === '%+' || spec === '%') return this.jobs.at(-1) ?? null
    if (spec === '%-') return this.jobs.at(-2) ?? this.jobs.at(-1) ?? null
    if (!spec.startsWith('%')) return null
    const rest = spec.slice(1)
    if (/^[0-9]+$/.test(rest)) return this.jobs.find((job) => job.number === Number(rest)) ?? null
    return this.jobs.findLast((job) => job.text.startsWith(rest)) ?? null
  }

  /** `+` for the current job, `-` for the one before, blank otherwise. */
  mark(job: Job): string {
    if (job === this.jobs.at(-1)) return '+'
    return job === this.jobs.at(-2) ? '-' : ' '
  }

  /** The line that `jobs` prints, without newline. */
  line(job: Job): string {
    return `[${job.number}]  ${this.mark(job)} ${jobStateText(job).padEnd(9)}  ${job.text}`
  }
}
