import type { Problem } from '../../api/index.ts'

/** One line of a backtrace. */
export interface PanicFrame {
  /** Address of the frame on the stack; null where the report gives none. */
  readonly frame: string | null
  /** Return address. */
  readonly address: string
  /** Symbol text behind it, as printed. */
  readonly symbol: string | null
}

/** A kext named in a backtrace and the addresses it covers. */
export interface PanicKextRange {
  readonly id: string
  readonly version: string
  readonly uuid: string | null
  readonly start: string | null
  readonly end: string | null
  readonly dependencies: readonly string[]
}

/** What a panic report says; null for what it does not say. Values are never worked out. */
export interface PanicReport {
  kind: 'kernel-panic'
  layout: 'x86-text' | 'arm64-text' | 'unknown'
  container: 'text'
  cpu: number | null
  caller: string | null
  firstLine: string | null
  message: string | null
  panickedTask: { name: string; pid: number | null; address: string; pages: number | null; threads: number | null } | null
  panickedThread: string | null
  processName: string | null
  backtrace: PanicFrame[]
  backtraceKexts: PanicKextRange[]
  osVersion: string | null
  kernelVersion: string | null
  kernelUuid: string | null
  model: string | null
  kernelSlide: string | null
  kernelCacheSlide: string | null
  kernelTextBase: string | null
  uptimeNs: string | null
  machAbsoluteTime: string | null
  bootArgs: string | null
  panicLogVersion: string | null
  debuggerMessage: string | null
  lastStartedKext: string | null
  lastStoppedKext: string | null
  loadedKexts: { id: string; version: string }[]
  /** Keys are the report's own register names in lower case. */
  registers: Record<string, string>
  trap: { type: number; name: string } | null
  coverage: { linesUnderstood: number; linesTotal: number }
  problems: Problem[]
}
