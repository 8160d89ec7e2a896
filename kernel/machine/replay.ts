import type { MachineDescription, Problem } from '../api/index.ts'
import { Machine, type MachineJournal } from './Machine.ts'
import type { MachineOptions } from './options.ts'

/** Where a replay ends; without any it ends right after the last journaled command. */
export interface ReplayTarget {
  readonly toStep?: number
  readonly toTimeNs?: number
  /** Digest the session had at that place; when given, the answer tells whether it was met. */
  readonly expectedDigest?: string
}

/** Where a replay left the path of its session: a command that could not be given at the step it had. */
export interface ReplayDivergence {
  readonly record: number
  readonly expectedStep: number
  readonly actualStep: number
}

/** Whether a replay came to the same digest, and where it ended. */
export interface ReplayResult {
  readonly machine: Machine
  readonly problems: readonly Problem[]
  readonly digest: string
  /** Null when no digest was expected. */
  readonly identical: boolean | null
  readonly divergence: ReplayDivergence | null
}

/** What a replay is made from: the same options as the session's own machine. */
export interface ReplaySession {
  readonly description: MachineDescription
  readonly options: MachineOptions
  readonly journal: MachineJournal
}

/** Runs a session again: boots, injects every command at the step it had, and runs to the target. */
export function replayMachine(session: ReplaySession, target: ReplayTarget = {}): ReplayResult {
  const machine = new Machine(session.description, session.options)
  const problems = machine.powerOn()
  const divergence = problems.length > 0 ? null : replayJournal(machine, session.journal, target)
  if (problems.length === 0 && divergence === null) runToTarget(machine, target)
  const digest = machine.digest()
  const identical =
    target.expectedDigest === undefined ? null : divergence === null && digest === target.expectedDigest
  return { machine, problems, digest, identical, divergence }
}

function replayJournal(machine: Machine, journal: MachineJournal,
  target: ReplayTarget): ReplayDivergence | null {
  const { scheduler } = machine.simulation
  for (const [record, { step, timeNs, command }] of journal.entries()) {
    if (target.toStep !== undefined && step > target.toStep) return null
    if (target.toTimeNs !== undefined && timeNs > target.toTimeNs) return null
    machine.run(timeNs, step - scheduler.steps)
    if (scheduler.steps === step && scheduler.nowNs < timeNs) machine.run(timeNs, 1)
    if (scheduler.steps !== step) return { record, expectedStep: step, actualStep: scheduler.steps }
    machine.inject(command)
  }
  return null
}

function runToTarget(machine: Machine, { toStep, toTimeNs }: ReplayTarget): void {
  const { scheduler } = machine.simulation
  if (toStep !== undefined) machine.run(toTimeNs ?? Infinity, Math.max(0, toStep - scheduler.steps))
  else if (toTimeNs !== undefined) machine.run(toTimeNs, Infinity)
}
