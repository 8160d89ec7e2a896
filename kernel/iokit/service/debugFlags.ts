import { OSNumber, OSSymbol, setRegistryModificationsAllowed, type OSDictionary, type OSObject } from
  '../../libkern/index.ts'
import { kernelState } from '../../sim/index.ts'
import type { IORegistryEntry } from '../registry/index.ts'

const kIOKitDebugKey = OSSymbol.permanent('IOKitDebug')

/** Bits of the `io` boot-arg (IOKitDebug.h). */
export const kIOLogAttach = 0x00000001
export const kIOLogProbe = 0x00000002
export const kIOLogStart = 0x00000004
export const kIOLogRegister = 0x00000008
export const kIOLogMatch = 0x00000010
export const kIOLogConfig = 0x00000020
export const kIOLogYield = 0x00000040
export const kIOLogPower = 0x00000080
export const kIOLogMapping = 0x00000100
export const kIOLogCatalogue = 0x00000200
export const kIOLogTracePower = 0x00000400
export const kIOLogDebugPower = 0x00000800
export const kIOLogServiceTree = 0x00001000
export const kIOLogDTree = 0x00002000
export const kIOLogMemory = 0x00004000
export const kIOLogKextMemory = 0x00008000
export const kOSLogRegistryMods = 0x00010000
export const kIOLogPMRootDomain = 0x00020000
export const kOSRegistryModsMode = 0x00040000
export const kIOWaitQuietPanics = 0x00800000
export const kIOWaitQuietBeforeRoot = 0x01000000

/** Debug switches of one world, from the boot-args. */
class DebugState {
  flags = kIOWaitQuietPanics
  /** `iokit_print_verbose_match_logs`. */
  hasVerboseMatchLogs = false
}

const state = kernelState(() => new DebugState())

/** The `io` flags in force. */
export function debugFlags(): number {
  return state().flags
}

export function hasVerboseMatchLogs(): boolean {
  return state().hasVerboseMatchLogs
}

/** Sets the `io` flags; the object library hears of its own bit. */
export function setDebugFlags(flags: number): void {
  state().flags = flags
  setRegistryModificationsAllowed((flags & kOSRegistryModsMode) !== 0)
}

export function setVerboseMatchLogs(isOn: boolean): void {
  state().hasVerboseMatchLogs = isOn
}

/** The flags for one driver: its personality's own `IOKitDebug` number counts instead of the global ones. */
export function debugFlagsFor(table: OSDictionary): number {
  return ownFlags(table.getObject(kIOKitDebugKey))
}

/** The same for an instance, by its property. @xnu iokit/Kernel/IOService.cpp getDebugFlags — faithful */
export function debugFlagsOf(instance: IORegistryEntry): number {
  return ownFlags(instance.getProperty(kIOKitDebugKey))
}

function ownFlags(own: OSObject | null): number {
  return own instanceof OSNumber ? own.unsigned32BitValue() : debugFlags()
}
