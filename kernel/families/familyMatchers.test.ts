// The families' rules answer as their sources do: every row, every clamp, every key.
import { describe, expect, it } from 'vitest'
import { IOService, setMatchRecorder, type MatchRecorder } from '../iokit/index.ts'
import { toOSDictionary, toOSObject, type OSString, type PlainValue } from '../libkern/index.ts'
import { msgbufText } from '../mach/index.ts'
import { Simulation } from '../sim/index.ts'
import { familyMatcherFor, familyRules } from './index.ts'
import { adjust3DGameControllerCount } from './IOHIDFamily/matching.ts'

type Plain = Readonly<Record<string, PlainValue>>

function nubWith(properties: Plain): IOService {
  const nub = new IOService()
  nub.init()
  for (const [key, value] of Object.entries(properties)) nub.setProperty(key, toOSObject(value))
  return nub
}

/** The score a dictionary earns from a nub of that class; null: no match. */
function scoreOf(providerClass: string, properties: Plain, { IOProbeScore = 0, ...table }: Plain): number | null {
  return new Simulation(1).enter(() => {
    const score = { value: IOProbeScore as number }
    const { matcher } = familyMatcherFor(providerClass)!
    return matcher!.compile(toOSDictionary(table))(nubWith(properties), score) ? score.value : null
  })
}

describe.each(['IOUSB', 'IOUSBHost'])('%s nubs', (prefix) => {
  const device = {
    idVendor: 0x5ac, idProduct: 0x24f, bcdDevice: 0x100, bDeviceClass: 9, bDeviceSubClass: 2, bDeviceProtocol: 1,
  }
  const ids = { idVendor: 0x5ac, idProduct: 0x24f }
  const vendorSpecific = { ...device, bDeviceClass: 255 }
  it.each<[Plain, Plain, number | null]>([
    [device, { ...ids, bcdDevice: 0x100 }, 100000],
    [device, ids, 90000],
    [device, { ...ids, bDeviceClass: 9, bcdDevice: 0x100 }, 100000],
    [device, { ...ids, bDeviceClass: 8 }, null],
    [device, { ...ids, bcdDevice: 0x101 }, null],
    [device, { ...ids, IOProbeScore: 9999 }, 99999],
    [device, { ...ids, IOProbeScore: 10000 }, 99000],
    [device, { ...ids, IOProbeScore: 300000 }, 99000],
    [device, { idVendor: 0x5ac, idProduct: '*' }, 89000],
    [device, { idVendor: '*', idProduct: '*', bcdDevice: '*' }, 97000],
    [device, { idVendor: 0x5ac, idProductArray: [1, 0x24f] }, 90000],
    [device, { idVendor: 0x5ac, idProductArray: [1, 2] }, null],
    [device, { idVendor: 0x5ac, idProduct: 0x200, idProductMask: 0xff00 }, 89500],
    [device, { idVendor: 0x5ac, idProductArray: [1, 0x200], idProductMask: 0xff00 }, 89500],
    [device, { idVendor: 0x5ac }, null],
    [device, { bDeviceClass: 9 }, null],
    [device, { bDeviceClass: 9, bDeviceSubClass: 2, bDeviceProtocol: 1 }, 60000],
    [device, { bDeviceClass: 9, bDeviceSubClass: 2 }, 50000],
    [device, { bDeviceClass: 9, bDeviceSubClass: 2, idVendor: 0x5ac }, null],
    [device, { bDeviceClass: 9, bDeviceSubClass: 2, bcdDevice: 0x100 }, null],
    [device, { idVendor: 0x5ac, bDeviceSubClass: 2, bDeviceProtocol: 1 }, null],
    [vendorSpecific, { idVendor: 0x5ac, bDeviceSubClass: 2, bDeviceProtocol: 1 }, 80000],
    [vendorSpecific, { idVendor: 0x5ac, bDeviceSubClass: 2, bDeviceProtocol: '*' }, 79000],
    [vendorSpecific, { idVendor: 0x5ac, bDeviceSubClass: 2, bDeviceClass: 255 }, 70000],
    [vendorSpecific, { idVendor: 0x5ac, bDeviceSubClass: 2, idProduct: 1 }, null],
    [vendorSpecific, { bDeviceClass: 255, bDeviceSubClass: 2, bDeviceProtocol: 1 }, null],
    [vendorSpecific, { ...ids, bDeviceClass: 255 }, 90000],
    [device, {}, null],
  ])('device %j asked %j: %s', (properties, table, score) => {
    expect(scoreOf(`${prefix}Device`, properties, table)).toBe(score)
  })

  const interface0 = {
    ...ids, bcdDevice: 0x100, bConfigurationValue: 1, bInterfaceNumber: 0,
    bInterfaceClass: 3, bInterfaceSubClass: 1, bInterfaceProtocol: 2,
  }
  const place = { bConfigurationValue: 1, bInterfaceNumber: 0 }
  const ownClass = { ...interface0, bInterfaceClass: 255 }
  it.each<[Plain, Plain, number | null]>([
    [interface0, { ...ids, ...place, bcdDevice: 0x100 }, 100000],
    [interface0, { ...ids, ...place }, 90000],
    [interface0, ids, null],
    [interface0, { ...ids, ...place, bInterfaceNumber: '*' }, 89000],
    [interface0, { ...ids, ...place, bInterfaceNumber: 1 }, null],
    [interface0, { ...ids, ...place, bInterfaceClass: 3 }, 90000],
    [interface0, { bInterfaceClass: 3, bInterfaceSubClass: 1, bInterfaceProtocol: 2 }, 60000],
    [interface0, { bInterfaceClass: 3, bInterfaceSubClass: 1, IOProbeScore: 500 }, 50500],
    [interface0, { bInterfaceClass: 3, bInterfaceSubClass: 1, bInterfaceNumber: 0 }, null],
    [ownClass, { idVendor: 0x5ac, bInterfaceSubClass: 1, bInterfaceProtocol: 2 }, 80000],
    [ownClass, { idVendor: 0x5ac, bInterfaceSubClass: 1 }, 70000],
    [ownClass, { bInterfaceClass: 255, bInterfaceSubClass: 1 }, null],
  ])('interface %j asked %j: %s', (properties, table, score) => {
    expect(scoreOf(`${prefix}Interface`, properties, table)).toBe(score)
  })
})

