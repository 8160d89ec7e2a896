import type {
  PanicBacktraceKext,
  PanicCoprocessor,
  PanicDetail,
  PanicFacts,
  PanicFrame,
  PanicLastKext,
  PanicLoadedKext,
  PanicMoment,
  PanicService,
  PanicSleepFailure,
} from '../../../api/index.ts'

/** Where in the report lines stand that mean something only there. */
export type PanicPart =
  | 'none'
  | 'message'
  | 'backtrace'
  | 'symbols'
  | 'branches'
  | 'ppc'
  | 'kexts'
  | 'loaded'
  | 'block'
  | 'hardware'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** Facts whose value is one line's text. */
export type TextFact =
  | 'processName'
  | 'osVersion'
  | 'macOSVersion'
  | 'kernelVersion'
  | 'kernelUuid'
  | 'kernelCacheUuid'
  | 'model'
  | 'kernelSlide'
  | 'kernelTextBase'
  | 'kernelCacheSlide'
  | 'kernelCacheBase'
  | 'kernelTextExecSlide'
  | 'kernelTextExecBase'
  | 'uptimeNs'
  | 'machAbsoluteTime'
  | 'bootArgs'
  | 'panicLogVersion'
  | 'debuggerMessage'

/** Items of one kind that are kept; real reports have far fewer. */
const MAX_ITEMS = 4_096

/** A report's facts while its lines come by. */
export class PanicDraft {
  readonly texts: Partial<Record<TextFact, string>> = {}
  cpu: number | null = null
  caller: string | null = null
  firstLine: string | null = null
  panicLine: number | null = null
  readonly message: string[] = []
  /** The message goes on behind blank lines: firmware and watchdogs print several paragraphs. */
  isLongMessage = false
  readonly nestedPanics: { message: string; line: number }[] = []
  task: Mutable<NonNullable<PanicFacts['panickedTask']>> | null = null
  thread: string | null = null
  threadId: number | null = null
  readonly backtrace: PanicFrame[] = []
  /** Number of backtraces begun. */
  blocks = 0
  readonly kexts: (PanicBacktraceKext & {
    readonly dependencies: PanicBacktraceKext['dependencies'][number][]
  })[] = []
  lastStarted: PanicLastKext | null = null
  lastStopped: PanicLastKext | null = null
  readonly loaded: PanicLoadedKext[] = []
  readonly registers = new Map<string, string>()
  /** Lines of the registers. */
  readonly registerLines = new Map<string, number>()
  trap: Mutable<NonNullable<PanicFacts['trap']>> | null = null
  readonly services: PanicService[] = []
  sleepFailure: Mutable<PanicSleepFailure> | null = null
  coprocessor: Mutable<PanicCoprocessor> | null = null
  readonly moments: PanicMoment[] = []
  readonly details: PanicDetail[] = []
  readonly notes = new Set<string>()
  part: PanicPart = 'none'
  /** The fact that the next line holds. */
  nextLine: TextFact | null = null
  /** Signs of a layout, in the order in which they came. */
  readonly signs = new Set<string>()
  secondPanicLine: number | null = null
  /** There was more of something than is kept. */
  isFull = false

  /** Keeps the first value that a fact is given. */
  set(fact: TextFact, value: string): void {
    this.texts[fact] ??= value
  }

  register(name: string, value: string, line: number): void {
    if (this.registers.has(name)) return
    this.registers.set(name, value)
    this.registerLines.set(name, line)
  }

  /** Adds an item of a kind, up to a bound that no real report reaches. */
  keep<T>(list: T[], item: T): void {
    if (list.length < MAX_ITEMS) list.push(item)
    else this.isFull = true
  }

  detail(label: string, value: string, line: number): void {
    this.keep(this.details, { label, value, line })
  }
}

/** One line of a report. */
export interface PanicLine {
  readonly text: string
  /** From 1. */
  readonly number: number
}

/** Reads a line if it is of its kind; answers whether it was. */
export type LineReader = (line: PanicLine, draft: PanicDraft) => boolean
