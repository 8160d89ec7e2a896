import { kill } from '../../libsystem/processTable.ts'
import { EPERM, EINTR } from '../../libsystem/errno.ts'
import { SIGNAL_NAMES, signalByName, SIGCONT, SIGTERM } from '../../libsystem/signals.ts'
import { continueJob, waitForJob } from '../interpret/job.ts'
import { jobState, jobStatus, type Job } from '../JobTable.ts'
import type { Shell } from '../Shell.ts'
import { complainAs, type Builtin } from './Builtin.ts'
import type { KernelThread } from '../../../sim/index.ts'

export const jobsBuiltin: Builtin = {
  name: 'jobs',
  summary: 'list jobs',
  *run(shell, argv) {
    shell.jobs.poll(shell.process)
    for (const job of [...shell.jobs.jobs]) {
      const pid = argv[1] === '-l' ? `${job.members[0]!.process.pid} ` : ''
      const line = shell.jobs.line(job)
      yield* shell.process.stdout.write((argv[1] === '-p' ? String(job.pgid) : line.slice(0, 7) + pid + line.slice(7)) + '\n')
      if (jobState(job) === 'done') shell.jobs.remove(job)
    }
    return 0
  },
}

function* jobFor(shell: Shell, argv: readonly string[]): KernelThread<Job | null> {
  shell.jobs.poll(shell.process)
  const job = shell.jobs.find(argv[1])
  if (job !== null) return job
  const message = argv[1] === undefined ? 'no current job' : `${argv[1]}: no such job`
  yield* complainAs(shell, argv[0]!, message)
  return null
}

function resumeBuiltin(name: 'fg' | 'bg', summary: string): Builtin {
  return {
    name,
    summary,
    *run(shell, argv) {
      if (!shell.jobControl) {
        yield* complainAs(shell, name, 'no job control in this shell.')
        return 1
      }
      const job = yield* jobFor(shell, argv)
      if (job === null) return 1
      yield* shell.process.stderr.write(`[${job.number}]  ${shell.jobs.mark(job)} continued  ${job.text}\n`)
      return yield* continueJob(shell, job, name === 'fg')
    },
  }
}

export const fgBuiltin = resumeBuiltin('fg', 'go on with a job in the foreground')
export const bgBuiltin = resumeBuiltin('bg', 'go on with a job in the background')

export const waitBuiltin: Builtin = {
  name: 'wait',
  summary: 'wait for jobs',
  *run(shell, argv) {
    const wanted = argv.slice(1)
    if (wanted.length === 0) {
      for (const job of [...shell.jobs.jobs]) yield* waitInBackground(shell, job)
      return 0
    }
    let status = 0
    for (const spec of wanted) {
      const job = spec.startsWith('%')
        ? shell.jobs.find(spec)
        : (shell.jobs.jobs.find(({ members }) => members.some(({ process }) => process.pid === Number(spec))) ?? null)
      if (job === null) {
        yield* complainAs(shell, 'wait', `pid ${spec} is not a child of this shell`)
        status = 127
      } else status = yield* waitInBackground(shell, job)
    }
    return status
  },
}

function* waitInBackground(shell: Shell, job: Job): KernelThread<number> {
  const { jobControl, interactive } = shell
  shell.jobControl = false
  shell.interactive = false
  try {
    yield* waitForJob(shell, job)
  } finally {
    shell.jobControl = jobControl
    shell.interactive = interactive
  }
  shell.jobs.remove(job)
  return jobStatus(job)
}

export const killBuiltin: Builtin = {
  name: 'kill',
  summary: 'send a signal to processes or jobs',
  *run(shell, argv) {
    const parsed = parseKill(argv.slice(1))
    if (parsed.list) {
      yield* shell.process.stdout.write(SIGNAL_NAMES.slice(1).join(' ') + '\n')
      return 0
    }
    if (parsed.problem !== null) {
      yield* complainAs(shell, 'kill', parsed.problem)
      return 1
    }
    let status = 0
    for (const target of parsed.targets) {
      const message = sendTo(shell, target, parsed.signal)
      if (message === null) continue
      yield* complainAs(shell, 'kill', message)
      status = 1
    }
    return status
  },
}

interface KillArguments {
  readonly signal: number
  readonly targets: readonly string[]
  readonly list: boolean
  readonly problem: string | null
}

/** Reads `[-s NAME | -NAME | -N | -l] target …`. */
export function parseKill(operands: readonly string[]): KillArguments {
  const first = operands[0]
  const result = { signal: SIGTERM, targets: operands, list: false, problem: null }
  if (first === undefined) return { ...result, problem: 'not enough arguments' }
  if (first === '-l') return { ...result, list: true }
  if (!first.startsWith('-') || first === '--') return { ...result, targets: first === '--' ? operands.slice(1) : operands }
  const separate = first === '-s' || first === '-n'
  const name = separate ? (operands[1] ?? '') : first.slice(1)
  const signal = name === '0' ? 0 : signalByName(name)
  if (signal === null) return { ...result, problem: `unknown signal: SIG${name.toUpperCase()}` }
  return { ...result, signal, targets: operands.slice(separate ? 2 : 1) }
}

function sendTo(shell: Shell, target: string, signal: number): string | null {
  if (target.startsWith('%')) {
    const job = shell.jobs.find(target)
    if (job === null) return `${target}: no such job`
    kill(shell.process, -job.pgid, signal)
    if (signal === SIGTERM) kill(shell.process, -job.pgid, SIGCONT)
    return null
  }
  if (!/^-?[0-9]+$/.test(target)) return `illegal pid: ${target}`
  const error = kill(shell.process, Number(target), signal)
  if (error === 0 || error === EINTR) return null
  return `kill ${target} failed: ${error === EPERM ? 'operation not permitted' : 'no such process'}`
}