describe('USB host nubs', () => {
  it('compare speed and port type too, without points', () => {
    const nub = { idVendor: 1, idProduct: 2, USBSpeed: 3 }
    expect(scoreOf('IOUSBHostDevice', nub, { idVendor: 1, idProduct: 2, USBSpeed: 3 })).toBe(90000)
    expect(scoreOf('IOUSBHostDevice', nub, { idVendor: 1, idProduct: 2, USBSpeed: 4 })).toBe(null)
    expect(scoreOf('IOUSBDevice', nub, { idVendor: 1, idProduct: 2, USBSpeed: 4 })).toBe(90000)
  })
})

describe('HID nubs', () => {
  const keyboard = {
    Transport: 'USB', VendorID: 1452, ProductID: 0x250, PrimaryUsagePage: 1, PrimaryUsage: 6, LocationID: 77,
    DeviceUsagePairs: [{ DeviceUsagePage: 1, DeviceUsage: 6 }, { DeviceUsagePage: 12, DeviceUsage: 1 }],
  }
  const pair = (page: number, usage: number): Plain => ({ DeviceUsagePage: page, DeviceUsage: usage })
  const primary = { PrimaryUsagePage: 1, PrimaryUsage: 6 }
  it.each<[Plain, number | null]>([
    [primary, 1200],
    [{ DeviceUsagePairs: [pair(1, 6)] }, 1200],
    [{ DeviceUsagePairs: [pair(1, 6)], ...primary }, 1200],
    [{ DeviceUsagePairs: [pair(1, 6)], ...pair(12, 1) }, 1300],
    [{ DeviceUsagePage: 1 }, 1150],
    [{ DeviceUsage: 6 }, 0],
    [{ DeviceUsagePairs: [pair(1, 2), pair(12, 1)] }, 1200],
    [{ DeviceUsagePairs: [pair(1, 2)] }, null],
    [{ VendorID: 1452, ProductID: 0x250 }, 6000],
    [{ VendorID: 1452, ProductID: '*' }, 6000],
    [{ VendorID: 1452, ProductID: 0x250, IOProbeScore: 500 }, 6500],
    [{ VendorID: 1452, ProductIDArray: [0x24f, 0x250] }, 5975],
    [{ VendorID: 1452, ProductID: 0x200, ProductIDMask: 0xff00 }, 5950],
    [{ VendorID: 1452, ProductIDArray: [1, 0x200], ProductIDMask: 0xff00 }, 5925],
    [{ VendorID: 1452, ProductID: 1 }, null],
    [{ ProductID: 0x250 }, 0],
    [{ LocationID: 77 }, 0],
    [{ LocationID: 77, Transport: 'USB' }, 3000],
    [{ LocationID: 78, Transport: 'USB' }, null],
    [{ Transport: 'USB', VendorID: 1452, ProductID: 0x250, ...primary }, 8200],
    [{ VendorID: 1452, ModelNumber: 'A1' }, null],
    [{ HIDDefaultBehavior: 'Keyboard' }, null],
    [{ BootProtocol: 1 }, null],
    [{}, 0],
  ])('a keyboard asked %j: %s', (table, score) => {
    expect(scoreOf('IOHIDDevice', keyboard, table)).toBe(score)
    expect(scoreOf('IOHIDEventService', keyboard, table)).toBe(score)
  })

  it('adds model and details to a vendor that matches', () => {
    const nub = { ...keyboard, ModelNumber: 'A1', VersionNumber: 2, Manufacturer: 'Acme', SerialNumber: 'S' }
    expect(scoreOf('IOHIDDevice', nub, { VendorID: 1452, ModelNumber: 'A1', VersionNumber: 2, Manufacturer: 'Acme' }))
      .toBe(6200)
    expect(scoreOf('IOHIDDevice', nub, { ModelNumber: 'A1', VersionNumber: 2 })).toBe(0)
  })

  it('match nothing without usage pairs', () => {
    const { DeviceUsagePairs, ...bare } = keyboard
    expect(DeviceUsagePairs).toHaveLength(2)
    for (const table of [primary, {}, { VendorID: 1452 }]) expect(scoreOf('IOHIDDevice', bare, table)).toBe(null)
  })

  it('refuse vendor-defined usages without a vendor over USB, and log them without a transport', () => {
    const odd = { ...keyboard, PrimaryUsagePage: 0xff00 }
    expect(scoreOf('IOHIDDevice', odd, { PrimaryUsagePage: 0xff00, Transport: 'USB' })).toBe(null)
    expect(scoreOf('IOHIDDevice', odd, { PrimaryUsagePage: 0xff00, Transport: 'USB', VendorID: 1452 })).toBe(7100)
    new Simulation(1).enter(() => {
      const table = toOSDictionary({ PrimaryUsagePage: 0xff00, IOClass: 'Acme' })
      expect(familyMatcherFor('IOHIDDevice')!.matcher!.compile(table)(nubWith(odd), { value: 0 })).toBe(true)
      expect(msgbufText()).toContain('Matching has vendor PrimaryUsagePage : ff00 bundleIdentifier none ioclass Acme '
        + 'but transport and vendorID is missing\n')
    })
  })

  it('let old games have any device while there is no game controller', () => {
    const game = { PrimaryUsagePage: 5, PrimaryUsage: 1 }
    expect(scoreOf('IOHIDDevice', keyboard, game)).toBe(0)
    new Simulation(1).enter(() => {
      adjust3DGameControllerCount(1)
      const predicate = familyMatcherFor('IOHIDDevice')!.matcher!.compile(toOSDictionary(game))
      expect(predicate(nubWith(keyboard), { value: 0 })).toBe(false)
    })
  })

  it('ask the device for an interface, unless each interface speaks for itself', () => {
    new Simulation(1).enter(() => {
      const device = nubWith(keyboard)
      const one = nubWith({})
      one.attach(device)
      const ask = (): boolean => familyMatcherFor('IOHIDInterface')!.matcher!
        .compile(toOSDictionary({ VendorID: 1452 }))(one, { value: 0 })
      expect(ask()).toBe(true)
      device.setProperty('MultipleInterfaceEnabled', true)
      expect(ask()).toBe(false)
    })
  })
})

