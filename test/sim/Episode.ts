import {
  EventLog, Machine, replayMachine, type MachineDescription, type MachineEvent, type MachineOptions,
} from '../../kernel/index.ts'
import { commandOf, type Action, type BundleFiles } from './actions.ts'
import { publishSimService, withdrawSimService } from './SimService.ts'
import { startProgram } from './programs.ts'
import { census, checkAlways, checkSettled, compareCensus, type Tally } from './checkers.ts'

const SECOND_NS = 1_000_000_000
/** Steps between two looks at the invariants, and most steps of one span: more is a machine that does not idle. */
const SLICE_STEPS = 400
const MOST_STEPS = 60_000
const SETTLE_NS = 30 * SECOND_NS

/** One run: which machine, which seed, and what happens to it. */
export interface EpisodePlan {
  readonly seed: number
  readonly description: MachineDescription
  readonly actions: readonly Action[]
}

export interface EpisodeResult {
  /** What went wrong, or null; `at` is the index of the action after which it was seen. */
  readonly failure: { readonly at: number; readonly faults: readonly string[] } | null
  readonly steps: number
  readonly digest: string
  readonly faultsInjected: number
}

/** What episodes share. */
export interface Surroundings {
  readonly options: Omit<MachineOptions, 'seed'>
  readonly bundles: ReadonlyMap<string, BundleFiles>
  readonly tally: Tally
}

/** Plays an episode to its end or first fault, then replays its journal and compares digests. */
export function playEpisode(plan: EpisodePlan, around: Surroundings): EpisodeResult {
  const episode = new Episode(plan, around)
  return episode.play()
}

class Episode {
  private readonly machine: Machine
  private readonly log = new EventLog(1 << 16)
  private execs = 0
  private faultsInjected = 0
  private isTerminalOpen = true
  private isOutOfBand = false
  private hasService = false
  /** The kernel keeps a list that the first kext made: afterwards it counts one object more, once. */
  private hasLoadedKext = false
  /** Census at the first settled moment of each configuration. */
  private readonly known = new Map<string, Map<string, number>>()

  constructor(private readonly plan: EpisodePlan, private readonly around: Surroundings) {
    this.machine = new Machine(plan.description, { ...around.options, seed: plan.seed })
    this.machine.simulation.scheduler.log = this.log
  }

  play(): EpisodeResult {
    const { actions } = this.plan
    const problems = this.machine.powerOn()
    if (problems.length > 0) return this.end(0, problems.map(({ where, message }) => `${where}: ${message}`))
    this.machine.inject({ kind: 'terminalOpen', terminal: 1, columns: 80, rows: 24 })
    for (const [at, action] of actions.entries()) {
      const faults = this.perform(action)
      if (faults.length > 0) return this.end(at, faults)
      if (this.machine.status().power !== 'running') break
    }
    return this.end(actions.length - 1, this.checkReplay())
  }

  private end(at: number, faults: readonly string[]): EpisodeResult {
    return {
      failure: faults.length === 0 ? null : { at, faults: faults.slice(0, 12) },
      steps: this.machine.simulation.scheduler.steps, digest: this.machine.digest(),
      faultsInjected: this.faultsInjected,
    }
  }

  private perform(action: Action): string[] {
    const { machine, around: { bundles } } = this
    if (action.do === 'settle') return this.settle()
    if (action.do === 'run') return this.run(action.ns)
    if (action.do === 'program' || action.do === 'service') return this.outOfBand(action)
    const command = commandOf(action, ++this.execs, bundles)
    if (command === null) return []
    if (action.do === 'remove' || action.do === 'type') this.faultsInjected++
    machine.inject(command)
    return checkAlways(machine, this.around.tally)
  }

  /** What no command of a machine does: the episode cannot be replayed from its journal then. */
  private outOfBand(action: Extract<Action, { do: 'program' | 'service' }>): string[] {
    const { machine } = this
    machine.simulation.enter(() => {
      if (action.do === 'program') {
        if (!this.isOutOfBand) publishSimService()
        if (action.dies) this.faultsInjected++
        startProgram(action.name, action.seed, action.dies)
      } else {
        this.faultsInjected++
        withdrawSimService()
        if (action.isThere) publishSimService()
      }
    })
    this.hasService = action.do === 'program' ? this.hasService || !this.isOutOfBand : action.isThere
    this.isOutOfBand = true
    return checkAlways(machine, this.around.tally)
  }

  private run(spanNs: number): string[] {
    const { machine } = this
    const untilNs = machine.status().timeNs + spanNs
    for (let done = 0; done < MOST_STEPS; done += SLICE_STEPS) {
      const outcome = machine.run(untilNs, SLICE_STEPS)
      this.hear(machine.drainEvents())
      this.hasLoadedKext ||= machine.loadedKexts().some(({ bundleIdentifier }) => bundleIdentifier.startsWith('org.'))
      if (machine.panic !== null) return [`the kernel panicked: ${machine.panic.title}`, machine.panic.text]
      const faults = checkAlways(machine, this.around.tally)
      if (faults.length > 0 || outcome !== 'steps') return faults
    }
    return [`${MOST_STEPS} steps within ${spanNs} ns: ${this.readyThreads()}`]
  }

  /** Waits until nothing is left to do, then compares with the first such moment of the same configuration. */
  private settle(): string[] {
    const { machine } = this
    const faults = this.run(SETTLE_NS)
    if (faults.length > 0 || machine.status().power !== 'running') return faults
    const standing = checkSettled(machine, this.around.tally)
    if (standing.length > 0) return standing
    const configuration = this.configuration()
    const now = census(machine)
    const then = this.known.get(configuration)
    this.around.tally.add('census')
    if (then === undefined) {
      this.known.set(configuration, now)
      return []
    }
    return compareCensus(then, now)
  }

  private hear(events: readonly MachineEvent[]): void {
    for (const event of events) {
      if (event.kind === 'terminalClosed') this.isTerminalOpen = false
      if (event.kind === 'deviceRefused') this.around.tally.add('refused insertion or removal')
    }
  }

  /** What determines how many objects there should be: parts, kexts, whether the terminal is open. */
  private configuration(): string {
    const parts = [...this.machine.hardware?.devices.keys() ?? []].toSorted()
    const kexts = this.machine.loadedKexts().map(({ bundleIdentifier }) => bundleIdentifier)
    return JSON.stringify([parts, kexts, this.isTerminalOpen, this.hasService, this.hasLoadedKext])
  }

  private readyThreads(): string {
    return [...this.machine.simulation.scheduler.threads.values()]
      .filter(({ state }) => state !== 'waiting').map(({ name }) => name).join(', ')
  }

  private checkReplay(): string[] {
    if (this.isOutOfBand) return []
    const { machine, plan: { description, seed }, around: { options, tally } } = this
    const { steps, nowNs } = machine.simulation.scheduler
    const again = replayMachine({ description, options: { ...options, seed }, journal: machine.journal.records },
      { toStep: steps, toTimeNs: nowNs, expectedDigest: machine.digest(), expectedEvents: this.log.recorded() })
    tally.add('replay')
    if (again.identical === true) return []
    const { difference, divergence } = again
    const step = difference === null ? ''
      : ` from step ${difference.event}: ${difference.field} ${difference.actual}, not ${difference.expected}`
    const place = `${divergence === null ? '' : ` at record ${divergence.record}`}${step}`
    return [`the replay differs${place}: ${again.digest} for ${machine.digest()}`]
  }
}
