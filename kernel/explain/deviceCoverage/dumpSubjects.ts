import type { CoverageDriver } from '../../api/index.ts'
import { wantsDriver } from '../../formats/index.ts'
import { textOf, type ImportedDictionary } from '../../importers/index.ts'
import type { DumpEntry } from '../rematch/DumpTree.ts'
import type { DumpDriver } from '../rematch/DumpDriver.ts'
import type { DumpWorld } from '../rematch/DumpWorld.ts'
import { numberUnder } from './breadth.ts'
import { idsText, tripleText, type CoverageSubject, type SubjectNub,
  type UsbClass } from './CoverageSubject.ts'

/** The PCI functions and USB devices of a dump. */
export function dumpSubjects(dump: DumpWorld): CoverageSubject[] {
  const shown = Map.groupBy(dump.drivers, ({ provider }) => provider)
  const nubOf = (entry: DumpEntry, own: SubjectNub['interface']): SubjectNub => ({
    index: entry.index, interface: own, shown: (shown.get(entry) ?? []).map(shownDriver),
  })
  const conforms = (entry: DumpEntry, ...names: string[]): boolean =>
    names.some((name) => dump.classes.conforms(entry.className, name))
  const interfaces = Map.groupBy(
    dump.entries.filter((entry) => conforms(entry, 'IOUSBHostInterface', 'IOUSBInterface')),
    (entry) => entry.parents.find((one) => conforms(one, 'IOUSBHostDevice', 'IOUSBDevice')) ?? null,
  )
  return dump.entries.flatMap((entry) => {
    if (entry.row.properties === null || entry.path.includes('/AppleUSBLegacyRoot/')) return []
    if (conforms(entry, 'IOPCIDevice')) return [pciSubject(entry, nubOf(entry, null))]
    if (!conforms(entry, 'IOUSBHostDevice', 'IOUSBDevice')) return []
    const below = (interfaces.get(entry) ?? []).map((one) => nubOf(one, interfaceOf(one.row.properties)))
    return [usbSubject(entry, [nubOf(entry, null), ...below])]
  })
}

function shownDriver({ ioClass, bundle, category, score, provider }: DumpDriver): CoverageDriver {
  return { personality: null, bundle, ioClass, category, score, from: 'dump',
    providerClass: provider.className }
}

function pciSubject(entry: DumpEntry, nub: SubjectNub): CoverageSubject {
  const { properties } = entry.row
  const ids = idsText(numberUnder(properties, 'vendor-id'), numberUnder(properties, 'device-id'))
  const place = /^(\d+):(\d+):(\d+)/u.exec(textOf(properties?.get('pcidebug')) ?? '')
  const hex = (text: string): string => Number(text).toString(16).padStart(2, '0')
  const code = numberUnder(properties, 'class-code')
  return {
    kind: 'pci', ids, name: textOf(properties?.get('model')) ?? entry.row.name, remark: null, without: null,
    address: place === null ? null : `${hex(place[1]!)}:${hex(place[2]!)}.${place[3]}`,
    deviceClass: code === null ? null : code.toString(16).padStart(6, '0'),
    wantsDriver: code === null || wantsDriver(code), nubs: [nub],
  }
}

function usbSubject(entry: DumpEntry, nubs: readonly SubjectNub[]): CoverageSubject {
  const { properties, name } = entry.row
  const location = numberUnder(properties, 'locationID')
  const device = numberUnder(properties, 'USB Address')
  const three = (value: number): string => String(value).padStart(3, '0')
  return {
    kind: 'usb', ids: idsText(numberUnder(properties, 'idVendor'), numberUnder(properties, 'idProduct')),
    name: textOf(properties?.get('USB Product Name')) ?? name, remark: null, without: null, wantsDriver: true,
    nubs,
    address: location === null || device === null ? null : `${three(location >>> 24)}:${three(device)}`,
    deviceClass: tripleText(tripleOf(properties, 'bDevice')),
  }
}

function tripleOf(properties: ImportedDictionary | null, prefix: string): UsbClass {
  return [
    numberUnder(properties, `${prefix}Class`), numberUnder(properties, `${prefix}SubClass`),
    numberUnder(properties, `${prefix}Protocol`),
  ]
}

function interfaceOf(properties: ImportedDictionary | null): SubjectNub['interface'] {
  return {
    configuration: numberUnder(properties, 'bConfigurationValue') ?? 1,
    number: numberUnder(properties, 'bInterfaceNumber') ?? 0,
    triple: tripleOf(properties, 'bInterface'),
  }
}