describe('SCSI nubs', () => {
  const disk = {
    'Peripheral Device Type': 0, 'Vendor Identification': 'ACME', 'Product Identification': 'Disk',
    'Product Revision Level': '1.0',
  }
  it.each<[Plain, number | null]>([
    [{ 'Peripheral Device Type': 0 }, 5000],
    [{ 'Peripheral Device Type': 0, IOProbeScore: 4004 }, 9004],
    [{ 'Peripheral Device Type': 0, IOProbeScore: 4999 }, 9999],
    [{ 'Peripheral Device Type': 0, IOProbeScore: 5000 }, 9000],
    [{ 'Peripheral Device Type': 5 }, null],
    [{ 'Peripheral Device Type': 0, 'Vendor Identification': 'ACME' }, 10000],
    [{ 'Peripheral Device Type': 0, 'Vendor Identification': 'Other' }, null],
    [{ 'Peripheral Device Type': 0, 'Vendor Identification': 'ACME', 'Product Identification': 'Disk' }, 15000],
    [{ ...disk }, 20000],
    [{ ...disk, 'Product Revision Level': '2' }, null],
    [{ 'Peripheral Device Type': 0, 'Product Identification': 'Other' }, 5000],
    [{ 'Vendor Identification': 'ACME' }, null],
    [{ IOMatchCategory: 'Own' }, 4900],
    [{ IOMatchCategory: 'Own', IOProbeScore: 1000 }, 5900],
    [{ IOMatchCategory: 'SCSITaskUserClientDevice', IOProbeScore: 1000 }, 2000],
    [{ IOMatchCategory: 'SCSITaskUserClientDevice' }, 0],
  ])('a disk asked %j: %s', (table, score) => {
    expect(scoreOf('IOSCSIPeripheralDeviceNub', disk, table)).toBe(score)
  })

  it('end the comparison at a key that the device lacks', () => {
    const bare = { 'Peripheral Device Type': 0 }
    expect(scoreOf('IOSCSIPeripheralDeviceNub', bare, { ...disk, 'Vendor Identification': 'Other' })).toBe(5000)
  })
})

