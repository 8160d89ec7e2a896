// Which device gets which driver: by number, by class, by a keen driver's own code, or by none, and who loses.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CoverageReport, KextRecord } from '../../api/index.ts'
import { joinLists, readDeviceList, readKextPlist, readRegistry } from '../../importers/index.ts'
import { coverageOfDump, coverageOfList } from './coverage.ts'

const folder = join(import.meta.dirname, '../../../test/samples')
const list = joinLists(['lspci-nnvv', 'lsusb-v'].map(
  (name) => readDeviceList(readFileSync(join(folder, 'devices', `pear-${name}.txt`)))!,
))
const pear = readKextPlist(readFileSync(join(folder, 'kexts/PearNet-Info.plist')))

/** A kext of one personality; keys as XML. */
function kext(bundle: string, keys: string, version = '1.0'): KextRecord {
  return readKextPlist(Buffer.from(`<plist version="1.0"><dict>
    <key>CFBundleIdentifier</key><string>${bundle}</string><key>CFBundleVersion</key><string>${version}</string>
    <key>IOKitPersonalities</key><dict><key>One</key><dict><key>IOClass</key><string>${bundle.split('.').at(-1)}</string>
    ${keys}</dict></dict></dict></plist>`))
}
const text = (key: string, value: string): string => `<key>${key}</key><string>${value}</string>`
const number = (key: string, value: number): string => `<key>${key}</key><integer>${value}</integer>`
const forPCI = text('IOProviderClass', 'IOPCIDevice')
const forInterface = text('IOProviderClass', 'IOUSBHostInterface')

const told = ({ devices }: CoverageReport): string[] => devices.map(({ address, ids, verdict, driver, reason }) =>
  `${address} ${ids} ${verdict} ${driver === null ? '' : `${driver.ioClass} ${driver.score}`}: ${reason}`)

describe('a list of devices', () => {
  it('is told device by device, with the rule that decided', () => {
    expect(told(coverageOfList(list, [pear]))).toEqual([
      '00:00.0 1234:0600 notNeeded : A part of the chipset: it works as the firmware left it.',
      '00:14.0 1234:a0ed native AppleUSBXHCIPCI 0: By class.',
      '00:1d.0 1234:a0b0 native IOPCI2PCIBridge 0: By class.',
      '01:00.0 10ec:8168 kext PearEthernet 1000: IOPCIMatch fits: 0x816810ec (register 0x0), 0x81684321 (register 0x2c).',
      '0001:02:00.0 1cc1:8201 native IONVMeController 0: By class.',
      '002:001 1d6b:0003 notNeeded : A root hub is part of its controller: the controller’s driver makes it.',
      '001:003 0bda:8153 kext PearAdapter 90000: idVendor + idProduct + bConfigurationValue + bInterfaceNumber fit. '
        + 'Category PearAdapter.',
      '001:001 1d6b:0002 notNeeded : A root hub is part of its controller: the controller’s driver makes it.',
    ])
  })

  it('has interfaces of USB devices driven one by one', () => {
    const own = kext('org.example.Own', forInterface + number('idVendor', 0xbda) + number('idProduct', 0x8153)
      + number('bInterfaceNumber', 0) + number('bConfigurationValue', 1))
    const device = coverageOfList(list, [own]).devices[6]!
    expect([device.verdict, device.driver?.ioClass, device.reason, device.confidence]).toEqual([
      'kext', 'Own', 'idVendor + idProduct + bConfigurationValue + bInterfaceNumber fit.', 'inferred',
    ])
    expect(device.interfaces.map((one) => `${one.configuration}.${one.number} ${one.interfaceClass} ${one.verdict}`)).toEqual([
      '1.0 ffff00 kext', '2.0 020600 native', '2.1 0a0000 native',
    ])
  })

  it('takes a driver that asks for all of a maker for a mere possibility', () => {
    const keen = kext('org.example.Keen', forPCI + text('IOPCIPrimaryMatch', '0x000010ec&amp;0x0000ffff') + number('IOProbeScore', 9000))
    const alone = coverageOfList(list, [keen]).devices[3]!
    expect([alone.verdict, alone.reason]).toEqual(['maybe', 'It asks for every device of the maker; its own code decides.'])
    const report = coverageOfList(list, [keen, pear])
    expect(report.devices[3]).toMatchObject({ verdict: 'kext', driver: { ioClass: 'PearEthernet' }, also: [{ ioClass: 'Keen' }] })
    expect(report.conflicts).toEqual([])
  })

  it('names the nearest personality where none fits', () => {
    const other = kext('org.example.Other', forPCI + text('IOPCIMatch', '0x816910ec'))
    expect(coverageOfList(list, [other]).devices[3]).toMatchObject({
      verdict: 'none', driver: null,
      reason: 'None fits. Of the same maker: One (org.example.Other): IOPCIMatch wants "0x816910ec"; '
        + 'the provider has 0x816810ec (register 0x0), 0x81684321 (register 0x2c).',
    })
  })

  it('shows who loses where two kexts claim one device in one category', () => {
    const rival = (name: string, score: number, more = ''): KextRecord =>
      kext(`org.example.${name}`, forPCI + text('IOPCIMatch', '0x816810ec') + number('IOProbeScore', score) + more)
    const { conflicts } = coverageOfList(list, [
      rival('Low', 10), rival('First', 1000), pear, rival('Beside', 1000, text('IOMatchCategory', 'Beside')),
    ])
    expect(conflicts.map(({ address, byArrivalOrder, text: words }) => [address, byArrivalOrder, words])).toEqual([[
      '01:00.0', true, 'org.example.First (1000) comes before org.example.PearNet (1000), org.example.Low (10); '
      + 'where scores are equal, the one that is loaded first.',
    ]])
  })

  it('loads the newest of several versions, as a kernel would', () => {
    const old = kext('org.example.Net', forPCI + text('IOPCIMatch', '0x816810ec'), '1.0')
    const newer = kext('org.example.Net', forPCI + text('IOPCIMatch', '0x816910ec'), '1.10')
    const report = coverageOfList(list, [old, newer])
    expect([report.kexts, report.devices[3]!.verdict]).toEqual([{ bundles: 1, personalities: 1 }, 'none'])
    expect(report.notes[0]).toContain('org.example.Net 1.10')
  })

  it('counts the ports of a controller over both of its root hubs', () => {
    expect(coverageOfList(list, []).usbPorts).toEqual([{ controller: '00:14.0', ports: 18, limit: 15, isOver: true }])
  })
})

