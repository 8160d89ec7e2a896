import { describe, expect, it } from 'vitest'
import type { DeviceDescription, MachineDescription } from '../../api/index.ts'
import type { CheckContext, PartDefinition } from '../defineFamily.ts'
import { parseBarPlan } from './model/barPlan.ts'
import { pciParts } from './parts.ts'
import { parseSlot } from './slots.ts'

const part = (name: string): PartDefinition => pciParts.find((entry) => entry.part === name)!
const device = (id: string, kind: string, slot?: string, options: Record<string, unknown> = {}): DeviceDescription =>
  ({ id, part: kind, options, ...(slot === undefined ? {} : { slot }) })

function faults(subject: DeviceDescription, parent: DeviceDescription, siblings: DeviceDescription[] = []): string[] {
  const context: CheckContext = {
    machine: { platform: 'acpi', devices: [] } as unknown as MachineDescription, where: 'devices[1]', parent,
    parentPart: part(parent.part), children: [], siblings,
  }
  return part(subject.part).check(subject, context).map(({ where, message }) => `${where}: ${message}`)
}

const HOST = device('pci0', 'pci.host')
const PORT = device('rp01', 'pci.root-port', '1C')

describe('places of PCI parts', () => {
  it.each([['1C,3', 28, 3], ['0', 0, 0], ['1f', 31, 0], [undefined, 0, 0]] as const)('%s is read', (text, number, fn) => {
    expect(parseSlot(text)).toEqual({ device: number, function: fn })
  })

  it.each(['20', '1C,8', '1C:0', ''])('%s is refused', (text) => {
    expect(parseSlot(text)).toBeNull()
  })

  it('lists everything that is wrong with a placement', () => {
    const good = device('nic', 'pci.function', '1F', { vendorId: '0x8086', bars: 'mem32:16K io:32' })
    expect(faults(good, HOST)).toEqual([])
    expect(faults(device('a', 'pci.function', '3'), PORT)).toEqual(['devices[1].slot: A link has one partner: below a port only device 0 answers.'])
    expect(faults(device('a', 'pci.function', '1F'), HOST, [good])).toEqual(['devices[1].slot: nic is in this slot already.'])
    expect(faults(device('a', 'pci.function', '1E,2'), HOST)).toHaveLength(1)
    const bad = device('b', 'pci.function', 'x', { vendorId: '0x123456', colour: 'red', bars: 'mem64:3K', acpiName: '1AB', msi: 'yes' })
    expect(faults(bad, HOST).map((text) => text.slice(0, text.indexOf(':'))).toSorted()).toEqual([
      'devices[1].options.acpiName', 'devices[1].options.bars', 'devices[1].options.colour', 'devices[1].options.msi',
      'devices[1].options.vendorId', 'devices[1].slot',
    ])
  })
})

describe('base address register plans', () => {
  it('counts 64-bit registers twice', () => {
    expect(parseBarPlan('mem64p:256M mem64p:2M io:256 mem32:512K')).toEqual({ ok: true, value: [
      { index: 0, kind: 'memory64', sizeBytes: 2 ** 28, prefetchable: true }, { index: 2, kind: 'memory64', sizeBytes: 2 ** 21, prefetchable: true },
      { index: 4, kind: 'io', sizeBytes: 256, prefetchable: false }, { index: 5, kind: 'memory32', sizeBytes: 2 ** 19, prefetchable: false },
    ] })
  })

  it.each(['mem64:3K', 'io:512', 'mem16:4K', 'mem64:1M mem64:1M mem64:1M mem32:4K', 'mem32:8'])('%s is refused', (text) => {
    expect(parseBarPlan(text).ok).toBe(false)
  })
})
