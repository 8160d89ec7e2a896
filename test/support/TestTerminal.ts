import { Simulation } from '../../kernel/sim/index.ts'
import { bootUserland, runCommandLine, startTerminal, type Terminal } from '../../kernel/userland/index.ts'
import { decodeText } from '../../kernel/userland/libsystem/text.ts'
import { Screen } from './Screen.ts'

const STEPS = 2_000_000
/** 2024-01-15 10:00:00 UTC. */
const BOOT_EPOCH_SECONDS = 1_705_312_800

/** A world with userland and nothing below it but the scheduler and Mach. */
export function makeUserland(seed = 1): Simulation {
  const simulation = new Simulation(seed)
  simulation.enter(() => bootUserland({ hostname: 'Mac', bootEpochSeconds: BOOT_EPOCH_SECONDS }))
  return simulation
}

export interface CommandResult {
  readonly stdout: string
  readonly stderr: string
  /** Null when the command did not end in the time it was given. */
  readonly status: number | null
}

/** Runs one command line without a terminal, for at most `seconds` of virtual time. */
export function runLine(commandLine: string, options: { simulation?: Simulation; seconds?: number; uid?: number } = {}): CommandResult {
  const simulation = options.simulation ?? makeUserland()
  const result = { stdout: '', stderr: '', status: null as number | null }
  simulation.enter(() => {
    runCommandLine({
      commandLine,
      uid: options.uid ?? 501,
      onStdout: (bytes) => { result.stdout += decodeText(bytes) },
      onStderr: (bytes) => { result.stderr += decodeText(bytes) },
      onExit: (status) => { result.status = status },
    })
    const { scheduler } = simulation
    const endNs = scheduler.nowNs + (options.seconds ?? 60) * 1e9
    for (let steps = 0; result.status === null && steps < STEPS; steps++) if (!scheduler.step(endNs)) break
  })
  return result
}

/** A terminal window for tests: keys go in, the screen comes out. */
export class TestTerminal {
  readonly simulation: Simulation
  readonly terminal: Terminal
  readonly screen: Screen
  /** Everything that was sent to the screen. */
  output = ''
  exitStatus: number | null = null

  constructor(options: { columns?: number; rows?: number; simulation?: Simulation } = {}) {
    const columns = options.columns ?? 80
    this.simulation = options.simulation ?? makeUserland()
    this.screen = new Screen(columns)
    this.terminal = this.simulation.enter(() => startTerminal({
      columns,
      rows: options.rows ?? 24,
      onOutput: (bytes) => {
        const text = decodeText(bytes)
        this.output += text
        this.screen.write(text)
      },
      onExit: (status) => { this.exitStatus = status },
    }))
    this.run()
  }

  /** Types keys and lets the machine run. */
  type(keys: string, seconds = 1): this {
    this.simulation.enter(() => this.terminal.input(keys))
    return this.run(seconds)
  }

  /** Lets virtual time pass. */
  run(seconds = 1, maxSteps = STEPS): this {
    const { scheduler } = this.simulation
    this.simulation.enter(() => scheduler.run(scheduler.nowNs + seconds * 1e9, maxSteps))
    return this
  }

  /** The screen as text. */
  get text(): string {
    return this.screen.text()
  }
}
