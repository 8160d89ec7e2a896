import { expect, test } from 'vitest'
import intel from '../../resources/machines/intel-desktop.json' with { type: 'json' }
import type { DeviceDescription } from '../api/index.ts'
import { allDriverUsage } from '../iokit/index.ts'
import { Machine } from './index.ts'

const SECOND = 1_000_000_000
const ENCLOSURE: readonly DeviceDescription[] = [
  { id: 'enclosure', part: 'nvme.controller', parent: 'dsb01', slot: '0', options: {} },
  { id: 'enclosure-disk', part: 'nvme.namespace', parent: 'enclosure', slot: '1',
    options: { size: 512 * 1024 * 1024, layout: 'hfs' } },
]

function boot(): Machine {
  const machine = new Machine(intel as never, { seed: 7 })
  expect(machine.powerOn()).toEqual([])
  machine.run(SECOND, 10_000_000)
  machine.drainEvents()
  return machine
}

function classesBelow(machine: Machine, name: string): string[] {
  const { names, depths, classes } = machine.registrySnapshot('IOService')
  const first = names.indexOf(name)
  if (first < 0) return []
  const rest = depths.findIndex((depth, row) => row > first && depth <= depths[first]!)
  return classes.slice(first, rest < 0 ? undefined : rest)
}

test('a drive plugged into a hot-plug port is matched, and pulled out it leaves nothing behind', () => {
  const machine = boot()
  const before = machine.status()
  machine.inject({ kind: 'insertDevice', devices: ENCLOSURE })
  machine.run(3 * SECOND, 10_000_000)
  expect(machine.drainEvents().filter(({ kind }) => kind === 'deviceRefused')).toEqual([])
  expect(machine.isQuiet).toBe(true)
  expect(classesBelow(machine, 'DSB1')).toEqual(expect.arrayContaining(['IONVMeController', 'IOMedia']))
  machine.inject({ kind: 'removeDevice', id: 'enclosure' })
  machine.run(6 * SECOND, 10_000_000)
  expect(machine.panic?.text ?? '').toBe('')
  expect(machine.isQuiet).toBe(true)
  expect(machine.status().entries).toBe(before.entries)
})

test('the records of what drivers use go with the drivers, after the last sample that tells of them', () => {
  const machine = boot()
  const records = (): number => machine.simulation.enter(() => allDriverUsage().size)
  const left: number[] = []
  const seen = new Set<string>()
  for (let round = 0; round < 3; round++) {
    machine.inject({ kind: 'insertDevice', devices: ENCLOSURE })
    machine.run(machine.status().timeNs + 3 * SECOND, 10_000_000)
    const plugged = records()
    machine.inject({ kind: 'removeDevice', id: 'enclosure' })
    machine.run(machine.status().timeNs + 3 * SECOND, 10_000_000)
    for (const { id, name, cpuNs } of machine.performanceHistory().flatMap(({ drivers }) => drivers)) {
      expect(cpuNs).toBeGreaterThanOrEqual(0)
      seen.add(`${name} ${id}`)
    }
    left.push(records())
    expect(plugged).toBe(left.at(-1)! + 1)
  }
  // What stays is the port's own bridge, which serves an interrupt from the first event on.
  expect(left).toEqual([left[0], left[0], left[0]])
  expect([...seen].filter((line) => line.startsWith('IONVMeController')).length).toBeGreaterThan(1)
})

test('what cannot be plugged in or pulled out is refused with its reason, and nothing changes', () => {
  const machine = boot()
  const before = machine.registrySnapshot('IOService').names.length
  const refusal = (command: Parameters<Machine['inject']>[0]): unknown[] => {
    machine.inject(command)
    machine.run(machine.status().timeNs + SECOND, 10_000_000)
    return machine.drainEvents().flatMap((event) => (event.kind === 'deviceRefused' ? event.problems : []))
  }
  const [card] = ENCLOSURE
  expect(refusal({ kind: 'insertDevice', devices: [] })).toMatchObject([{ where: 'devices' }])
  expect(refusal({ kind: 'insertDevice', devices: [{ ...card!, parent: 'rp09' }] })).toMatchObject([
    { where: 'devices[0].parent', seen: 'rp09' }])
  expect(refusal({ kind: 'insertDevice', devices: [{ ...card!, id: 'ssd' }] })).toMatchObject([
    { message: 'Another device has this id.' }])
  expect(refusal({ kind: 'insertDevice', devices: [card!, { ...ENCLOSURE[1]!, parent: 'ssd' }] })).toMatchObject([
    { where: 'devices[1].parent', seen: 'ssd' }])
  expect(refusal({ kind: 'removeDevice', id: 'ssd' })).toMatchObject([{ seen: 'ssd' }])
  expect(refusal({ kind: 'removeDevice', id: 'nothing' })).toMatchObject([{ seen: 'nothing' }])
  expect(machine.registrySnapshot('IOService').names.length).toBe(before)
})
