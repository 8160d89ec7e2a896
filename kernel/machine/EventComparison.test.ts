import { expect, test } from 'vitest'
import intel from '../../resources/machines/intel-desktop.json' with { type: 'json' }
import type { MachineCommand } from '../api/index.ts'
import { EventLog } from '../sim/index.ts'
import { Machine, replayMachine } from './index.ts'

const SECOND = 1_000_000_000
const MANY_STEPS = 10_000_000

/** A session with one command line, its steps noted. */
function session(capacity?: number): { machine: Machine; log: EventLog } {
  const machine = new Machine(intel as never, { seed: 7 })
  const log = new EventLog(capacity)
  machine.simulation.scheduler.log = log
  expect(machine.powerOn()).toEqual([])
  machine.run(300_000_000, MANY_STEPS)
  machine.inject({ kind: 'exec', exec: 1, commandLine: 'echo one; sleep 0.01; echo two' })
  machine.run(SECOND, MANY_STEPS)
  return { machine, log }
}

function replayed({ machine, log }: ReturnType<typeof session>, change: (command: MachineCommand) => MachineCommand, seed = 7) {
  const journal = machine.journal.records.map((record) => ({ ...record, command: change(record.command) }))
  return replayMachine({ description: intel as never, options: { seed }, journal },
    { toTimeNs: SECOND, expectedDigest: machine.digest(), expectedEvents: log.recorded() })
}

test('a replay that is true to its session differs in no step', () => {
  const one = session()
  expect(one.log.count).toBe(one.machine.simulation.scheduler.steps)
  expect(replayed(one, (command) => command)).toMatchObject({ identical: true, difference: null })
})

test('the first step that differs is named: a thread that sleeps longer than it did', () => {
  const one = session()
  const again = replayed(one, (command) => ({ ...command, commandLine: 'echo one; sleep 0.02; echo two' } as MachineCommand))
  expect(again.identical).toBe(false)
  const { difference } = again
  expect(difference).toMatchObject({ field: 'time', name: 'time-out of thread sleep' })
  const { event } = difference!
  expect(event).toBeGreaterThan(one.machine.journal.records[0]!.step)
  expect(one.log.timeNs(event) - one.machine.journal.records[0]!.timeNs).toBeLessThan(15_000_000)
  expect(difference!.expected).toBe(`${one.log.timeNs(event)} ns`)
  expect(difference!.timeNs - one.log.timeNs(event)).toBe(10_000_000)
})

test('another seed is told by the digest alone where every step is the same, and by the step where one is not', () => {
  const again = replayed(session(), (command) => command, 8)
  expect(again.identical).toBe(false)
  expect(again.difference).not.toBeNull()
})

test('of a long session the last steps are kept; a difference before them shows at the first', () => {
  const one = session(1 << 2)
  expect(one.log.first).toBe(one.log.count - (1 << 2))
  const again = replayed(one, (command) => ({ ...command, commandLine: 'echo quince; sleep 0.02' } as MachineCommand))
  expect(again.difference).toMatchObject({ event: one.log.first })
})
