import type { ProfileReport } from '../api/index.ts'
import type { Machine } from './Machine.ts'

/** The data types that System Information can show, in the order of its list. */
export function profileTypes(): { dataType: string; title: string; group: string }[] {
  return []
}

/**
 * One page of System Information of a running machine, made by the reporter that `system_profiler` uses.
 * Runs as a task of its own inside the machine: it is an input like any other and is journaled.
 */
export function profileMachine(machine: Machine, dataType: string): ProfileReport | null {
  void machine
  void dataType
  return null
}
