import type { KextBundleFiles } from './commands.ts'
import type { DeviceDescription, MachineDescription, MachineSummary, PartDescription } from './MachineDescription.ts'
import type { Problem, Result } from './Problem.ts'
import type {
  EntryDetails, ImportSummary, MachineStatus, PanicRecord, PerformanceSample, ProfileReport, RegistrySnapshot, RegistrySource,
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
  entryDetails(source: RegistrySource, id: number, row: number): EntryDetails
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
  importFile(name: string, bytes: Uint8Array): ImportSummary
  listImports(): ImportSummary[]
  closeImport(id: number): void
  importedPanicText(id: number): string
  performanceHistory(): PerformanceSample[]
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

/** One line of the Crash Reports list. */
export interface CrashReportSummary {
  readonly id: number
  readonly title: string
  readonly machine: string
  readonly model: string
  readonly osVersion: string
  readonly storedAt: string
  readonly timeNs: number
  readonly kexts: readonly string[]
  readonly unread: boolean
}

/** A stored panic with all that is needed to run it again. */
export interface StoredCrashReport extends CrashReportSummary {
  readonly panic: PanicRecord
  readonly description: MachineDescription
  readonly seed: number
  readonly journalRecords: number
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
  listCrashReports(): CrashReportSummary[]
  getCrashReport(id: number): StoredCrashReport
  markCrashReportRead(id: number): void
  deleteCrashReport(id: number): void
  /** Puts back what `deleteCrashReport` took, until the app ends. */
  undeleteCrashReport(id: number): void
  /** Runs the machine of a report again and pauses it `beforeNs` ahead of its panic. None may be on. */
  rewindToPanic(id: number, beforeNs: number): void
  kernelProcess(): KernelProcessState
  restartKernel(): void
}

/** What the host process tells each window. */
export interface HostNotifications {
  crashReportsChanged(): void
  savedMachinesChanged(): void
  kernelProcessChanged(state: KernelProcessState): void
}
