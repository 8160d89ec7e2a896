import { EventLog, Machine, type MachineDescription, type MachineEvent, type PanicRecord } from '../../kernel/index.ts'
import { machineOptions } from '../kernelHost/machineOptions.ts'
import { readSampleKexts } from '../kernelHost/resources.ts'
import type { CliIo } from './Command.ts'
import { UsageError } from './Command.ts'
import { formatProblems } from './problemText.ts'

const STEPS_PER_SLICE = 2_000
/** How far the machine runs before it is looked at again: where input goes in depends on this and on nothing of the host. */
const SLICE_NS = 1_000_000
/** A booting machine that is not quiet after this much virtual time will not become so. */
const BOOT_LIMIT_NS = 120e9
const EXEC_LIMIT_NS = 3600e9
/** Steps that a journal file names at most: 28 bytes each. */
const LOGGED_STEPS = 1 << 18

export interface ExecResult {
  readonly command: string
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A machine run from the command line: boots, loads, executes, and keeps what came out. Places of input depend on virtual time only. */
export class MachineRun {
  readonly machine: Machine
  readonly exits: ExecResult[] = []
  private nextExec = 1
  private readonly listeners = new Set<(event: MachineEvent) => void>()

  /** With `log` every step is noted, for `replay` to name the first that differs. */
  constructor(description: MachineDescription, seed: number, log = false) {
    this.machine = new Machine(description, { ...machineOptions(readSampleKexts()), seed })
    if (log) this.machine.simulation.scheduler.log = new EventLog(LOGGED_STEPS)
    const problems = this.machine.powerOn()
    if (problems.length > 0) {
      throw new UsageError(`${description.name} cannot be built; nothing was started.\n${formatProblems(problems)}`.trimEnd())
    }
  }

  get panic(): PanicRecord | null {
    return this.machine.panic
  }

  get nowNs(): number {
    return this.machine.simulation.scheduler.nowNs
  }

  /** Runs until `done` holds, virtual time `limitNs` has come, or the machine has stopped. */
  runUntil(done: () => boolean, limitNs: number): void {
    while (!done() && this.nowNs < limitNs) {
      const outcome = this.machine.run(Math.min(limitNs, this.nowNs + SLICE_NS), STEPS_PER_SLICE)
      for (const event of this.machine.drainEvents()) for (const listener of this.listeners) listener(event)
      if (outcome === 'panicked' || outcome === 'halted') return
    }
  }

  /** Boots until the registry is quiet; false when it never becomes so. */
  boot(): boolean {
    this.runUntil(() => this.machine.isQuiet, this.nowNs + BOOT_LIMIT_NS)
    return this.machine.isQuiet
  }

  /** Runs one command line to its end; its output goes to `io` as it comes, when given. */
  exec(command: string, io: CliIo | null, limitNs = this.nowNs + EXEC_LIMIT_NS): void {
    const exec = this.nextExec++
    let status: number | null = null
    const chunks = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] }
    const listener = (event: MachineEvent): void => {
      if (event.kind === 'execOutput' && event.exec === exec) {
        chunks[event.stream].push(event.data)
        if (event.stream === 'stdout') io?.out(event.data)
        else io?.error(Buffer.from(event.data).toString('utf8'))
      } else if (event.kind === 'execExit' && event.exec === exec) status = event.status
    }
    this.listeners.add(listener)
    this.machine.inject({ kind: 'exec', exec, commandLine: command })
    this.runUntil(() => status !== null, limitNs)
    this.listeners.delete(listener)
    const text = (parts: Uint8Array[]): string => Buffer.concat(parts).toString('utf8')
    this.exits.push({ command, status, stdout: text(chunks.stdout), stderr: text(chunks.stderr) })
  }
}
