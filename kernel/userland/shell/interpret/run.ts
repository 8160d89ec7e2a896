import type { KernelThread } from '../../../sim/index.ts'
import type { AndOr, ListItem, Pipeline, Script } from '../ast.ts'
import type { Shell } from '../Shell.ts'
import { runCommand } from './command.ts'
import { startJob, waitForJob } from './job.ts'
import { reportTimes } from './times.ts'
import { runPendingTraps } from './traps.ts'

/** Runs a list; its value, also in `$?`, is the status of the last command. */
export function* runScript(shell: Shell, script: Script): KernelThread<number> {
  const mayReplace = shell.replaceable
  const last = script.items.length - 1
  let status = 0
  for (const [index, item] of script.items.entries()) {
    shell.replaceable = mayReplace && index === last && shell.traps.size === 0
    status = yield* runItem(shell, item)
  }
  shell.replaceable = mayReplace
  return status
}

function* runItem(shell: Shell, item: ListItem): KernelThread<number> {
  if (shell.options.noexec) return 0
  if (shell.pendingTraps.length > 0) yield* runPendingTraps(shell)
  yield* shell.process.checkpoint()
  if (item.background) return yield* runInBackground(shell, item)
  return yield* runAndOr(shell, item.andOr)
}

function* runInBackground(shell: Shell, item: ListItem): KernelThread<number> {
  const { andOr } = item
  const commands = andOr.rest.length === 0 && !andOr.first.negated ? andOr.first.commands : null
  const job = yield* startJob(shell, {
    commands: commands ?? [{ kind: 'group', body: { items: [{ ...item, background: false }] }, redirections: [] }],
    text: item.text,
    background: true,
  })
  if (job === null) return 1
  shell.lastBackgroundPid = job.members.at(-1)!.process.pid
  shell.jobs.add(job)
  if (shell.interactive) {
    const pids = job.members.map(({ process }) => process.pid).join(' ')
    yield* shell.process.stderr.write(`[${job.number}] ${pids}\n`)
  }
  shell.lastStatus = 0
  return 0
}

function* runAndOr(shell: Shell, andOr: AndOr): KernelThread<number> {
  const mayReplace = shell.replaceable
  const guarded = andOr.rest.length > 0
  if (guarded) {
    shell.conditionDepth++
    shell.replaceable = false
  }
  let status = 0
  try {
    status = yield* runPipeline(shell, andOr.first)
    for (const [index, { operator, pipeline }] of andOr.rest.entries()) {
      if ((operator === '&&') !== (status === 0)) continue
      if (index < andOr.rest.length - 1) status = yield* runPipeline(shell, pipeline)
      else {
        shell.conditionDepth--
        try {
          status = yield* runPipeline(shell, pipeline)
        } finally {
          shell.conditionDepth++
        }
      }
    }
  } finally {
    if (guarded) shell.conditionDepth--
    shell.replaceable = mayReplace
  }
  return status
}

function* runPipeline(shell: Shell, pipeline: Pipeline): KernelThread<number> {
  if (!pipeline.timed) return yield* runUntimed(shell, pipeline)
  const report = reportTimes(shell, pipeline.text.replace(/^time\s*/, ''))
  shell.replaceable = false
  const status = yield* runUntimed(shell, pipeline)
  yield* report()
  return status
}

function* runUntimed(shell: Shell, pipeline: Pipeline): KernelThread<number> {
  const { commands, negated } = pipeline
  if (negated) {
    shell.conditionDepth++
    shell.replaceable = false
  }
  let status = 0
  try {
    if (commands.length === 1) status = yield* runCommand(shell, commands[0]!, pipeline.text)
    else if (commands.length > 1) status = yield* runPipes(shell, pipeline)
  } finally {
    if (negated) shell.conditionDepth--
  }
  if (negated) status = status === 0 ? 1 : 0
  shell.lastStatus = status
  if (status !== 0 && shell.options.errexit && shell.conditionDepth === 0 && !negated) shell.process.exit(status)
  return status
}

function* runPipes(shell: Shell, pipeline: Pipeline): KernelThread<number> {
  const job = yield* startJob(shell, { commands: pipeline.commands, text: pipeline.text, background: false })
  if (job === null) return 1
  return yield* waitForJob(shell, job)
}
