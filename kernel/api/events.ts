import type { GateDiagnostic } from './GateDiagnostic.ts'
import type { DeviceDescription } from './MachineDescription.ts'
import type { Problem } from './Problem.ts'
import type { PanicRecord, PerformanceSample } from './snapshots.ts'

/** What a machine tells its host, batched per slice, in order. */
export type MachineEvent =
  | { readonly kind: 'registryChanged'; readonly generation: number; readonly entries: number; readonly busy: number }
  | { readonly kind: 'registryQuiet'; readonly timeNs: number }
  | { readonly kind: 'terminalOutput'; readonly terminal: number; readonly data: Uint8Array }
  | { readonly kind: 'terminalClosed'; readonly terminal: number; readonly status: number }
  | { readonly kind: 'execOutput'; readonly exec: number; readonly stream: 'stdout' | 'stderr'; readonly data: Uint8Array }
  | { readonly kind: 'execExit'; readonly exec: number; readonly status: number }
  | { readonly kind: 'log'; readonly timeNs: number; readonly text: string }
  | { readonly kind: 'performanceSample'; readonly sample: PerformanceSample }
  /** Parts came or went while the machine runs: all that are in it now. */
  | { readonly kind: 'devicesChanged'; readonly devices: readonly DeviceDescription[] }
  /** A part could not be plugged in or pulled out; nothing has changed. */
  | { readonly kind: 'deviceRefused'; readonly problems: readonly Problem[] }
  /** Drivers take gates in opposite orders, or wait for each other for ever. */
  | { readonly kind: 'gateDiagnostic'; readonly diagnostic: GateDiagnostic }
  | { readonly kind: 'panicked'; readonly panic: PanicRecord }
  | { readonly kind: 'halted'; readonly reason: 'shutdown' | 'restart' }
