import type { Problem } from './Problem.ts'

/** A plane of a registry in pre-order, one array per column, so that 100,000 rows cross a port cheaply. */
export interface RegistrySnapshot {
  readonly source: RegistrySource
  readonly plane: string
  readonly planes: readonly string[]
  readonly generation: number
  /**
   * Registry entry ids, exact as numbers. Below zero where a dump prints none: then the number says only
   * which rows, in whatever plane, show the same entry.
   */
  readonly ids: Float64Array
  /** Row of the parent; -1 for the root. An entry below two parents has two rows. */
  readonly parents: Int32Array
  readonly depths: Uint16Array
  readonly names: readonly string[]
  readonly locations: readonly (string | null)[]
  readonly classes: readonly string[]
  /** `__state[0]` bits of services (kernel/abi `kIOService…State`); 0xffffffff for entries that are no service. */
  readonly states: Uint32Array
  readonly busy: Uint16Array
  readonly retains: Int32Array
  /** 1 when the entry was made by matching (carries IOClass and IOProviderClass), 0 when it is a nub. */
  readonly drivers: Uint8Array
  /** 1 when the entry is a device that says what it is and that no driver has taken. */
  readonly withoutDriver: Uint8Array
}

/** A snapshot that can be held against another one. */
export interface ComparableSnapshot {
  readonly snapshot: RegistrySnapshot
  /** One number per row for its properties, but those that never stand still: equal where they are equal. */
  readonly digests: Uint32Array
}

/** Whose registry: the running machine's, or an imported file's. */
export type RegistrySource = 'machine' | `import:${number}`

/** One property value, typed as the registry types it. */
export type PropertyValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'number'; readonly value: bigint; readonly bits: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'data'; readonly bytes: Uint8Array }
  | { readonly type: 'array' | 'set'; readonly values: readonly PropertyValue[] }
  | { readonly type: 'dictionary'; readonly entries: readonly { readonly key: string; readonly value: PropertyValue }[] }
  | { readonly type: 'other'; readonly text: string }

/** Everything about one entry that the inspector shows. */
export interface EntryDetails {
  readonly id: number
  readonly name: string
  readonly location: string | null
  readonly className: string
  /** Superclasses from the base down, the class itself last; null where a dump does not tell. */
  readonly inheritance: readonly string[] | null
  readonly bundle: string | null
  readonly path: string | null
  readonly state: number | null
  readonly busy: number
  readonly busyTimeNs: number
  readonly retain: number
  /** All its parents in all planes, the service plane first. */
  readonly parents: readonly EntryParent[]
  readonly properties: readonly { readonly key: string; readonly value: PropertyValue }[]
}

/** One parent of an entry in one plane. */
export interface EntryParent {
  readonly plane: string
  /** As the column `ids` of a snapshot writes it. */
  readonly id: number
  /** `name@location` in that plane. */
  readonly title: string
  readonly className: string
}

/** Entries whose properties hold a text, each with the first key that does. */
export interface PropertyHits {
  /** As the column `ids` of a snapshot writes them. */
  readonly ids: Float64Array
  readonly keys: readonly string[]
}

/** Where the machine stands: toolbar and status bar. */
export interface MachineStatus {
  /** Names the run: another one after each power-on, restart and rewind; null while none is kept. */
  readonly session: string | null
  readonly power: 'off' | 'running' | 'paused' | 'panicked' | 'halted'
  readonly name: string | null
  readonly title: string | null
  readonly model: string | null
  readonly seed: number
  readonly timeNs: number
  readonly speed: number
  readonly entries: number
  readonly busy: number
  readonly kexts: number
  /** Devices that no driver has taken. */
  readonly devicesWithoutDriver: number
  readonly digest: string
  readonly steps: number
}

/** One sample over `spanNs` of virtual time. Rates are per virtual second. */
export interface PerformanceSample {
  readonly timeNs: number
  readonly spanNs: number
  readonly interruptsPerSecond: number
  readonly eventsPerSecond: number
  readonly busyServices: number
  /** Threads resumed, per virtual second. */
  readonly dispatchesPerSecond: number
  /** Virtual CPU time of processes, and of the kernel: its threads and its interrupt level. */
  readonly userNs: number
  readonly systemNs: number
  readonly drivers: readonly DriverSample[]
  /** The kernel's own threads by name, then the processes; what ended within the span is in it. */
  readonly threads: readonly ThreadSample[]
  /** Interrupt vectors that delivered something. */
  readonly vectors: readonly VectorSample[]
}

/** Threads of one name in the kernel, or all threads of one process, in one span. */
export interface ThreadSample {
  /** 0 for the kernel's own threads. */
  readonly pid: number
  readonly name: string
  /** Name of the user that the process runs as. */
  readonly user: string
  /** How many live at the end of the span. */
  readonly threads: number
  readonly cpuNs: number
}

/** What came in on one interrupt vector in one span. */
export interface VectorSample {
  /** Registry entry id of the device whose interrupt it is. */
  readonly id: number
  readonly name: string
  /** Class of the interrupt controller, and the number of its vector. */
  readonly controller: string
  readonly vector: number
  readonly interrupts: number
}

/** Times and counts of one driver in one span. */
export interface DriverSample {
  /** Registry entry id of the driver instance; 0 for the kernel's own threads. */
  readonly id: number
  readonly name: string
  readonly className: string
  readonly bundle: string
  readonly cpuNs: number
  readonly interrupts: number
}

/** A panic as the host stores it, beside machine description, seed and journal. */
export interface PanicRecord {
  /** First line, shortened: what lists show. */
  readonly title: string
  /** The report in the real layout of its platform. */
  readonly text: string
  readonly timeNs: number
  readonly step: number
  readonly digest: string
  readonly osVersion: string
  readonly model: string
  /** Third-party or other kexts seen in the backtrace, most recent frame first. */
  readonly backtraceKexts: readonly string[]
  readonly backtrace: readonly { readonly address: string; readonly bundle: string; readonly symbol: string; readonly offset: number }[]
}

/** A page of System Information: the reporter that the command uses feeds the view too. */
export interface ProfileReport {
  readonly dataType: string
  readonly title: string
  readonly items: readonly ProfileItem[]
}

/** One item: its own facts and what lies below it. */
export interface ProfileItem {
  readonly name: string
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly items: readonly ProfileItem[]
  /** Registry entry that this item describes, for `Show in Registry`. */
  readonly entryId?: number
}

/** What an imported file turned out to be. */
export interface ImportSummary {
  /** Number of the open registry; 0 for reports, which only the library holds. */
  readonly id: number
  /** By which the host's `fileKept` tells where in the library the file went. */
  readonly key: string
  readonly name: string
  readonly kind: 'registry' | 'panic' | 'crash'
  /** What happened, for reports. */
  readonly title: string
  readonly format: string
  readonly entries: number
  readonly model: string | null
  readonly osBuild: string | null
  readonly problems: readonly Problem[]
  readonly linesTotal: number
  readonly linesUnderstood: number
}
