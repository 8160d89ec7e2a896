import {
  Machine, replaying, type JournalRecord, type MachineCommand, type MachineDescription, type MachineEvent,
  type MachineOptions, type MachineStatus, type Problem, type RecordedRun,
} from '../../kernel/index.ts'

/** How long one turn may keep the message loop waiting, in wall milliseconds. */
const TURN_MS = 8
const STEPS_PER_SLICE = 5_000
const IDLE_TURN_MS = 10
/** Further behind than this the machine does not try to catch up: it runs slower than asked and says so. */
const MAX_LAG_MS = 250
/** At full speed an idle machine advances at most this much per slice. */
const FULL_SPEED_SLICE_NS = 20_000_000

export interface MachineHostEvents {
  readonly started: (session: string, description: MachineDescription, seed: number) => void
  readonly journaled: (records: readonly JournalRecord<MachineCommand>[]) => void
  readonly event: (event: MachineEvent) => void
  readonly turned: () => void
  readonly failed: (error: Error) => void
}

/** Paces one machine against the wall clock. All time and chance of the machine are its own; this only asks for more. */
export class MachineHost {
  machine: Machine | null = null
  speed = 1
  private paused = false
  private session: string | null = null
  private journaledCount = 0
  private anchorWallMs = 0
  private anchorNs = 0
  private timer: NodeJS.Timeout | null = null
  private holds = 0

  constructor(private readonly events: MachineHostEvents, private readonly options: () => Omit<MachineOptions, 'seed'>) {}

  /** Starts a machine. With problems nothing has changed. */
  powerOn(session: string, description: MachineDescription, seed: number): Problem[] {
    if (this.machine !== null && this.isAlive) {
      return [{ where: 'machine', message: 'A machine is running: power it off first.' }]
    }
    const machine = new Machine(description, { ...this.options(), seed })
    const problems = machine.powerOn()
    if (problems.length > 0) return problems
    this.machine = machine
    this.session = session
    this.paused = false
    this.journaledCount = 0
    this.events.started(session, description, seed)
    this.anchor()
    this.schedule(0)
    return []
  }

  /**
   * Runs a recorded session again up to a time, a slice per turn, and pauses the machine there. `done` hears
   * the problems when that is over and names the session; with problems nothing has changed.
   */
  rewind(recorded: RecordedRun, toTimeNs: number, done: (problems: readonly Problem[]) => string): void {
    const { description, seed, journal } = recorded
    const options = { ...this.options(), seed }
    const replay = replaying({ description, options, journal }, { toTimeNs })
    const turn = (): void => {
      const startMs = performance.now()
      while (performance.now() - startMs < TURN_MS) {
        const next = replay.next()
        if (next.done !== true) continue
        const { machine, problems, divergence } = next.value
        if (problems.length > 0) done(problems)
        else if (this.isAlive) done([{ where: 'machine', message: 'a machine is running, power it off.' }])
        else if (divergence !== null) done([{ where: 'journal', message: 'an input came at another step.' }])
        else this.adopt(machine, done([]), recorded)
        return
      }
      setTimeout(turn, 0)
    }
    setTimeout(turn, 0)
  }

  private adopt(machine: Machine, session: string, { description, seed }: RecordedRun): void {
    this.machine = machine
    this.session = session
    this.paused = true
    this.journaledCount = 0
    this.events.started(session, description, seed)
    this.anchor()
    this.drain()
  }

  /** Takes the machine away, as pulling the plug does. */
  powerOff(): void {
    this.machine = null
    this.stopTimer()
    this.events.turned()
  }

  get isAlive(): boolean {
    const power = this.machine?.status().power
    return power === 'running'
  }

  /** Gives the machine an input; it is journaled before anything runs. */
  inject(command: MachineCommand): void {
    if (this.machine === null || !this.isAlive) return
    this.machine.inject(command)
    this.flushJournal()
    if (!this.paused) this.schedule(0)
  }

