// Lists of lspci, lsusb and system_profiler in all their forms tell the same computer; nothing makes a reader throw.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chance, latin1Bytes, mutate } from '../../../test/support/mutate.ts'
import type { DeviceList } from '../../api/index.ts'
import { readDeviceList } from './readDeviceList.ts'

const SEED = 77
const ROUNDS = 400
const folder = join(import.meta.dirname, '../../../test/samples/devices')
const bytesOf = (name: string): Buffer => readFileSync(join(folder, name))

function read(name: string): DeviceList {
  const list = readDeviceList(bytesOf(name))
  if (list === null) throw new Error(`${name} is a list of devices`)
  return list
}

const hex = (value: number | null): string => (value === null ? '?' : value.toString(16).padStart(4, '0'))
const pciRows = (list: DeviceList): string[] => list.pci.map((one) => [
  one.address, hex(one.classCode), one.programmingInterface, `${hex(one.vendorId)}:${hex(one.deviceId)}`,
  `${hex(one.subsystemVendorId)}:${hex(one.subsystemId)}`, one.name, one.driverInUse,
].join(' | '))
const usbRows = (list: DeviceList): string[] => list.usb.map((one) => [
  one.address, `${hex(one.vendorId)}:${hex(one.productId)}`, hex(one.bcdDevice), one.deviceClass, one.ports,
  one.isRootHub ? 'root' : '', one.name,
  one.interfaces.map((own) => `${own.configuration}.${own.number}=${own.interfaceClass}/${own.subClass}`).join(' '),
].join(' | '))

describe('lspci', () => {
  it('-nnvv: class, programming interface, subsystem of functions but not of bridges, domains', () => {
    const list = read('pear-lspci-nnvv.txt')
    expect(pciRows(list)).toEqual([
      '00:00.0 | 0600 |  | 1234:0600 | 1234:0001 | Orchard Systems PEAR Host Bridge | ',
      '00:14.0 | 0c03 | 48 | 1234:a0ed | 4321:7270 | Orchard Systems PEAR [Rev B] xHCI Controller | xhci_hcd',
      '00:1d.0 | 0604 | 0 | 1234:a0b0 | ?:? | Orchard Systems PEAR Root Port | pcieport',
      '01:00.0 | 0200 |  | 10ec:8168 | 4321:8168 | Plum Networks Gigabit Ethernet | r8169',
      '0001:02:00.0 | 0108 | 2 | 1cc1:8201 | ?:? | Quince Storage Q1 | ',
    ])
    expect(list).toMatchObject({ formats: ['lspci'], linesTotal: 22, linesUnderstood: 22, problems: [] })
    expect(list.pci[2]?.buses).toEqual({ secondary: 1, subordinate: 1 })
  })

  it('-x: what the text leaves out stands in the configuration space', () => {
    expect(pciRows(read('pear-lspci-x.txt'))).toEqual([
      '01:00.0 | 0200 | 0 | 10ec:8168 | 4321:8168 | Plum Networks Gigabit Ethernet | ',
    ])
  })

  it('-mm and -vmm: names, numbers or both', () => {
    const list = read('pear-lspci-mm.txt')
    expect(list.formats).toEqual(['lspci -mm', 'lspci -vmm'])
    expect(pciRows(list)).toEqual([
      '00:14.0 | 0c03 | 48 | 1234:a0ed | 4321:7270 | Orchard Systems PEAR "B" xHCI | ',
      '00:1d.0 | 0604 |  | 1234:a0b0 | ?:? |  | ',
      '01:00.0 | 0200 | 0 | 10ec:8168 | 4321:8168 | Plum Networks Gigabit Ethernet | r8169',
    ])
  })

  it('-t: buses follow from brackets and branches', () => {
    const list = read('pear-lspci-tree.txt')
    expect(list.pci.map((one) => `${one.address} ${hex(one.vendorId)} ${one.buses?.secondary ?? ''}`)).toEqual([
      '00:00.0 1234 ', '00:14.0 1234 ', '00:1d.0 ? 1', '01:00.0 ? 2', '02:01.0 ? 3', '03:00.0 10ec ', '02:02.0 ? 4',
      '0001:02:00.0 1cc1 ',
    ])
    expect(list.problems[0]?.message).toContain('4 of 8 functions have no numbers')
  })
})

