// An Intel Mac whose firmware describes remapping units: its disk's DMA goes through them, a stray one is a fault.
import { expect, test } from 'vitest'
import intel from '../../resources/machines/intel-desktop.json' with { type: 'json' }
import { readDmar } from '../families/IOPCIFamily/driver/dmar.ts'
import { PciFunction } from '../hardware/index.ts'
import { IOMapper } from '../iokit/index.ts'
import { present } from '../sim/index.ts'
import { buildDmar } from './boot/acpi/buildDmar.ts'
import { Machine } from './index.ts'

const SECOND = 1_000_000_000
const FREE_FILE_SYSTEM = '%7f%08%00%00'

function boot(changes: object = {}): Machine {
  const machine = new Machine({ ...intel, ...changes } as never, { seed: 7 })
  expect(machine.powerOn()).toEqual([])
  machine.run(SECOND, 10_000_000)
  return machine
}

/** Whether the platform says that there is a mapper. */
function saysMapper(machine: Machine): boolean {
  const { ids, classes } = machine.registrySnapshot('IOService')
  const row = classes.indexOf('AppleACPIPlatformExpert')
  const details = present(machine.entryDetails(ids[row]!, 'IOService'), 'the platform')
  return details.properties.some(({ key }) => key === 'IOPlatformMapperPresent')
}

const ssdOf = (machine: Machine): PciFunction => {
  const ssd = present(machine.hardware, 'hardware').devices.get('ssd')
  if (!(ssd instanceof PciFunction)) throw new Error('the disk is a PCI function')
  return ssd
}

test('firmware names a unit for each host bridge, that of bus 0 last and for all others', () => {
  const bytes = buildDmar(intel as never)
  expect(bytes.reduce((sum, byte) => sum + byte, 0) & 0xff).toBe(0)
  const { units, reserved } = readDmar(bytes)
  expect([units.length, reserved]).toEqual([4, []])
  expect(units.map(({ address }) => address.toString(16))).toEqual(['fed91000', 'fed92000', 'fed93000', 'fed90000'])
  expect(units.map(({ includesAll, isGraphics }) => [includesAll, isGraphics]))
    .toEqual([[false, false], [false, false], [false, false], [true, false]])
})

test('the disk is read through the mapper: its queues have device addresses, no frames', () => {
  const machine = boot()
  expect(machine.registrySnapshot('IOService').classes).toEqual(expect.arrayContaining(['AppleVTD', 'IOMedia']))
  machine.simulation.enter(() => {
    const mapper = present(IOMapper.gSystem, 'a system mapper')
    const ssd = ssdOf(machine)
    const registers = present(ssd.registerGroups().find(({ title }) => title.includes('NVMe')), 'registers').file.snapshot()
    const queue = Number(present(registers.find(({ name }) => name === 'ASQ'), 'the admin queue').value)
    const frame = mapper.mapToPhysicalAddress(queue)
    expect([queue < 2 ** 32, frame !== 0, frame !== queue]).toEqual([true, true, true])
    const [seen, real] = [new Uint8Array(4096), new Uint8Array(4096)]
    expect(ssd.dmaRead(queue, seen)).toBe(true)
    present(machine.hardware, 'hardware').platform.fabric.memory.copyOut(frame, real)
    expect([seen, seen.some((byte) => byte !== 0)]).toEqual([real, true])
  })
})

test('a stray access of a device is refused and logged, and with pci=0x100 it stops the machine', () => {
  for (const bootArgs of ['', 'pci=0x100']) {
    const machine = boot({ bootArgs })
    machine.simulation.enter(() => expect(ssdOf(machine).dmaRead(0x7fff_f000, new Uint8Array(8))).toBe(false))
    machine.run(machine.status().timeNs + SECOND, 10_000_000)
    const text = /vtd\[0\] fault: device \d+:0:0 reason 0x6 R:0x7ffff000/u
    if (bootArgs === '') expect(machine.panic).toBeNull()
    else expect(machine.panic?.text).toMatch(text)
  }
})

test('dart=0 takes the mapper away, but only where System Integrity Protection lets the file system alone', () => {
  const protectedMac = boot({ bootArgs: 'dart=0' })
  expect(saysMapper(protectedMac)).toBe(true)
  const freeMac = boot({ bootArgs: 'dart=0', nvram: { ...intel.nvram, 'csr-active-config': FREE_FILE_SYSTEM } })
  expect([saysMapper(freeMac), freeMac.isQuiet]).toEqual([false, true])
  freeMac.simulation.enter(() => {
    expect([IOMapper.gSystem, ssdOf(freeMac).dmaRead(0x7fff_f000, new Uint8Array(8))]).toEqual([null, true])
  })
})
