import { describe, expect, it } from 'vitest'
import type { DeviceDescription, MachineDescription, PartDescription } from '../../../kernel/api/index.ts'
import { deviceLines, freeSlot, placeFor, problemsOfDevice, removeSubtree, renameDevice, uniqueDeviceId } from './edits.ts'

const device = (id: string, part: string, parent?: string, slot?: string): DeviceDescription =>
  ({ id, part, options: {}, ...parent === undefined ? {} : { parent }, ...slot === undefined ? {} : { slot } })

const machine = (...devices: DeviceDescription[]): MachineDescription => ({
  format: 'workbench-machine/1', name: 'm', title: 'M', source: '', platform: 'acpi', model: 'iMac19,1', osVersion: '15', osBuild: 'A',
  kernelVersion: '', cpu: { brand: '', clusters: [] }, memoryBytes: 2 ** 30, bootArgs: '', nvram: {}, serialNumber: '', devices,
})

const part = (name: string, parents: string[], slotForm: string | null): PartDescription =>
  ({ part: name, title: name, family: 'F', summary: '', parents, slotForm, platforms: ['acpi'], options: [] })

const desk = machine(device('port0', 'port', undefined, '1c'), device('nvme0', 'nvme.controller', 'port0', '0'), device('ns0', 'nvme.namespace', 'nvme0', '1'), device('lost', 'usb', 'xhc9'))

describe('deviceLines', () => {
  it('orders devices as a tree and keeps orphans at the end', () => {
    expect(deviceLines(desk).map((line) => [line.device.id, line.depth, line.orphan]))
      .toEqual([['port0', 0, false], ['nvme0', 1, false], ['ns0', 2, false], ['lost', 0, true]])
  })

  it('survives devices that name each other as parents', () => {
    const lines = deviceLines(machine(device('a', 'x', 'b'), device('b', 'x', 'a')))
    expect(lines.map((line) => [line.device.id, line.orphan])).toEqual([['a', true], ['b', true]])
  })
})

it('removes a device with everything below it', () => {
  expect(removeSubtree(desk, 'port0').devices.map(({ id }) => id)).toEqual(['lost'])
})

it('renames a device where it stands and where it is named as parent', () => {
  expect(renameDevice(desk, 'nvme0', 'ssd').devices.map(({ id, parent }) => [id, parent]).slice(1, 3)).toEqual([['ssd', 'port0'], ['ns0', 'ssd']])
})

it('gives new devices a free name after their family', () => {
  expect([uniqueDeviceId(desk, 'nvme.controller'), uniqueDeviceId(desk, 'disk.image')]).toEqual(['nvme1', 'image0'])
})

it('places a part below the selection, beside it, or where it first fits', () => {
  const namespace = part('nvme.namespace', ['nvme.controller'], 'namespace number')
  expect(placeFor(namespace, desk, 'nvme0')).toEqual({ parent: 'nvme0' })
  expect(placeFor(namespace, desk, 'ns0')).toEqual({ parent: 'nvme0' })
  expect(placeFor(namespace, desk, null)).toEqual({ parent: 'nvme0' })
  expect(placeFor(part('dock', ['thunderbolt'], null), desk, null)).toBeNull()
})

it('offers the first free slot, counting namespaces from one', () => {
  expect(freeSlot(part('nvme.namespace', [], 'namespace number'), desk, 'nvme0')).toBe('2')
  expect(freeSlot(part('pci.endpoint', [], 'device[,function]'), desk, 'port0')).toBe('1')
  expect(freeSlot(part('disk.image', [], null), desk, 'ns0')).toBeNull()
})

it('finds the field that a problem speaks about', () => {
  const problems = [{ where: 'devices[1].options.queues', message: 'a' }, { where: 'devices[10].slot', message: 'b' }, { where: 'name', message: 'c' }]
  expect(problemsOfDevice(problems, 1).map(({ field }) => field)).toEqual(['options.queues'])
})
