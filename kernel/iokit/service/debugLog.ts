import type { OSDictionary } from '../../libkern/index.ts'
import { IOLog } from '../../mach/index.ts'
import { scheduler } from '../../sim/index.ts'
import { debugFlags, debugFlagsFor, debugFlagsOf, kIOLogMatch, kIOLogYield } from './debugFlags.ts'
import type { IOService } from './IOService.ts'

/** `name[0xid]`, the way the debug lines name a service. */
export function tag(service: IOService): string {
  return `${service.getName()}[0x${service.getRegistryEntryID().toString(16)}]`
}

/** Logs when one of `mask` is on for everybody. The text is made only then. */
export function logIf(mask: number, text: () => string): void {
  if ((debugFlags() & mask) !== 0) IOLog(text())
}

/** Logs when one of `mask` is on for an instance: by its own flags, else by everybody's. */
export function logInstanceIf(instance: IOService, mask: number, text: () => string): void {
  if ((debugFlagsOf(instance) & mask) !== 0) IOLog(text())
}

/** Logs when one of `mask` is on for a personality: by its own flags, else by everybody's. */
export function logDriverIf(table: OSDictionary, mask: number, text: () => string): void {
  if ((debugFlagsFor(table) & mask) !== 0) IOLog(text())
}

/** The line of a family that refused. */
export function logVerboseMatch(service: IOService, table: OSDictionary): void {
  logDriverIf(table, kIOLogMatch, () => `${service.getName()}: family specific matching fails\n`)
}

/** A line of the termination trace (`io=0x40`), after the thread's id as the kernel prints it. */
export function traceTermination(text: () => string): void {
  logIf(kIOLogYield, () => `[${(scheduler().current?.id ?? 0).toString(16)}] ${text()}`)
}