describe('other rules', () => {
  it('media compare each key that is named', () => {
    const media = { Whole: true, Leaf: false, 'Content Hint': 'GUID', Size: 4096 }
    expect(scoreOf('IOMedia', media, { Whole: true, 'Content Hint': 'GUID', IOProbeScore: 3 })).toBe(3)
    expect(scoreOf('IOMedia', media, { Whole: false })).toBe(null)
    expect(scoreOf('IOMedia', media, { UUID: 'x' })).toBe(null)
    expect(scoreOf('IOMedia', media, { unknown: 1 })).toBe(0)
  })

  it('PCI nubs from a dump have the registers that their properties tell', () => {
    const word = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes)
    const nub = {
      'vendor-id': word(0x86, 0x80, 0, 0), 'device-id': word(0xb8, 0x15, 0, 0), 'class-code': word(0, 0, 2, 0),
      'revision-id': word(0x31, 0, 0, 0), 'subsystem-vendor-id': word(0x6b, 0x10, 0, 0), 'subsystem-id': word(1, 2, 0, 0),
    }
    expect(scoreOf('IOPCIDevice', nub, { IOPCIPrimaryMatch: '0x15b88086' })).toBe(0)
    expect(scoreOf('IOPCIDevice', nub, { IOPCIMatch: '0x15b88086' })).toBe(1000)
    expect(scoreOf('IOPCIDevice', nub, { IOPCIMatch: '0x0201106b' })).toBe(0)
    expect(scoreOf('IOPCIDevice', nub, { IOPCISecondaryMatch: '0x0201106b' })).toBe(0)
    expect(scoreOf('IOPCIDevice', nub, { IOPCIClassMatch: '0x02000000&0xffff0000' })).toBe(0)
    expect(scoreOf('IOPCIDevice', nub, { IOPCIClassMatch: '0x01060000' })).toBe(null)
  })

  it('resources: all that are named now, or the one that was at the last match', () => {
    const resources = { IOBSD: 'IOService', IONVRAM: true, IOResourceMatched: ['IOBSD', 'IORTC'] }
    expect(scoreOf('IOResources', resources, { IOResourceMatch: 'IOBSD' })).toBe(0)
    expect(scoreOf('IOResources', resources, { IOResourceMatch: ['IOBSD', 'IONVRAM'] })).toBe(0)
    expect(scoreOf('IOResources', resources, { IOResourceMatch: ['IOBSD', 'IORTC'] })).toBe(null)
    expect(scoreOf('IOResources', resources, { IOResourceMatched: 'IORTC' })).toBe(0)
    expect(scoreOf('IOResources', resources, { IOResourceMatched: 'IONVRAM' })).toBe(null)
    expect(scoreOf('IOResources', resources, { IOResourceMatch: 'IOBSD', IOResourceMatched: 'none' })).toBe(0)
    expect(scoreOf('IOUserResources', resources, {})).toBe(0)
  })

  it('are found by the nearest class that has one, and say how sure they are', () => {
    expect(familyMatcherFor(['AcmeNub', 'IOUSBHostDevice', 'IOService'])?.confidence).toBe('inferred')
    expect(familyMatcherFor('IOUSBDevice')?.confidence).toBe('open source')
    expect(familyMatcherFor('IOService')).toBe(null)
    const classes = familyRules.flatMap(({ providerClasses }) => providerClasses)
    expect(new Set(classes).size).toBe(classes.length)
    expect(familyRules.filter(({ source, note }) => source === '' || note === '')).toEqual([])
  })

  it('tell the recorder every key, and each term of the score', () => {
    new Simulation(1).enter(() => {
      const told: string[] = []
      const recorder: Partial<MatchRecorder> = {
        asked: ({ key, wanted, found, isMatch }) => {
          told.push(`${key} ${(wanted as OSString).getCStringNoCopy()} ${(found as OSString).getCStringNoCopy()} ${isMatch}`)
        },
        scored: ({ what, points, source }) => void told.push(`${what} ${points} ${source.split(' ')[0]!}`),
      }
      setMatchRecorder(recorder as MatchRecorder)
      const nub = nubWith({ idVendor: 'v', idProduct: 'p', bcdDevice: 'r' })
      const table = toOSDictionary({ idVendor: 'v', idProduct: '*' })
      familyMatcherFor('IOUSBDevice')!.matcher!.compile(table)(nub, { value: 12000 })
      expect(told).toEqual([
        'idVendor v v true', 'idProduct * p true', 'idVendor + idProduct 90000 IOUSBFamily-560.4.2',
        'IOProbeScore 12000, cut 9000 IOUSBFamily-560.4.2', '1 × "*" -1000 IOUSBFamily-560.4.2',
      ])
    })
  })
})
