import type { OSObject } from '../../libkern/index.ts'
import { kernelState, scheduler } from '../../sim/index.ts'

/** What one driver has used so far. */
export interface DriverUsage {
  cpuNs: number
  interrupts: number
}

/** Virtual cost of one work-loop action and of one primary interrupt handler, in nanoseconds. */
export const ACTION_COST_NS = 2_000
export const PRIMARY_COST_NS = 300

const usage = kernelState(() => new Map<OSObject, DriverUsage>())

/** The record of `owner`; made on first use. Keep it where it is counted often. */
export function driverUsage(owner: OSObject): DriverUsage {
  const known = usage().get(owner)
  if (known !== undefined) return known
  const made = { cpuNs: 0, interrupts: 0 }
  usage().set(owner, made)
  return made
}

/** Spends virtual CPU time in the name of a driver. Any context. */
export function chargeDriver(record: DriverUsage, costNs: number): void {
  record.cpuNs += costNs
  scheduler().charge(costNs)
}

/** All records, in order of first use. */
export function allDriverUsage(): ReadonlyMap<OSObject, DriverUsage> {
  return usage()
}
