import type { Problem } from '../Problem.ts'
import type {
  PanicBacktraceKext,
  PanicContainer,
  PanicCoprocessor,
  PanicCoverage,
  PanicDerived,
  PanicDetail,
  PanicFrame,
  PanicLastKext,
  PanicLayout,
  PanicLoadedKext,
  PanicMoment,
  PanicEnvelope,
  PanicService,
  PanicSleepFailure,
  PanicStackshot,
} from './PanicParts.ts'
import type { PanicFingerprint, PanicVerdict } from './PanicVerdict.ts'

/** What a panic report says; null for what it does not say. Only `derived` is worked out. */
export interface PanicFacts {
  readonly kind: 'kernel-panic'
  readonly layout: PanicLayout
  readonly container: PanicContainer
  /** What had to be undone to read it: an encoding, quote marks, HTML entities, a log's prefixes. */
  readonly wrapping: readonly string[]
  readonly cpu: number | null
  readonly caller: string | null
  readonly firstLine: string | null
  /** The panic's own words, lines joined by line breaks. */
  readonly message: string | null
  /** Source file and line that called panic. */
  readonly source: { readonly file: string; readonly line: number } | null
  /** Line of the report at which the panic begins. */
  readonly panicLine: number | null
  /** A panic inside the panic. */
  readonly nestedPanics: readonly { readonly message: string; readonly line: number }[]
  readonly panickedTask: {
    readonly name: string | null
    readonly pid: number | null
    readonly address: string
    readonly pages: number | null
    readonly threads: number | null
  } | null
  readonly panickedThread: string | null
  readonly panickedThreadId: number | null
  readonly processName: string | null
  readonly backtrace: readonly PanicFrame[]
  readonly backtraceKexts: readonly PanicBacktraceKext[]
  readonly osVersion: string | null
  /** macOS version beside the T2's own system. */
  readonly macOSVersion: string | null
  readonly kernelVersion: string | null
  readonly kernelUuid: string | null
  readonly kernelCacheUuid: string | null
  readonly model: string | null
  readonly kernelSlide: string | null
  readonly kernelTextBase: string | null
  readonly kernelCacheSlide: string | null
  readonly kernelCacheBase: string | null
  readonly kernelTextExecSlide: string | null
  readonly kernelTextExecBase: string | null
  readonly uptimeNs: string | null
  readonly machAbsoluteTime: string | null
  readonly moments: readonly PanicMoment[]
  readonly bootArgs: string | null
  readonly panicLogVersion: string | null
  readonly debuggerMessage: string | null
  readonly lastStartedKext: PanicLastKext | null
  readonly lastStoppedKext: PanicLastKext | null
  readonly loadedKexts: readonly PanicLoadedKext[]
  /** Keys are the report's own register names in lower case. */
  readonly registers: Readonly<Record<string, string>>
  readonly trap: {
    readonly type: number
    readonly name: string
    /** What the kernel adds to a page fault: `Kernel NX fault`, `SMEP/User NX fault`, `SMAP fault`. */
    readonly hint: string | null
    readonly line: number
  } | null
  readonly panicFlags: { readonly value: string; readonly meanings: readonly string[] } | null
  readonly services: readonly PanicService[]
  readonly sleepFailure: PanicSleepFailure | null
  readonly coprocessor: PanicCoprocessor | null
  readonly details: readonly PanicDetail[]
  readonly reporter: PanicEnvelope | null
  readonly stackshot: PanicStackshot | null
  /** The panic of macOS inside a T2's report. */
  readonly companion: PanicFacts | null
  readonly derived: PanicDerived
  readonly coverage: PanicCoverage
  readonly problems: readonly Problem[]
}

/** A panic report read and judged: what `workbench panic --json` prints. */
export interface PanicReport extends PanicFacts {
  readonly verdict: PanicVerdict
  readonly fingerprint: PanicFingerprint
}