describe('a registry dump', () => {
  const dump = readRegistry(Buffer.from(`+-o Root  <class IORegistryEntry, id 0x100000100, retain 21>
  +-o PCI0@0  <class IOPlatformDevice, id 0x100000101, registered, matched, active, busy 0 (1 ms), retain 9>
    +-o ETH0@1  <class IOPCIDevice, id 0x100000102, registered, matched, active, busy 0 (1 ms), retain 9>
    | | {
    | |   "pcidebug" = "1:0:0"
    | |   "vendor-id" = <ec100000>
    | |   "device-id" = <68810000>
    | |   "class-code" = <00000200>
    | | }
    | | 
    | +-o Cherry  <class Cherry, id 0x100000103, registered, matched, active, busy 0 (1 ms), retain 9>
    |     {
    |       "IOClass" = "Cherry"
    |       "IOProviderClass" = "IOPCIDevice"
    |       "CFBundleIdentifier" = "org.example.Cherry"
    |       "IOProbeScore" = 5
    |     }
    |     
    +-o XHC1@2  <class AppleUSBXHCI, id 0x100000104, registered, matched, active, busy 0 (1 ms), retain 9>
      +-o HS01@1  <class AppleUSB20XHCIPort, id 0x100000105, registered, matched, active, busy 0 (1 ms), retain 9>
      +-o SS01@2  <class AppleUSB30XHCIPort, id 0x100000106, registered, matched, active, busy 0 (1 ms), retain 9>
`))

  it('shows the drivers that are there, and the kexts that would take a device too', () => {
    const report = coverageOfDump(dump, [pear])
    expect(report.devices).toMatchObject([{
      kind: 'pci', address: '01:00.0', ids: '10ec:8168', deviceClass: '020000', verdict: 'attached',
      driver: { ioClass: 'Cherry', bundle: 'org.example.Cherry', score: 5 }, also: [{ ioClass: 'PearEthernet' }],
    }])
    expect(report.usbPorts).toEqual([{ controller: 'XHC1@2', ports: 2, limit: 15, isOver: false }])
  })
})