  /** The same, and what comes of it at once is told at once, even while paused. */
  injectAndTell(command: MachineCommand): void {
    this.inject(command)
    this.drain()
  }

  /** Sends on what the machine has journaled since the last time. */
  flushJournal(): void {
    const records = this.machine?.journal.records ?? []
    if (records.length > this.journaledCount) {
      this.events.journaled(records.slice(this.journaledCount))
      this.journaledCount = records.length
    }
  }

  setPaused(paused: boolean): void {
    this.paused = paused
    this.anchor()
    if (paused) this.stopTimer()
    else this.schedule(0)
    this.events.turned()
  }

  setSpeed(speed: number): void {
    this.speed = speed
    this.anchor()
    this.events.turned()
  }

  /** While paused: the next single thing. */
  stepOnce(): void {
    if (this.machine === null || !this.paused || !this.isAlive) return
    this.guard(() => this.machine!.run(Infinity, 1))
    this.drain()
  }

  /** Stops asking for more time while somebody cannot keep up with the output; counted. */
  hold(): void {
    this.holds++
    this.stopTimer()
  }

  release(): void {
    this.holds = Math.max(0, this.holds - 1)
    if (this.holds > 0) return
    this.anchor()
    this.schedule(0)
  }

  status(): MachineStatus {
    if (this.machine === null) {
      return {
        session: null, power: 'off', name: null, title: null, model: null, seed: 0, timeNs: 0, speed: this.speed, entries: 0, busy: 0,
        kexts: 0, devicesWithoutDriver: 0, digest: '', steps: 0,
      }
    }
    const status = this.machine.status()
    return { ...status, session: this.session, speed: this.speed, power: status.power === 'running' && this.paused ? 'paused' : status.power }
  }

  private anchor(): void {
    this.anchorWallMs = performance.now()
    this.anchorNs = this.machine?.simulation.scheduler.nowNs ?? 0
  }

  private schedule(delayMs: number): void {
    if (this.timer !== null) {
      if (delayMs > 0) return
      clearTimeout(this.timer)
    }
    this.timer = setTimeout(() => this.turn(), delayMs)
  }

  private stopTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }

  private turn(): void {
    this.timer = null
    if (this.machine === null || this.paused || this.holds > 0 || !this.isAlive) return
    const busy = this.guard(() => this.runSlices(this.machine!))
    this.drain()
    if (this.machine !== null && this.isAlive && this.holds === 0) this.schedule(busy ? 0 : IDLE_TURN_MS)
  }

  /** Runs up to where the virtual clock should be now; true when it could not get there in this turn. */
  private runSlices(machine: Machine): boolean {
    const startMs = performance.now()
    for (;;) {
      const wallMs = performance.now()
      const scheduler = machine.simulation.scheduler
      let targetNs = scheduler.nowNs + FULL_SPEED_SLICE_NS
      if (this.speed !== Infinity) {
        targetNs = this.anchorNs + (wallMs - this.anchorWallMs) * 1e6 * this.speed
        if (targetNs - scheduler.nowNs > MAX_LAG_MS * 1e6 * this.speed) {
          targetNs = scheduler.nowNs + MAX_LAG_MS * 1e6 * this.speed
          this.anchorWallMs = wallMs
          this.anchorNs = targetNs
        }
      }
      const outcome = machine.run(Math.floor(targetNs), STEPS_PER_SLICE)
      if (outcome === 'panicked' || outcome === 'halted') return false
      if (outcome === 'time' && this.speed !== Infinity) return false
      if (performance.now() - startMs > TURN_MS) return true
    }
  }

  private drain(): void {
    this.flushJournal()
    for (const event of this.machine?.drainEvents() ?? []) this.events.event(event)
    this.events.turned()
  }

  /** Runs our own code and reports our own bugs with what is needed to repeat them. */
  private guard<T>(body: () => T): T | false {
    try {
      return body()
    } catch (error) {
      this.stopTimer()
      this.events.failed(error instanceof Error ? error : new Error(String(error)))
      this.machine = null
      return false
    }
  }
}
