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
  | { readonly kind: 'panicked'; readonly panic: PanicRecord }
  | { readonly kind: 'halted'; readonly reason: 'shutdown' | 'restart' }
