import type { KernelThread } from '../../../sim/index.ts'
import type { OpenFile } from '../../libsystem/OpenFile.ts'
import { makePipe } from '../../libsystem/Pipe.ts'
import type { Process } from '../../libsystem/Process.ts'
import { shellStatus } from '../../libsystem/ProcessExit.ts'
import { signalGroup, spawnProcess, waitFor } from '../../libsystem/processTable.ts'
import { SIGCONT, SIGINT, SIGPIPE, signalDescription } from '../../libsystem/signals.ts'
import { NullFile } from '../../libsystem/vfs/openFiles.ts'
import type { ShellCommand } from '../ast.ts'
import { complain } from '../builtins/Builtin.ts'
import { ShellInterrupt } from '../control.ts'
import { jobState, jobStatus, type Job, type JobMember } from '../JobTable.ts'
import type { Shell } from '../Shell.ts'
import { runCommand } from './command.ts'
import { endedByControl } from './subshell.ts'

export interface JobPlan {
  readonly commands: readonly ShellCommand[]
  readonly text: string
  readonly background: boolean
}

/** Starts a process for each command and joins them by pipes. Null when no process could be made. */
export function* startJob(shell: Shell, plan: JobPlan): KernelThread<Job | null> {
  const bodies = plan.commands.map((command) => (process: Process) => {
    const child = shell.fork(process)
    child.replaceable = true
    return endedByControl(child, () => runCommand(child, command, plan.text))
  })
  return yield* startBodies(shell, { ...plan, argvs: plan.commands.map(() => shell.process.argv), bodies })
}

export interface BodiesPlan {
  readonly text: string
  readonly background: boolean
  readonly argvs: readonly (readonly string[])[]
  readonly bodies: readonly ((process: Process) => KernelThread<number>)[]
}

/** As `startJob`, for process bodies that are already made. */
export function* startBodies(shell: Shell, plan: BodiesPlan): KernelThread<Job | null> {
  const { process } = shell
  yield* process.stdout.flush()
  const members: JobMember[] = []
  let input: OpenFile | null = null
  let pgid: number | 'new' | undefined = shell.jobControl ? 'new' : undefined
  for (const [index, body] of plan.bodies.entries()) {
    const pipe: [OpenFile, OpenFile] | null = index < plan.bodies.length - 1 ? makePipe() : null
    const files = new Map(process.files)
    if (input !== null) files.set(0, input)
    else if (plan.background && !shell.jobControl) files.set(0, new NullFile())
    if (pipe !== null) files.set(1, pipe[1].retain())
    const child = spawnProcess({
      parent: process, argv: plan.argvs[index]!, files, env: shell.environment(), body,
      ...(pgid === undefined ? {} : { pgid }),
    })
    input?.release()
    pipe?.[1].release()
    input = pipe === null ? null : pipe[0].retain()
    if (child === null) {
      input?.release()
      yield* complain(shell, 'fork failed: resource temporarily unavailable')
      break
    }
    members.push({ process: child, status: null })
    if (pgid === 'new') pgid = child.pgid
    if (index === 0 && shell.jobControl && !plan.background) giveTerminal(shell, child.pgid)
  }
  const first = members[0]
  if (first === undefined) return null
  return { number: shell.jobs.nextNumber(), pgid: first.process.pgid, members, text: plan.text, notified: true }
}

/** Makes a process group the one that the keyboard talks to. */
export function giveTerminal(shell: Shell, pgid: number): void {
  if (shell.process.tty !== null) shell.process.tty.foregroundPgid = pgid
}

/** Waits until a foreground job ends or stops; its status is that of the pipeline. */
export function* waitForJob(shell: Shell, job: Job): KernelThread<number> {
  for (const member of job.members) {
    while (member.status === null) {
      const change = yield* waitFor(shell.process, member.process, shell.jobControl)
      if (typeof change !== 'number') member.status = change
      else if (!shell.interactive && shell.pendingTraps.length > 0) continue
    }
  }
  if (shell.jobControl) giveTerminal(shell, shell.process.pgid)
  if (jobState(job) !== 'done') return yield* suspended(shell, job)
  const status = shell.options.pipefail ? worstStatus(job) : jobStatus(job)
  yield* reportSignal(shell, job)
  return status
}

function* suspended(shell: Shell, job: Job): KernelThread<number> {
  if (!shell.jobs.jobs.includes(job)) shell.jobs.add(job)
  job.notified = true
  yield* shell.process.stderr.write(`\nzsh: suspended  ${job.text}\n`)
  throw new ShellInterrupt(128 + 18)
}

function worstStatus(job: Job): number {
  for (const { status } of [...job.members].reverse()) {
    const number = status === null ? 0 : shellStatus(status)
    if (number !== 0) return number
  }
  return 0
}

/** Says which signal ended a job. An interrupt also ends the rest of an interactive line. */
function* reportSignal(shell: Shell, job: Job): KernelThread {
  const status = job.members.at(-1)!.status
  if (status?.kind !== 'signaled' || !shell.interactive) return
  if (status.signal === SIGINT) {
    yield* shell.process.stderr.write('\n')
    throw new ShellInterrupt(128 + SIGINT)
  }
  if (status.signal !== SIGPIPE) yield* complain(shell, `${signalDescription(status.signal)}  ${job.text}`)
}

/** Lets a stopped or background job go on, in the foreground or not. */
export function* continueJob(shell: Shell, job: Job, foreground: boolean): KernelThread<number> {
  for (const member of job.members) if (member.status?.kind === 'stopped') member.status = null
  if (foreground) {
    shell.jobs.remove(job)
    giveTerminal(shell, job.pgid)
  }
  signalGroup(job.pgid, SIGCONT)
  return foreground ? yield* waitForJob(shell, job) : 0
}
