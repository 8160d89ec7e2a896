import type { EventDifference, MachineDescription, Problem, RecordedEvents } from '../api/index.ts'
import { EventComparison } from './EventComparison.ts'
import { Machine, type MachineJournal } from './Machine.ts'
import type { MachineOptions } from './options.ts'

/** Where a replay ends; without any it ends right after the last journaled command. */
export interface ReplayTarget {
  readonly toStep?: number
  readonly toTimeNs?: number
  /** Digest the session had at that place; when given, the answer tells whether it was met. */
  readonly expectedDigest?: string
  /** Steps the session had; when given, the first that differs is named. */
  readonly expectedEvents?: RecordedEvents
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
  /** The first step that was not the session's; null when there is none among those that were recorded. */
  readonly difference: EventDifference | null
}

/** What a replay is made from: the same options as the session's own machine. */
export interface ReplaySession {
  readonly description: MachineDescription
  readonly options: MachineOptions
  readonly journal: MachineJournal
}

/** At most so many steps between two pauses of a replay. */
const SLICE_STEPS = 2_000

/** Runs a session again: boots, injects every command at the step it had, and runs to the target. */
export function replayMachine(session: ReplaySession, target: ReplayTarget = {}): ReplayResult {
  const replay = replaying(session, target)
  for (;;) {
    const next = replay.next()
    if (next.done === true) return next.value
  }
}

/** The same with pauses, for whoever has other things to answer meanwhile. */
export function* replaying(session: ReplaySession, target: ReplayTarget = {}): Generator<void, ReplayResult> {
  const machine = new Machine(session.description, session.options)
  const events = target.expectedEvents === undefined ? null : new EventComparison(target.expectedEvents)
  machine.simulation.scheduler.log = events === null ? null : events.log
  const problems = machine.powerOn()
  yield
  const running = new Running(machine, events)
  const divergence = problems.length > 0 ? null : yield* running.journal(session.journal, target)
  if (problems.length === 0 && divergence === null) yield* running.toTarget(target)
  const digest = machine.digest()
  const identical =
    target.expectedDigest === undefined ? null : divergence === null && digest === target.expectedDigest
  return { machine, problems, digest, identical, divergence, difference: events === null ? null : events.difference }
}

/** A machine that takes the way of its session. */
class Running {
  constructor(private readonly machine: Machine, private readonly events: EventComparison | null) {}

  /** Gives every command of the journal at the step it had. */
  *journal(journal: MachineJournal, target: ReplayTarget): Generator<void, ReplayDivergence | null> {
    const { machine } = this
    const { scheduler } = machine.simulation
    for (const [record, { step, timeNs, command }] of journal.entries()) {
      if (target.toStep !== undefined && step > target.toStep) return null
      if (target.toTimeNs !== undefined && timeNs > target.toTimeNs) return null
      yield* this.sliced(timeNs, step - scheduler.steps)
      if (scheduler.steps === step && scheduler.nowNs < timeNs) machine.run(timeNs, 1)
      if (scheduler.steps !== step) return { record, expectedStep: step, actualStep: scheduler.steps }
      machine.inject(command)
      yield
    }
    return null
  }

  *toTarget({ toStep, toTimeNs }: ReplayTarget): Generator<void, void> {
    const { steps } = this.machine.simulation.scheduler
    if (toStep !== undefined) yield* this.sliced(toTimeNs ?? Infinity, Math.max(0, toStep - steps))
    else if (toTimeNs !== undefined) yield* this.sliced(toTimeNs, Infinity)
  }

  /** As `machine.run`, in slices. */
  private *sliced(untilNs: number, maxSteps: number): Generator<void, void> {
    const { scheduler } = this.machine.simulation
    let left = maxSteps
    for (;;) {
      const before = scheduler.steps
      const slice = Math.min(left, SLICE_STEPS)
      this.machine.run(untilNs, slice)
      this.events?.look()
      left -= scheduler.steps - before
      if (left <= 0 || scheduler.steps - before < slice) return
      yield
    }
  }
}
