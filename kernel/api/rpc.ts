import type { KextBundleFiles } from './commands.ts'
import type { DeviceDescription, MachineDescription, MachineSummary, PartDescription } from './MachineDescription.ts'
import type { Problem, Result } from './Problem.ts'
import type { CounterfactualEdit } from './reports/Explanation.ts'
import type {
  EntryProperty, ExplainReply, KextSet, KextSetFile, OpenedSample, ProviderPlace,
} from './reports/ExplainReply.ts'
import type { CoverageReport } from './reports/Coverage.ts'
import type { DeviceSource } from './reports/DeviceSource.ts'
import type { RematchReport } from './reports/Rematch.ts'
import type {
  GroupEdit, GroupRule, RedactionPreview, ReportSummary, SecretKind, StoredRecord,
} from './reports/Library.ts'
import type {
  ComparableSnapshot, EntryDetails, ImportSummary, MachineStatus, PanicRecord, PerformanceSample, ProfileReport,
  PropertyHits,
  RegistrySnapshot, RegistrySource,
} from './snapshots.ts'

/** Calls that the kernel process answers. Arguments are checked at its door; every call may reject with an Error. */
export interface KernelFunctions {
  listTemplates(): MachineSummary[]
  getTemplate(name: string): MachineDescription
  listParts(): PartDescription[]
  /** All faults of a machine file; empty when it can be powered on. Changes nothing. */
  validateMachine(description: unknown): Problem[]
  /** A machine file with its defaults filled in, or all its faults. Changes nothing. */
  readMachine(description: unknown): Result<MachineDescription>
  /** Powers the machine on; with problems nothing has changed. Replaces a machine that is off, halted or panicked. */
  powerOn(description: unknown, seed: number): { problems: Problem[] }
  powerOff(): void
  /** The machine as it is now, with what was plugged in; null while there is none. */
  runningMachine(): MachineDescription | null
  /** Plugs a part, with what hangs below it, into a hot-plug port. With problems nothing has changed. */
  insertDevice(devices: readonly DeviceDescription[]): { problems: Problem[] }
  /** Pulls a part out of its hot-plug port. With problems nothing has changed. */
  removeDevice(id: string): { problems: Problem[] }
  setPaused(paused: boolean): void
  /** Virtual seconds per wall second; Infinity is as fast as possible. */
  setSpeed(speed: number): void
  /** While paused: does the next single thing. */
  stepOnce(): void
  status(): MachineStatus
  registrySnapshot(source: RegistrySource, plane: string): RegistrySnapshot
  /** A plane to be compared with another registry's. */
  comparableSnapshot(source: RegistrySource, plane: string): ComparableSnapshot
  /** An entry as it stands in a plane, by the id that a snapshot gives it. */
  entryDetails(source: RegistrySource, plane: string, id: number): EntryDetails
  /** Entries with the text in a key, a value or, as `key=value`, both. Case does not count. */
  findInProperties(source: RegistrySource, text: string): PropertyHits | Promise<PropertyHits>
  profileTypes(): { dataType: string; title: string; group: string }[]
  profile(dataType: string): ProfileReport
  openTerminal(columns: number, rows: number): number
  terminalInput(terminal: number, data: string): void
  resizeTerminal(terminal: number, columns: number, rows: number): void
  closeTerminal(terminal: number): void
  /** Tells how many bytes the terminal view has drawn; output stops while 1 MiB is outstanding. */
  acknowledgeTerminal(terminal: number, bytes: number): void
  listSampleKexts(): { name: string; title: string; summary: string }[]
  loadSampleKext(name: string): void
  loadKext(bundle: KextBundleFiles): { problems: Problem[] }
  /** Reads a file of any known kind. Registries stay open as imports; every file is kept in the host's library. */
  importFile(name: string, bytes: Uint8Array): ImportSummary | Promise<ImportSummary>
  /** The same for a file that the window has sent ahead, by the number it was given. */
  importUploaded(name: string, upload: number): Promise<ImportSummary>
  /** Opens the dump of one of our own machines that ships with the program. */
  openSample(name: string): ImportSummary
  /** Brings in the few reports that ship with the program, for those who have none yet. */
  importSampleReports(): ImportSummary[]
  listImports(): ImportSummary[]
  closeImport(id: number): void
  performanceHistory(): PerformanceSample[]
  /** Why drivers came to a provider or did not; `focus` names the personality whose fate is to be turned. */
  explain(provider: ProviderPlace, focus: string | null): ExplainReply
  /** The same after some edits. Nothing but the answer changes. */
  explainWhatIf(provider: ProviderPlace, edits: readonly CounterfactualEdit[], focus: string | null): ExplainReply
  /** The dictionary of a personality as it was tried on a provider, after some edits. */
  explainedPersonality(provider: ProviderPlace, edits: readonly CounterfactualEdit[], name: string): EntryProperty[]
  /** Matches an imported registry anew and compares. */
  rematch(source: RegistrySource): RematchReport
  /** Kexts of people, kept while the process lives; all of them are tried on every provider. */
  listKextSets(): KextSet[]
  addKextSet(name: string, files: readonly KextSetFile[]): KextSet
  removeKextSet(id: number): void
  /** Puts back what `removeKextSet` took. */
  restoreKextSet(id: number): void
  /** Opens our own dump and kexts; when they are open already, the same ones. */
  openExplainerSample(): OpenedSample
  /** Which device gets which driver, of all sources and kext sets; null while there is no source. */
  coverage(): CoverageReport | null
  listDeviceSources(): DeviceSource[]
  /** Reads a list of devices or a dump by its content. A dump puts lists aside, a list puts a dump aside. */
  addDeviceFile(name: string, bytes: Uint8Array): DeviceSource
  /** The devices of the computer that the program runs on. */
  addHostDevices(): DeviceSource
  removeDeviceSource(id: number): void
  restoreDeviceSource(id: number): void
  openCoverageSample(): void
}

