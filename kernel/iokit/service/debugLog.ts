import type { OSDictionary } from '../../libkern/index.ts'
import { IOLog } from '../../mach/index.ts'
import { debugFlags, debugFlagsFor, kIOLogMatch } from './debugFlags.ts'
import type { IOService } from './IOService.ts'

/** `name[0xid]`, the way the debug lines name a service. */
export function tag(service: IOService): string {
  return `${service.getName()}[0x${service.getRegistryEntryID().toString(16)}]`
}

/** Logs when one of `mask` is on for everybody. The text is made only then. */
export function logIf(mask: number, text: () => string): void {
  if ((debugFlags() & mask) !== 0) IOLog(text())
}

/** Logs when one of `mask` is on for everybody or for this driver alone. */
export function logDriverIf(table: OSDictionary, mask: number, text: () => string): void {
  if ((debugFlagsFor(table) & mask) !== 0) IOLog(text())
}

/** The line of a family that refused. */
export function logVerboseMatch(service: IOService, table: OSDictionary): void {
  logDriverIf(table, kIOLogMatch, () => `${service.getName()}: family specific matching fails\n`)
}
