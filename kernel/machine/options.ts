import type { KextBundleFiles, PanicRecord, Problem } from '../api/index.ts'
import type { Frame, Simulation } from '../sim/index.ts'
import type { BackingSource } from './hardware.ts'
import type { KextDefinition } from '../families/defineFamily.ts'
import type { ReportKext } from '../panic/index.ts'

/** A kext as the panic log, kextstat and the status bar list it. */
export type LoadedKext = ReportKext

/** What the machine gives the kext subsystem at power-on. */
export interface KextContext {
  readonly simulation: Simulation
  /** Built-in kexts of the families, in the order of the boot kernel collection. */
  readonly families: readonly KextDefinition[]
  /** Bundles that lie in /Library/Extensions when the machine is powered on. */
  readonly bundles: readonly KextBundleFiles[]
  readonly bootArgs: string
  readonly osVersion: string
  readonly osBuild: string
  readonly isIntel: boolean
}

/**
 * The kext subsystem of one machine: installs the module loader of IOCatalogue and answers for what is
 * loaded.
 */
export interface KextServices {
  /**
   * Called once, inside the machine's world, after the classes of `__kernel__` exist and before matching
   * starts.
   * Sets the module loader and adds the personalities of the boot kernel collection to the catalogue.
   */
  install(context: KextContext): void
  /**
   * Loads a bundle at run time, as `kextload` on its path does. All faults are listed; empty when it was
   * accepted.
   */
  loadBundle(bundle: KextBundleFiles): Problem[]
  loadedKexts(): readonly LoadedKext[]
  /** The kext whose start was the latest. */
  lastStartedKext(): LoadedKext | null
}

/** What the machine knows of a simulated panic when it stops. */
export interface PanicContext {
  readonly message: string
  /** Innermost frame first. */
  readonly frames: readonly Frame[]
  readonly fault: PanicFault | null
  readonly threadId: number
  readonly threadName: string
  readonly taskName: string
  readonly pid: number
  readonly loadedKexts: readonly LoadedKext[]
  readonly lastStartedKext: LoadedKext | null
  readonly registers: ReadonlyMap<string, bigint>
  readonly timeNs: number
  readonly step: number
  readonly digest: string
  readonly seed: number
  readonly machine: PanicMachine
}

/** The trap behind a panic, for its report. */
export interface PanicFault {
  readonly kind: string
  readonly address: bigint
  readonly access: string
}

/** The facts of the machine that a report prints. */
export interface PanicMachine {
  readonly platform: 'acpi' | 'device-tree'
  readonly model: string
  readonly boardId: string | null
  readonly osVersion: string
  readonly osBuild: string
  readonly kernelVersion: string
  readonly soc: string | null
  readonly cpus: number
  readonly memoryBytes: number
  readonly bootArgs: string
}

/** Writes the report of a panic in the layout of its platform. */
export type PanicReporter = (panic: PanicContext) => PanicRecord

/** How a machine is made, beside its description. */
export interface MachineOptions {
  readonly seed: number
  /** Bundles found in /Library/Extensions at power-on. */
  readonly kexts?: readonly KextBundleFiles[]
  /** Makes the kext subsystem; the default loads the families' own kexts only. */
  readonly kextServices?: () => KextServices
  readonly panicReporter?: PanicReporter
  /** Bytes of host-backed disk images, by the name the description gives. */
  readonly backing?: BackingSource
}
