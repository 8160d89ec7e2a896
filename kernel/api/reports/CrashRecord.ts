import type { Problem } from '../Problem.ts'
import type { CrashFingerprint, CrashVerdict } from './CrashVerdict.ts'

/** One line of a stack. Addresses are `0x…` without leading zeros. */
export interface CrashFrame {
  readonly index: number
  /** Image as the report names it; null where it names none. */
  readonly image: string | null
  /** Place of the image in `images`; null where the address lies in none. */
  readonly imageIndex: number | null
  readonly address: string | null
  /** Bytes from the start of the image; null where the image is not known. */
  readonly imageOffset: number | null
  readonly symbol: string | null
  /** Bytes from the start of the symbol. */
  readonly symbolOffset: number | null
  /** `File.swift:12`, where the report tells it. */
  readonly source: string | null
  /** The compiler put this function's body into the next frame's. */
  readonly isInline: boolean
}

/** A thread of the process. */
export interface CrashThread {
  readonly index: number
  /** The system's number of the thread; only JSON reports have it. */
  readonly id: number | null
  readonly name: string | null
  readonly queue: string | null
  /** The thread that crashed. */
  readonly isTriggered: boolean
  readonly frames: readonly CrashFrame[]
  readonly registers: CrashRegisters | null
}

/** Registers as the report has them. */
export interface CrashRegisters {
  /** `ARM Thread State (64-bit)`, `x86_THREAD_STATE` and the like. */
  readonly flavor: string | null
  /** Names in lower case; values `0x…` without leading zeros. */
  readonly values: Record<string, string>
  /** Words that the report has behind a value, such as those of `esr`. */
  readonly notes: Record<string, string>
}

/** A library or program in the process's memory. */
export interface CrashImage {
  readonly name: string | null
  readonly identifier: string | null
  readonly version: string | null
  readonly arch: string | null
  readonly base: string | null
  /** Address of the last byte. */
  readonly end: string | null
  /** Upper case with dashes. */
  readonly uuid: string | null
  readonly path: string | null
}

/** A process with its number. */
export interface CrashProcessName {
  readonly name: string
  readonly pid: number | null
}

/** What the report says of the exception. */
export interface CrashException {
  readonly type: string | null
  /** The codes line as printed. */
  readonly codes: string | null
  readonly subtype: string | null
  readonly signal: string | null
  /** Namespace of the exit reason, where there is one. */
  readonly namespace: string | null
  readonly message: string | null
  readonly note: string | null
}

/** What the report says of how the process was ended. */
export interface CrashTermination {
  readonly namespace: string | null
  readonly code: number | null
  /** The code as printed. */
  readonly codeText: string | null
  /** Words behind the code or of the signal: `Segmentation fault: 11`. */
  readonly indicator: string | null
  readonly byProcess: string | null
  readonly byPid: number | null
  readonly flags: number | null
  /** Further lines. */
  readonly details: readonly string[]
}

/** A part of the report that is kept as text. */
export interface CrashSection {
  readonly title: string
  readonly line: number
  readonly lines: readonly string[]
}

/** A process of a report about low memory. */
export interface CrashMemoryProcess {
  readonly name: string
  readonly pid: number | null
  readonly sizeBytes: number | null
  /** `per-process-limit`, `vm-pageshortage`; null for those that live on. */
  readonly reason: string | null
  readonly states: readonly string[]
}

/** What a report about low memory says. */
export interface CrashMemory {
  readonly pageSizeBytes: number | null
  readonly largestProcess: string | null
  readonly processes: readonly CrashMemoryProcess[]
}

/** Values worked out from what the report states. */
export interface CrashDerived {
  /** The address whose access failed. */
  readonly faultAddress: string | null
  /** What was tried there. */
  readonly access: 'read' | 'write' | 'execute' | null
  /** What the exception's codes mean. */
  readonly exception: string | null
  /** What the exit reason means. */
  readonly termination: string | null
}

/** A line that no reader knows. */
export interface UnreadLine {
  readonly line: number
  readonly text: string
}

/** What the report says of the program, the system and the time. */
export interface CrashFacts {
  readonly process: string | null
  readonly pid: number | null
  readonly path: string | null
  readonly identifier: string | null
  readonly version: string | null
  /** `ARM-64 (Native)`, `X86-64`. */
  readonly codeType: string | null
  readonly isTranslated: boolean | null
  readonly role: string | null
  readonly parent: CrashProcessName | null
  readonly responsible: CrashProcessName | null
  readonly userId: number | null
  readonly date: string | null
  readonly launchDate: string | null
  readonly osVersion: string | null
  readonly reportVersion: string | null
  readonly model: string | null
  readonly incident: string | null
  readonly sip: string | null
  readonly awakeSeconds: number | null
  readonly sinceWakeSeconds: number | null
  /** Labels and values that have no field of their own. */
  readonly other: Record<string, string>
}

/** A report about a process: a crash, or one that was ended. Null stands for what the report does not say. */
export interface CrashRecord extends CrashFacts {
  readonly kind: 'user-crash' | 'low-memory' | 'diagnostic'
  /** Where the facts came from: Apple's text, Apple's JSON, or a text followed by its JSON. */
  readonly container: 'text' | 'ips' | 'text-and-ips'
  readonly bugType: number | null
  readonly exception: CrashException | null
  readonly termination: CrashTermination | null
  /** Index of the thread that crashed. */
  readonly faultingThread: number | null
  readonly threads: readonly CrashThread[]
  /** Stack of the exception that was not caught. */
  readonly lastException: readonly CrashFrame[]
  /** Messages that libraries left behind: image (null where not told) and lines. */
  readonly messages: readonly { readonly image: string | null; readonly lines: readonly string[] }[]
  /** Registers of a crash whose thread is not known. */
  readonly registers: CrashRegisters | null
  readonly images: readonly CrashImage[]
  readonly memory: CrashMemory | null
  readonly sections: readonly CrashSection[]
  readonly derived: CrashDerived
  readonly unread: readonly UnreadLine[]
  readonly coverage: { readonly linesUnderstood: number; readonly linesTotal: number }
  readonly problems: readonly Problem[]
}

/** What `workbench crash` prints: the report with its verdict. */
export interface CrashReport extends CrashRecord {
  readonly verdict: CrashVerdict
  readonly fingerprint: CrashFingerprint
}
