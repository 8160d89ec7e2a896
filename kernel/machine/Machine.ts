import type {
  EntryDetails, JournalRecord, MachineCommand, MachineDescription, MachineEvent, MachineStatus, PanicRecord,
  PerformanceSample, Problem, RegistrySnapshot,
} from '../api/index.ts'
import { Journal, Simulation } from '../sim/index.ts'
import type { MachineOptions } from './options.ts'

/** Why `run` came back. */
export type RunOutcome = 'time' | 'steps' | 'panicked' | 'halted'

/**
 * One virtual Mac: description and seed in, commands in, events out. Everything it does follows from these,
 * so that the same description, seed and journal give the same digest.
 */
export class Machine {
  readonly simulation: Simulation
  readonly journal = new Journal<MachineCommand>()
  private readonly events: MachineEvent[] = []

  constructor(readonly description: MachineDescription, readonly options: MachineOptions) {
    this.simulation = new Simulation(options.seed)
  }

  /** Checks the description, builds the hardware and starts the boot. With problems nothing was built. */
  powerOn(): Problem[] {
    return []
  }

  /** Runs until virtual time `untilNs`, `maxSteps` steps, a panic or a halt. */
  run(untilNs: number, maxSteps: number): RunOutcome {
    void untilNs
    void maxSteps
    return 'halted'
  }

  /** Gives the machine one input now; it is journaled with its place in the run. */
  inject(command: MachineCommand): void {
    void command
  }

  /** Takes the events since the last call, in order. */
  drainEvents(): MachineEvent[] {
    return this.events.splice(0)
  }

  /** Digest of everything that happened so far: 16 hexadecimal digits. */
  digest(): string {
    return this.simulation.scheduler.trace.digest()
  }

  status(): MachineStatus {
    throw new Error('not yet')
  }

  /** Whether the service root has no busy service left and matching has started. */
  get isQuiet(): boolean {
    return false
  }

  /** The report of the panic that stopped the machine, or null. */
  get panic(): PanicRecord | null {
    return null
  }

  /** One plane of the registry in pre-order. An unknown plane gives zero rows. */
  registrySnapshot(plane: string): RegistrySnapshot {
    void plane
    throw new Error('not yet')
  }

  /** All that the inspector shows of one entry; null when no entry has that id (any more). */
  entryDetails(id: number, row: number): EntryDetails | null {
    void id
    void row
    return null
  }

  performanceHistory(): readonly PerformanceSample[] {
    return []
  }
}

export type MachineJournal = readonly JournalRecord<MachineCommand>[]
