import { propertyTexts } from './propertyTexts.ts'
import type { PropertyValue } from './snapshots.ts'

/** Counters, clocks and tables of statistics: they differ from one second to the next. */
const RESTLESS: ReadonlySet<string> = new Set([
  'IOPowerManagement', 'IOReportLegend', 'IOReportLegendPublic', 'IOKitDiagnostics', 'HIDIdleTime', 'IOConsoleUsers',
  'AAPL,phandle', 'IOGeneralInterest', 'IOBusyInterest', 'IOUserClientCreator', 'IOConsoleLocked',
])

/** Whether a difference in this property says something about the machine. */
export function standsStill(key: string): boolean {
  return !RESTLESS.has(key) && !/statistics/iu.test(key)
}

/** A number that is the same for the same properties, in whatever order (FNV-1a of each, added up). */
export function propertiesDigest(
  properties: readonly { readonly key: string; readonly value: PropertyValue }[],
): number {
  let sum = 0
  for (const property of properties) {
    if (standsStill(property.key)) sum = (sum + hashOf(propertyTexts([property]))) >>> 0
  }
  return sum
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}
