// Goal: an entry is found by every way in which people write it down, and is written in the ways that other tools take.
import { describe, expect, it } from 'vitest'
import { snapshotOf } from '../../testSupport/snapshots.ts'
import { parseTarget, rowOfTarget } from './goTo.ts'
import { devicePath, ioregCommand, pathOfRow } from './paths.ts'

const at = (place: string | null, count = 1): (string | null)[] => Array.from({ length: count }, () => place)
const mac = snapshotOf(
  `
Root:IORegistryEntry
  iMac19,1:IOPlatformExpertDevice
    AppleACPIPlatformExpert:AppleACPIPlatformExpert
      PCI0:IOACPIPlatformDevice
        AppleACPIPCI:AppleACPIPCI
          HDEF:IOPCIDevice
            AppleHDAController:AppleHDAController
          RP01:IOPCIDevice
            IOPP:IOPCI2PCIBridge
              SSD0:IOPCIDevice
      RTC:IOACPIPlatformDevice
  IO Resources:IOResources`,
  { locations: [...at(null, 3), '0', null, '1F,3', null, '1C', null, '0', '70', null] },
)
const row = (typed: string): string | null => {
  const target = parseTarget(typed)
  return target === null ? null : (mac.names[rowOfTarget(mac, target)] ?? null)
}

describe('Go to Path', () => {
  it.each([
    ['IOService:/AppleACPIPlatformExpert/PCI0@0/AppleACPIPCI/HDEF@1F,3', 'HDEF'],
    ['IOService:/AppleACPIPlatformExpert/PCI0@0/AppleACPIPCI/hdef@1f,3', 'HDEF'],
    ['Root/iMac19,1/AppleACPIPlatformExpert/PCI0@0', 'PCI0'],
    ['/AppleACPIPlatformExpert/PCI0/AppleACPIPCI/RP01/IOPP/SSD0', 'SSD0'],
    ['IOService:/', 'Root'],
    ['0x100000105', 'HDEF'],
    ['id 0x100000105', 'HDEF'],
    ['4294967557', 'HDEF'],
    ['ioreg -rn HDEF', 'HDEF'],
    ['ioreg -w0 -l -r -d 1 -n HDEF@1F,3', 'HDEF'],
    ['ioreg -lrc AppleHDAController -w 0', 'AppleHDAController'],
    ["ioreg -n 'IO Resources'", 'IO Resources'],
    ['-rn RTC', 'RTC'],
    ['ioreg -p IOService', 'Root'],
    ['PciRoot(0x0)/Pci(0x1f,0x3)', 'HDEF'],
    ['PciRoot(0x0)/Pci(0x1F,0x3)', 'HDEF'],
    ['PciRoot(0)/Pci(28,0)/Pci(0x0,0x0)', 'SSD0'],
    ['Pci(0x1c,0x0)', 'RP01'],
    ['SSD0@0', 'SSD0'],
    ['ssd0', 'SSD0'],
    ['IOPCI2PCIBridge', 'IOPP'],
    ['"RTC@70"', 'RTC'],
  ])('%s leads to %s', (typed, name) => {
    expect(row(typed)).toBe(name)
  })

  it('leads nowhere rather than astray', () => {
    expect(
      ['', 'ioreg -l', 'IOService:/PCI0@0/Nothing', 'PciRoot(0x1)/Pci(0x1f,0x3)', '0x1000000ff', 'RP0'].map(
        row,
      ),
    ).toEqual(at(null, 6))
  })

  it('reads plane and key of ioreg arguments', () => {
    expect(parseTarget('ioreg -p IODeviceTree -n chosen')).toEqual({
      by: 'name',
      plane: 'IODeviceTree',
      text: 'chosen',
    })
    expect(parseTarget('ioreg -lrk IOProbeScore')).toEqual({ by: 'key', plane: null, text: 'IOProbeScore' })
  })
})

describe('paths', () => {
  it('of every entry lead back to it', () => {
    mac.names.forEach((name, index) =>
      expect(row(pathOfRow(mac, index)), name).toBe(index < 2 ? 'Root' : name),
    )
  })

  it('are written for ioreg', () => {
    expect(ioregCommand(mac, 11)).toBe("ioreg -w0 -l -r -d 1 -n 'IO Resources'")
    expect(ioregCommand({ ...mac, plane: 'IOACPIPlane' }, 10)).toBe(
      'ioreg -w0 -l -r -d 1 -p IOACPIPlane -n RTC@70',
    )
    mac.names.forEach((name, index) => expect(row(ioregCommand(mac, index))).toBe(name))
  })

  it('of OpenCore are those of PCI functions and what belongs to them', () => {
    expect([5, 6, 9].map((index) => devicePath(mac, index))).toEqual([
      'PciRoot(0x0)/Pci(0x1f,0x3)',
      'PciRoot(0x0)/Pci(0x1f,0x3)',
      'PciRoot(0x0)/Pci(0x1c,0x0)/Pci(0x0,0x0)',
    ])
    expect([0, 4, 10].map((index) => devicePath(mac, index))).toEqual([null, null, null])
    const apple = snapshotOf('Root\n  J314\n    apcie:AppleT6000PCIe\n      wlan:IOPCIDevice', {
      locations: [null, null, null, '0'],
    })
    expect(devicePath(apple, 3)).toBeNull()
  })
})
