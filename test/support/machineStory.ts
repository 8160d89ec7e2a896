import { Machine } from '../../kernel/machine/index.ts'

const SECOND = 1_000_000_000
const MAX_SLICES = 500

/** A machine of a template that has booted. */
export function startMachine(template: unknown, seed = 3): Machine {
  const machine = new Machine(template as never, { seed })
  machine.powerOn()
  machine.run(SECOND, 10_000_000)
  machine.drainEvents()
  return machine
}

export interface RunResult {
  readonly stdout: string
  readonly stderr: string
  /** Null when it did not end, or the machine ended first. */
  readonly status: number | null
}

/** Runs one command line on a machine and lets time pass until it ends. */
export function runOn(machine: Machine, commandLine: string): RunResult {
  machine.inject({ kind: 'exec', exec: 1, commandLine })
  const decoder = new TextDecoder()
  const result = { stdout: '', stderr: '', status: null as number | null }
  for (let slice = 0; slice < MAX_SLICES && result.status === null; slice++) {
    const outcome = machine.run(machine.simulation.scheduler.nowNs + 20_000_000, 1_000_000)
    for (const event of machine.drainEvents()) {
      if (event.kind === 'execOutput') {
        result[event.stream === 'stderr' ? 'stderr' : 'stdout'] += decoder.decode(event.data)
      }
      if (event.kind === 'execExit') result.status = event.status
    }
    if (outcome === 'halted' || outcome === 'panicked') break
  }
  return result
}