describe('lsusb', () => {
  it('-v: descriptors, configurations, first settings, ports', () => {
    const list = read('pear-lsusb-v.txt')
    expect(usbRows(list)).toEqual([
      '002:001 | 1d6b:0003 | 0605 | 9 | 6 | root | Linux Foundation 3.0 root hub | ',
      '001:003 | 0bda:8153 | 3100 | 0 |  |  | Plum Semiconductor USB Ethernet | 1.0=255/255 2.0=2/6 2.1=10/0',
      '001:001 | 1d6b:0002 | 0605 | 9 | 12 | root | Linux Foundation 2.0 root hub | ',
    ])
    expect(list.problems).toEqual([])
    expect(list.linesUnderstood).toBe(list.linesTotal)
  })

  it('-t after a plain list: one device of both', () => {
    const list = read('pear-lsusb-t.txt')
    expect(usbRows(list)).toEqual([
      '001:003 | 0bda:8153 | ? |  |  |  | Plum Semiconductor USB Ethernet | 1.0=255/null',
      '002:001 | 1d6b:0003 | ? | 9 | 6 | root | Linux Foundation 3.0 root hub | ',
      '001:001 | ?:? | ? | 9 | 12 | root |  | ',
      '001:004 | ?:? | ? |  | 4 |  |  | 1.0=9/null',
      '001:005 | 046d:c52b | ? |  |  |  | Walnut Receiver | 1.0=3/null 1.1=3/null',
    ])
    expect(list.usb[4]?.interfaces.map((one) => one.driverInUse)).toEqual(['usbhid', null])
  })
})

describe('system_profiler', () => {
  it('text: cards once, controllers of USB buses, devices with their place', () => {
    const list = read('pear-profile.txt')
    expect(pciRows(list)).toEqual([
      '01:00.0 | ? |  | 10ec:8168 | 4321:8168 | pci10ec,8168 | ',
      ' | 0c03 | 48 | 1234:a0ed | ?:? | USB 3.1 Bus | AppleUSBXHCIPCI',
    ])
    expect(usbRows(list)).toEqual(['020:003 | 0bda:8153 | 3100 |  |  |  | USB Ethernet | '])
  })

  it('XML with the keys of old systems, and JSON with those of new ones', () => {
    expect(usbRows(read('pear-profile.xml'))).toEqual([' | 05ac:1006 | ? |  |  |  | Keyboard Hub | '])
    expect(pciRows(read('pear-profile.xml'))).toEqual([' | 0c03 | 48 | 1234:a0ed | ?:? | USB31Bus | AppleUSBXHCIPCI'])
    const list = read('pear-profile.json')
    expect(pciRows(list)).toEqual(['01:00.0 | ? |  | 10ec:8168 | ?:? | pci10ec,8168 | '])
    expect(usbRows(list)).toEqual(['020:003 | 0bda:8153 | ? |  |  |  | USB Ethernet | '])
  })
})

it('tells the devices of a Windows computer, interfaces in their device', () => {
  const list = read('pear-pnp.json')
  expect(pciRows(list)).toEqual([' | 0c03 | 48 | 1234:a0ed | 4321:7270 | PEAR xHCI | USBXHCI'])
  expect(usbRows(list)).toEqual([' | 046d:c52b | 1203 | 0 |  |  | USB Composite Device | 1.1=3/1'])
})

it('takes several lists in one file, and leaves registries to their own reader', () => {
  const both = Buffer.concat([bytesOf('pear-lspci-nnvv.txt'), Buffer.from('\n'), bytesOf('pear-lsusb-v.txt')])
  const list = readDeviceList(both)!
  expect([list.formats, list.pci.length, list.usb.length, list.problems]).toEqual([['lspci', 'lsusb'], 5, 3, []])
  expect(readDeviceList(Buffer.from('+-o Root  <class IORegistryEntry, id 0x100000100, retain 21>\n'))).toBeNull()
  expect(readDeviceList(Buffer.from('<plist><dict/></plist>'))).toBeNull()
})

it('reads endless blanks in time that grows with them', () => {
  const blanks = '\t'.repeat(400_000)
  for (const start of ['Slot:\t01:00.0\nDevice:\tGigabit', '/:  Bus 01.Port 1: Dev 1, Class=root_hub, Driver=x\n'
    + '    |__ Port 1: Dev 2, If 0, Class=, Driver=x', 'Bus 001 Device 002: ID 1d6b:0002 x\nDevice Descriptor:\n  Descriptor']) {
    expect(readDeviceList(Buffer.from(`${start}${blanks},x\n`))).not.toBeNull()
  }
})

it(`survives ${ROUNDS} mutations (seed ${SEED})`, () => {
  const next = chance(SEED)
  const texts = readdirSync(folder).map((name) => bytesOf(name).toString('latin1'))
  const pieces = ['00:1f.3 ', '-[0000:00]-', '+-', '\\-', '----', 'Bus 001 Device 002: ID ', '|__ Port 1: Dev ', 'USB:\n\n    x:\n', '[8086:15b8]']
  for (let round = 0; round < ROUNDS; round++) {
    const list = readDeviceList(latin1Bytes(mutate(texts[round % texts.length]!, pieces, next)))
    expect(list?.linesUnderstood ?? 0).toBeLessThanOrEqual(list?.linesTotal ?? 0)
  }
})
