import type {
  ComparableSnapshot, EntryDetails, JournalRecord, MachineCommand, MachineDescription, MachineEvent,
  MachineStatus, PanicRecord,
  PerformanceSample, Problem, PropertyHits, RegistrySnapshot,
} from '../api/index.ts'
import { gateDiagnostics, IODTNVRAM, IORegistryEntry, IOService } from '../iokit/index.ts'
import { KernelPanic, firstPanic, msgbufLines, stackOverflow } from '../mach/index.ts'
import { reportPanic } from '../panic/index.ts'
import { Journal, Simulation, present } from '../sim/index.ts'
import { bootKernel } from './boot/bootKernel.ts'
import { appleSiliconTree } from './boot/deviceTree/appleSilicon.ts'
import { intelTree } from './boot/deviceTree/intel.ts'
import { readMachine } from './compose.ts'
import { buildHardware, type Hardware } from './hardware.ts'
import { insertDevices, removeDevice, type HotPlugResult } from './hotPlug.ts'
import { createKextServices } from './kextServices.ts'
import type { KextServices, MachineOptions, LoadedKext } from './options.ts'
import { panicContext } from './panicContext.ts'
import { Sampler } from './Sampler.ts'
import {
  comparableSnapshot, countEntries, countServices, entryDetails, findInProperties, snapshotRegistry,
} from './snapshots.ts'
import { registerMachineTraps } from './traps.ts'
import { UserSpace } from './UserSpace.ts'

/** Why `run` came back. */
export type RunOutcome = 'time' | 'steps' | 'panicked' | 'halted'

type Power = 'off' | 'running' | 'panicked' | 'halted'

/**
 * One virtual Mac: description and seed in, commands in, events out. Everything it does follows from these,
 * so that the same description, seed and journal give the same digest.
 */
export class Machine {
  readonly simulation: Simulation
  readonly journal = new Journal<MachineCommand>()
  private power: Power = 'off'
  private machine: MachineDescription
  private events: MachineEvent[] = []
  private builtHardware: Hardware | null = null
  private kexts: KextServices | null = null
  private sampler: Sampler | null = null
  private userSpace: UserSpace | null = null
  private report: PanicRecord | null = null
  private toldGeneration = -1
  private toldBusy = true
  private toldDiagnostics = 0
  private toldLines = 0

  constructor(readonly description: MachineDescription, readonly options: MachineOptions) {
    this.machine = description
    this.simulation = new Simulation(options.seed)
  }

  /** Checks the description, builds the hardware and starts the boot. With problems nothing was built. */
  powerOn(): Problem[] {
    if (this.power !== 'off') {
      return [{ where: 'machine', message: 'The machine has been powered on before.' }]
    }
    const read = readMachine(this.description)
    if (!read.ok) return read.problems
    this.machine = read.value
    this.power = 'running'
    this.guarded(() => this.boot())
    return []
  }

  /** Runs until virtual time `untilNs`, `maxSteps` steps, a panic or a halt. */
  run(untilNs: number, maxSteps: number): RunOutcome {
    const outcome = this.guarded(() => this.runSteps(untilNs, maxSteps)) ?? 'time'
    if (this.power !== 'off') this.simulation.enter(() => this.tellChanges())
    if (this.power === 'running') return outcome
    return this.power === 'panicked' ? 'panicked' : 'halted'
  }

  /** Gives the machine one input now; it is journaled with its place in the run. */
  inject(command: MachineCommand): void {
    if (this.power !== 'running') return
    const { steps, nowNs } = this.simulation.scheduler
    this.journal.append({ step: steps, timeNs: nowNs, command })
    this.guarded(() => this.perform(command))
  }

  /** Takes the events since the last call, in order. */
  drainEvents(): MachineEvent[] {
    const events = this.events
    this.events = []
    return events
  }

  /** Digest of everything that happened so far: 16 hexadecimal digits. */
  digest(): string {
    return this.simulation.scheduler.trace.digest()
  }