/** What the kernel process tells each attached window. */
export interface KernelNotifications {
  statusChanged(status: MachineStatus): void
  registryChanged(generation: number): void
  terminalOutput(terminal: number, data: Uint8Array): void
  /** The shell ended with a status; -1 when its machine went away or began anew. */
  terminalClosed(terminal: number, status: number): void
  performanceSampled(sample: PerformanceSample): void
  panicked(panic: PanicRecord): void
  logged(text: string): void
  /** Parts came or went: all that are in the machine now. */
  devicesChanged(devices: readonly DeviceDescription[]): void
}

/** A report with its record, and with all that is needed to run an own machine's panic again. */
export interface StoredReport extends ReportSummary {
  /** A PanicReport, a CrashReport or the summary of a registry; null where none was made. */
  readonly record: StoredRecord | null
  readonly notes: string
  /** Null for files that were brought in. */
  readonly run: {
    readonly panic: PanicRecord
    readonly description: MachineDescription
    readonly seed: number
    readonly journalRecords: number
  } | null
}

/** What became of the kernel process. */
export interface KernelProcessState {
  readonly state: 'starting' | 'running' | 'hung' | 'gone'
  /** A sentence for people, or null while all is well. */
  readonly reason: string | null
  readonly restarts: number
  /** Last word from it: where the lost machine stood. */
  readonly lastStatus: MachineStatus | null
}

/** Calls that the host process answers (Electron main, or the web server of the browser shell). */
export interface HostFunctions {
  hostInfo(): { shell: 'electron' | 'browser'; version: string; notice: string | null; databasePath: string; walls: string[] }
  listSavedMachines(): MachineSummary[]
  getSavedMachine(name: string): MachineDescription
  saveMachine(description: unknown): { problems: Problem[] }
  deleteMachine(name: string): void
  listCrashReports(): ReportSummary[]
  /** The newest reports that hold all words; see the guide of the library for `tag:`, `kind:` and their like. */
  searchCrashReports(text: string): ReportSummary[]
  getCrashReport(id: number): StoredReport
  /** The stored file as text, bytes that are not UTF-8 replaced; at most 4 MiB of it. */
  crashReportText(id: number): { text: string; isCut: boolean }
  /** The stored file, byte for byte. */
  crashReportFile(id: number): Uint8Array
  markCrashReportRead(id: number): void
  deleteCrashReport(id: number): void
  /** Puts back what `deleteCrashReport` took, until the app ends. */
  undeleteCrashReport(id: number): void
  setCrashReportTags(id: number, tags: readonly string[]): void
  setCrashReportNotes(id: number, notes: string): void
  listGroupRules(): GroupRule[]
  /** Changes the groups of the library; the answer is the edit that undoes it. */
  editGroups(edit: GroupEdit): GroupEdit
  /** What a copy without `kinds` would look like. */
  previewRedaction(id: number, kinds: readonly SecretKind[]): RedactionPreview
  /** A copy to hand on: redacted by `kinds`, whole for none. */
  exportCrashReport(id: number, kinds: readonly SecretKind[]): { name: string; bytes: Uint8Array }
  /** Runs the machine of a report again and pauses it `beforeNs` ahead of its panic. None may be on. */
  rewindToPanic(id: number, beforeNs: number): void
  kernelProcess(): KernelProcessState
  restartKernel(): void
}

/** What became of a file that was to be kept in the library. */
export type KeptFile =
  | { readonly key: string; readonly id: number; readonly isNew: boolean }
  | { readonly key: string; readonly id: null; readonly reason: string }

/** What the host process tells each window. */
export interface HostNotifications {
  fileKept(file: KeptFile): void
  crashReportsChanged(): void
  savedMachinesChanged(): void
  kernelProcessChanged(state: KernelProcessState): void
}
