import type { OSObject } from '../../libkern/index.ts'
import { kernelState, scheduler } from '../../sim/index.ts'

/** What one driver has used so far. */
export interface DriverUsage {
  cpuNs: number
  interrupts: number
  /** Event sources that count here; without any it is dropped once it has been read. */
  sources: number
}

/** Virtual cost of one work-loop action and of one primary interrupt handler, in nanoseconds. */
export const ACTION_COST_NS = 2_000
export const PRIMARY_COST_NS = 300

const usage = kernelState(() => new Map<OSObject, DriverUsage>())

/** The record of `owner` for one more event source, which says `endUsage` when it is freed. */
export function beginUsage(owner: OSObject): DriverUsage {
  let record = usage().get(owner)
  if (record === undefined) {
    record = { cpuNs: 0, interrupts: 0, sources: 0 }
    usage().set(owner, record)
  }
  record.sources++
  return record
}

/** An event source is gone. */
export function endUsage(record: DriverUsage): void {
  record.sources--
}

/** Drops the records of owners whose event sources are all gone: whoever reads them has had the last of them. */
export function dropEndedUsage(): void {
  for (const [owner, record] of usage()) if (record.sources === 0) usage().delete(owner)
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