  status(): MachineStatus {
    const { nowNs, steps } = this.simulation.scheduler
    const isOff = this.power === 'off'
    const counts = isOff ? null : this.simulation.enter(() => ({
      ...countServices(), busy: IOService.getServiceRoot()?.getBusyState() ?? 0,
      kexts: this.kexts?.loadedKexts().length ?? 0,
    }))
    return {
      session: null,
      power: this.power,
      name: isOff ? null : this.machine.name,
      title: isOff ? null : this.machine.title,
      model: isOff ? null : this.machine.model,
      seed: this.options.seed,
      timeNs: nowNs,
      speed: 1,
      entries: counts?.entries ?? 0,
      busy: counts?.busy ?? 0,
      kexts: counts?.kexts ?? 0,
      devicesWithoutDriver: counts?.withoutDriver ?? 0,
      digest: this.digest(),
      steps,
    }
  }

  /**
   * The description by which this machine starts again: as it is, with the firmware variables as they are now
   * and the boot arguments among them. Follows from the run alone, so that a replay gives the same one.
   */
  descriptionAtRestart(): MachineDescription {
    if (this.power === 'off') return this.machine
    const nvram = this.simulation.enter(firmwareVariables)
    const { machine } = this
    if (nvram === null) return machine
    const hadBootArgs = machine.nvram['boot-args'] !== undefined
    return { ...machine, nvram, bootArgs: nvram['boot-args'] ?? (hadBootArgs ? '' : machine.bootArgs) }
  }

  /** Whether user space runs and no service is busy. */
  get isQuiet(): boolean {
    if (this.power === 'off' || this.userSpace?.isUp !== true) return false
    return this.simulation.enter(() => (IOService.getServiceRoot()?.getBusyState() ?? 1) === 0)
  }

  /** Kexts that are loaded, in the order of loading. */
  loadedKexts(): readonly LoadedKext[] {
    return this.simulation.enter(() => this.kexts?.loadedKexts() ?? [])
  }

  /** The report of the panic that stopped the machine, or null. */
  get panic(): PanicRecord | null {
    return this.report
  }

  /** The hardware, for views of its registers; null before power-on. */
  get hardware(): Hardware | null {
    return this.builtHardware
  }

  /** One plane of the registry in pre-order. An unknown plane gives zero rows. */
  registrySnapshot(plane: string): RegistrySnapshot {
    return this.simulation.enter(() => snapshotRegistry(plane))
  }

  /** All that the inspector shows of one entry; null when no entry has that id (any more). */
  entryDetails(id: number, plane: string): EntryDetails | null {
    return this.simulation.enter(() => entryDetails(id, plane))
  }

  /** One plane, ready to be compared with another registry's. Changes nothing. */
  comparableSnapshot(plane: string): ComparableSnapshot {
    return this.simulation.enter(() => comparableSnapshot(plane))
  }

  /** Entries with a text in a key or value of their properties. Changes nothing. */
  findInProperties(text: string): PropertyHits {
    return this.simulation.enter(() => findInProperties(text))
  }

  /** The samples so far, oldest first. */
  performanceHistory(): readonly PerformanceSample[] {
    return this.sampler?.history ?? []
  }

  private boot(): void {
    const { machine, simulation: { scheduler } } = this
    scheduler.trace.mixText(JSON.stringify(machine))
    scheduler.trace.mix(this.options.seed)
    const tree = machine.platform === 'acpi' ? intelTree(machine) : appleSiliconTree(machine)
    const hardware = buildHardware(machine, tree, this.options.backing ?? noBacking)
    this.builtHardware = hardware
    const bundles = this.options.kexts ?? []
    const kexts = (this.options.kextServices ?? noDriverCode)()
    this.kexts = kexts
    const userSpace = new UserSpace((event) => this.events.push(event))
    this.userSpace = userSpace
    userSpace.prepare(machine, bundles)
    this.sampler = new Sampler(scheduler, (sample) => this.events.push({ kind: 'performanceSample', sample }))
    this.sampler.start()
    registerMachineTraps(machine, (reason) => this.halt(reason))
    bootKernel({ machine, hardware, tree, kexts, bundles, onUserSpace: () => userSpace.start() })
  }

  private runSteps(untilNs: number, maxSteps: number): RunOutcome {
    const { scheduler } = this.simulation
    for (let done = 0; done < maxSteps; done++) {
      if (!scheduler.step(untilNs)) {
        if (scheduler.nowNs < untilNs && untilNs !== Infinity) scheduler.nowNs = untilNs
        return 'time'
      }
      const swallowed = firstPanic()
      if (swallowed !== null) throw swallowed
      if (this.power !== 'running') return 'halted'
    }
    return 'steps'
  }

