import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { MachineDescription } from '../../kernel/api/index.ts'
import { createKextServices } from '../../kernel/machine/kextServices.ts'
import { Machine, replayMachine, type KextServices, type MachineOptions } from '../../kernel/machine/index.ts'
import type { Scheduler, TimedEvent } from '../../kernel/sim/index.ts'
import { cpuMs, type Measurement, type Row } from '../Row.ts'

const STEPS = 10_000_000
const SLICE = 100_000
const SEED = 7

/** A device that ticks: 64 of these are most of the events. */
class Ticker implements TimedEvent {
  queueSlot = -1
  constructor(private readonly scheduler: Scheduler, private readonly periodNs: number) {}
  fire(nowNs: number): void {
    this.scheduler.events.schedule(this, nowNs + this.periodNs)
  }
}

/** The tickers come with the machine's kexts: at power-on, in the session and in its replay alike. */
function tickingKexts(): KextServices {
  const base = createKextServices({
    evaluate: ({ path }) => ({ ok: false, problems: [{ where: path, message: 'No driver code here.' }] }),
  })
  return {
    install: (context) => {
      base.install(context)
      const { scheduler } = context.simulation
      for (let i = 0; i < 64; i++) {
        const periodNs = (1_000 + i * 37) * 20
        scheduler.events.schedule(new Ticker(scheduler, periodNs), periodNs)
      }
    },
    loadBundle: (bundle) => base.loadBundle(bundle),
    loadedKexts: () => base.loadedKexts(),
    lastStartedKext: () => base.lastStartedKext(),
  }
}

function session(): { description: MachineDescription; options: MachineOptions } {
  const path = join(import.meta.dirname, '../../resources/machines/intel-desktop.json')
  const description = JSON.parse(readFileSync(path, 'utf8')) as MachineDescription
  return { description, options: { seed: SEED, kextServices: tickingKexts } }
}

/** A session with inputs: a terminal, and a line typed into its shell after every slice. */
function record(): Machine {
  const { description, options } = session()
  const machine = new Machine(description, options)
  machine.powerOn()
  machine.run(Infinity, 10 * SLICE)
  machine.inject({ kind: 'terminalOpen', terminal: 1, columns: 80, rows: 24 })
  const { scheduler } = machine.simulation
  for (let typed = 0; scheduler.steps < STEPS; typed++) {
    machine.run(Infinity, Math.min(SLICE, STEPS - scheduler.steps))
    machine.drainEvents()
    if (scheduler.steps >= STEPS) break
    machine.inject({ kind: 'terminalInput', terminal: 1, data: `echo ${typed}\r` })
  }
  return machine
}

function timed(body: () => { machine: Machine }): Measurement {
  const began = cpuMs()
  const { machine } = body()
  const ms = cpuMs() - began
  const { steps } = machine.simulation.scheduler
  return { ms, minMs: ms, maxMs: ms, check: `${steps} steps, digest ${machine.digest()}` }
}

export const e14: Row = {
  id: 'E14', title: `replay of a session of ${STEPS / 1e6} M events`, maxRatio: 1.05,
  ours: {
    name: 'replay',
    measure: () => {
      const recorded = record()
      const again = { ...session(), journal: recorded.journal.records }
      return timed(() => replayMachine(again, { toStep: STEPS, expectedDigest: recorded.digest() }))
    },
  },
  peer: { name: 'recording', measure: () => timed(() => ({ machine: record() })) },
}
