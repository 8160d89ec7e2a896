import { expect, it } from 'vitest'
import intel from '../../resources/machines/intel-desktop.json' with { type: 'json' }
import { Machine } from './index.ts'

it('counts devices that no driver took: neither parts of the chipset nor what has a driver', () => {
  const extra = [
    { id: 'capture', part: 'pci.function', parent: 'dsb01', slot: '0',
      options: { vendorId: '0x1d6b', deviceId: '0x0042', classCode: '0x048000' } },
  ]
  const machine = new Machine({ ...intel, devices: [...intel.devices, ...extra] } as never, { seed: 7 })
  expect(machine.powerOn()).toEqual([])
  machine.run(1e9, 10_000_000)
  const { withoutDriver, names, classes } = machine.registrySnapshot('IOService')
  const marked = names.flatMap((name, row) => withoutDriver[row] === 1 ? [`${name} ${classes[row]}`] : [])
  expect(marked).toEqual(expect.arrayContaining(['pci1d6b,42 IOPCIDevice', 'ETH0 IOPCIDevice']))
  const withDriver = names.filter((name, row) => name === 'SSD0' && withoutDriver[row] === 0)
  const chipset = names.flatMap((name, row) => name.startsWith('pci8086,20') ? [withoutDriver[row]] : [])
  expect([withDriver.length, chipset.length > 10, new Set(chipset)]).toEqual([1, true, new Set([0])])
  expect(machine.status().devicesWithoutDriver).toBe(marked.length)
})