  private perform(command: MachineCommand): void {
    const userSpace = present(this.userSpace, 'a running machine has a user space')
    if (command.kind === 'powerButton') {
      this.halt('shutdown')
    } else if (command.kind === 'loadKext') {
      userSpace.installBundle(command.bundle)
      const kexts = present(this.kexts, 'a running machine has kexts')
      this.simulation.scheduler.spawn('kext load', loadBundle(kexts, command))
    } else if (command.kind === 'insertDevice') {
      const backing = this.options.backing ?? noBacking
      this.devicesChanged(insertDevices(this.machine, this.presentHardware, command.devices, backing))
    } else if (command.kind === 'removeDevice') {
      this.devicesChanged(removeDevice(this.machine, this.presentHardware, command.id))
    } else {
      userSpace.perform(command)
    }
  }

  private get presentHardware(): Hardware {
    return present(this.builtHardware, 'a running machine has hardware')
  }

  private devicesChanged(result: HotPlugResult): void {
    if (!result.ok) {
      this.events.push({ kind: 'deviceRefused', problems: result.problems })
      return
    }
    this.machine = result.machine
    this.events.push({ kind: 'devicesChanged', devices: result.machine.devices })
  }

  private halt(reason: 'shutdown' | 'restart'): void {
    this.power = 'halted'
    this.events.push({ kind: 'halted', reason })
  }

  /** Runs kernel code in the machine's world; a simulated panic stops the clock and is reported. */
  private guarded<T>(body: () => T): T | null {
    if (this.power !== 'running') return null
    return this.simulation.enter(() => {
      try {
        return body()
      } catch (error) {
        const fault = error instanceof KernelPanic ? error : stackOverflow(error)
        if (fault === null) throw error
        this.stopForPanic(fault)
        return null
      }
    })
  }

  private stopForPanic(panic: KernelPanic): void {
    this.power = 'panicked'
    const report = this.options.panicReporter ?? reportPanic
    this.report = report(panicContext(panic, {
      machine: this.machine, seed: this.options.seed, kexts: this.kexts, digest: this.digest(),
    }))
    this.events.push({ kind: 'panicked', panic: this.report })
  }

  /** Tells what a host shows and what changed since it was told last. */
  private tellChanges(): void {
    const { lines, next } = msgbufLines(this.toldLines)
    for (const { timeNs, text } of lines) this.events.push({ kind: 'log', timeNs, text })
    this.toldLines = next
    for (const diagnostic of gateDiagnostics(this.toldDiagnostics)) {
      this.events.push({ kind: 'gateDiagnostic', diagnostic })
      this.toldDiagnostics++
    }
    const generation = IORegistryEntry.getGenerationCount()
    const busy = IOService.getServiceRoot()?.getBusyState() ?? 0
    if (generation !== this.toldGeneration) {
      this.toldGeneration = generation
      this.events.push({ kind: 'registryChanged', generation, entries: countEntries(), busy })
    }
    const isBusy = busy > 0 || this.userSpace?.isUp !== true
    if (this.toldBusy && !isBusy) {
      this.events.push({ kind: 'registryQuiet', timeNs: this.simulation.scheduler.nowNs })
    }
    this.toldBusy = isBusy
  }
}

/** The variables of the NVRAM service; null on a machine without. */
function firmwareVariables(): Record<string, string> | null {
  const options = IORegistryEntry.fromPath('IODeviceTree:/options')
  const variables = options instanceof IODTNVRAM ? options.variables() : null
  options?.release()
  return variables
}

/** The inputs of a run, each with its step and time. */
export type MachineJournal = readonly JournalRecord<MachineCommand>[]

/** A host without disk images of its own. */
const noBacking = (): null => null

/** The kext subsystem of a host that runs no third-party code. */
function noDriverCode(): KextServices {
  return createKextServices({
    evaluate: ({ path }) => ({
      ok: false, problems: [{ where: path, message: 'This host runs no driver code.' }],
    }),
  })
}

function* loadBundle(
  kexts: KextServices, { bundle }: Extract<MachineCommand, { kind: 'loadKext' }>,
): Generator<void, void, never> {
  kexts.loadBundle(bundle)
}
