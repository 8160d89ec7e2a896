import type { Machine } from '../../kernel/index.ts'
import type { CliIo } from './Command.ts'

/** Runs one command line in a machine that stands somewhere in a replay. */
export function runIn(machine: Machine, command: string, io: CliIo | null): { command: string; status: number | null; stdout: string } {
  const exec = 1_000_000 + machine.journal.records.length
  let status: number | null = null
  const chunks: Uint8Array[] = []
  machine.inject({ kind: 'exec', exec, commandLine: command })
  const limitNs = machine.simulation.scheduler.nowNs + 3600e9
  while (status === null && machine.simulation.scheduler.nowNs < limitNs) {
    const outcome = machine.run(Math.min(limitNs, machine.simulation.scheduler.nowNs + 1_000_000), 2_000)
    for (const event of machine.drainEvents()) {
      if (event.kind === 'execOutput' && event.exec === exec) {
        chunks.push(event.data)
        io?.out(event.data)
      } else if (event.kind === 'execExit' && event.exec === exec) status = event.status
    }
    if (outcome === 'panicked' || outcome === 'halted') break
  }
  return { command, status, stdout: Buffer.concat(chunks).toString('utf8') }
}
