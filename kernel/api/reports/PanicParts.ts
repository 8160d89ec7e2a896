/** How the text of a panic is laid out, which tells the system's generation. */
export type PanicLayout =
  | 'ppc-text'
  | 'x86-32-text'
  | 'x86-10-text'
  | 'x86-11-text'
  | 'x86-12-text'
  | 'arm64-text'
  | 'arm64-sptm-text'
  | 'bridgeos-text'
  | 'kpdescribe'
  | 'partial'

/**
 * What the text came in: plain text, a reporter's JSON (header line and body, or the body alone), or a piece
 * of one.
 */
export type PanicContainer = 'text' | 'ips' | 'ips-body' | 'ips-fragment'

/** One line of a backtrace. */
export interface PanicFrame {
  /** Address of the frame on the stack; null where the report gives none. */
  readonly frame: string | null
  /** Return address, as printed. */
  readonly address: string
  /** Image named behind it: `mach_kernel` or a bundle identifier. */
  readonly image: string | null
  /** Symbol named behind it, as printed. */
  readonly symbol: string | null
  /** Offset into that symbol. */
  readonly offset: string | null
  /** Which backtrace of the report it belongs to, from 0. */
  readonly block: number
  readonly line: number
}

/** A kext and the addresses it covers, as the backtrace lists it. */
export interface PanicKext {
  readonly id: string
  readonly version: string | null
  readonly uuid: string | null
  readonly start: string | null
  readonly end: string | null
}

/** A kext that has code in the backtrace, with the libraries it could have called. */
export interface PanicBacktraceKext extends PanicKext {
  readonly dependencies: readonly PanicKext[]
  readonly line: number
}

/** A kext of the list of loaded ones. */
export interface PanicLoadedKext {
  readonly id: string
  readonly version: string | null
}

/** The kext that was started or stopped last. */
export interface PanicLastKext {
  readonly id: string
  readonly version: string | null
  /** The name as printed, which Intel kernels shorten. */
  readonly printed: string
  /** Time of it in the machine's own ticks. */
  readonly at: string
  readonly address: string | null
  readonly size: string | null
  readonly line: number
}

/** A labelled line that has no field of its own. */
export interface PanicDetail {
  readonly label: string
  readonly value: string
  readonly line: number
}

/** What a user-space watchdog knew of one service. */
export interface PanicService {
  readonly name: string
  readonly checkins: number | null
  readonly sinceSeconds: number | null
  readonly lastSuccessSeconds: number | null
  readonly inducedCrashes: number | null
  readonly line: number
}

/** A sleep or wake that did not end in time. */
export interface PanicSleepFailure {
  readonly transition: 'sleep' | 'wake' | null
  readonly seconds: number | null
  /** What it was busy with, in the kernel's words. */
  readonly doing: string | null
  readonly suspectedBundle: string | null
  readonly thread: string | null
  readonly failureCode: { readonly data: string; readonly phase: string } | null
  /** Line of the failure code. */
  readonly codeLine: number | null
  readonly line: number
}

/** A processor other than the main ones that panicked, or whose firmware was blamed. */
export interface PanicCoprocessor {
  readonly name: string
  readonly message: string
  readonly firmware: string | null
  readonly line: number
}

/** A process of the stackshot, with what its threads were at. */
export interface PanicProcess {
  readonly pid: number
  readonly name: string
  readonly threads: number
  readonly runningThreads: number
  readonly uninterruptibleThreads: number
  readonly residentBytes: string | null
  readonly isPanicked: boolean
}

/** A thread of the process that panicked, out of the stackshot. */
export interface PanicStackshotThread {
  readonly id: number
  readonly name: string | null
  readonly state: readonly string[]
  readonly isPanicked: boolean
  /** Slid addresses of its kernel frames. */
  readonly kernelFrames: readonly string[]
}

/** The stackshot of a JSON report, in short. */
export interface PanicStackshot {
  readonly processes: readonly PanicProcess[]
  readonly panickedThreads: readonly PanicStackshotThread[]
  readonly images: number
}

/** What the reporter wrote around the panic. */
export interface PanicEnvelope {
  readonly bugType: { readonly value: string; readonly meaning: string | null } | null
  readonly date: string | null
  readonly osVersion: string | null
  readonly incident: string | null
  readonly socId: string | null
  readonly notes: readonly string[]
  readonly memory: Readonly<Record<string, string>>
  /** Keys that no part of the reader knows, with their values as text. */
  readonly others: Readonly<Record<string, string>>
}

/** A moment of the panic log's own clock. */
export interface PanicMoment {
  readonly label: string
  readonly seconds: string
  readonly microseconds: string
}

/** How many lines were understood. Of a JSON report the lines of its texts and its keys count. */
export interface PanicCoverage {
  readonly linesUnderstood: number
  readonly linesTotal: number
}

/** What a fault was, worked out from the registers. */
export interface DerivedFault {
  readonly access: 'read' | 'write' | 'execute' | null
  readonly address: string | null
  /** Address of the instruction. */
  readonly instruction: string | null
  readonly reason: string
  /** What the address itself tells: `near null`, `non-canonical`, `freed or poisoned pattern`. */
  readonly pattern: string | null
  readonly line: number | null
}

/** A frame with what can be worked out of it. */
export interface DerivedFrame {
  /** Index in `backtrace`. */
  readonly index: number
  /** Address without signature bits. */
  readonly address: string
  readonly bundle: string | null
  /** Offset from the start of the bundle's range. */
  readonly bundleOffset: string | null
  /** Address before the slide was added. */
  readonly unslid: string | null
  /** The symbol in readable form. */
  readonly function: string | null
  /** True for the frames that only carried out the panic itself. */
  readonly isMachinery: boolean
}

/** Arithmetic that was done, so that it can be checked by hand. */
export interface DerivedSlide {
  readonly what: string
  readonly base: string
  readonly slide: string
  readonly unslid: string
}

/** Values worked out from what the report states. */
export interface PanicDerived {
  readonly arch: 'x86_64' | 'i386' | 'arm64' | 'ppc' | null
  readonly soc: string | null
  readonly darwin: string | null
  readonly xnu: string | null
  readonly fault: DerivedFault | null
  readonly esr: string | null
  readonly frames: readonly DerivedFrame[]
  /** Index in `backtrace` of the first frame that is not panic machinery. */
  readonly firstFrame: number | null
  readonly slides: readonly DerivedSlide[]
  readonly uptimeSeconds: number | null
  readonly secondsSinceWake: number | null
  readonly secondsSinceLastKext: number | null
  readonly sleepPhase: {
    readonly code: string
    readonly name: string
    readonly direction: 'sleep' | 'wake' | 'up'
    /** The kernel's own words for it; null where it has none. */
    readonly text: string | null
    /** Top-level PCI devices that had not answered, by bit of the failure code's first number. */
    readonly pendingPciDevices: readonly number[]
  } | null
}
