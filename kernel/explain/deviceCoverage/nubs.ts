import { kIOServiceMatchedState, kIOServiceRegisteredState } from '../../abi/index.ts'
import type { ListedPci, ListedUsb, ListedUsbInterface } from '../../api/index.ts'
import { ImportedData, ImportedDictionary, type ImportedValue } from '../../importers/index.ts'
import type { NubFacts } from '../world/MatchWorld.ts'

const STATE = kIOServiceRegisteredState | kIOServiceMatchedState

/** A registered nub of a class with properties. */
export function nubFrom(
  className: string, name: string, properties: readonly (readonly [key: string, value: ImportedValue])[],
  parent: number,
): NubFacts {
  const table = new ImportedDictionary(properties.map(([key]) => key), properties.map(([, value]) => value))
  return { name, location: null, className, id: 0, state: STATE, properties: table, parents: [parent] }
}

const bytes = (list: readonly number[]): ImportedData =>
  ImportedData.ofPlist({ bytes: Uint8Array.from(list) })
const word = (value: number): ImportedData => bytes([0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff))
const texts = (list: readonly string[]): ImportedData =>
  bytes([...`${list.join('\0')}\0`].map((one) => one.charCodeAt(0)))

/** Names of the Open Firmware binding that classes of PCI functions have instead of their numbers. */
const CLASS_NAMES: readonly (readonly [name: string, mask: number, classCode: number])[] = [
  ['display', 0xffffff, 0x000100], ['scsi', 0xffff00, 0x010000], ['ethernet', 0xffff00, 0x020000],
  ['display', 0xff0000, 0x030000], ['pci-bridge', 0xffff00, 0x060400],
]

/** What a PCI function's nub shows of itself, by the rules of IOPCIFamily's configurator. */
export function pciNub(device: ListedPci, classCode: number, parent: number): NubFacts {
  const { vendorId, deviceId, revision, subsystemVendorId, subsystemId } = device
  const own = `pci${(vendorId ?? 0).toString(16)},${(deviceId ?? 0).toString(16)}`
  const names: string[] = []
  const hasSubsystem = subsystemVendorId !== null && subsystemId !== null
  if (hasSubsystem) {
    const subsystem = `pci${subsystemVendorId.toString(16)},${subsystemId.toString(16)}`
    if (subsystem !== own) names.push(subsystem)
  }
  names.push(own, `pciclass,${classCode.toString(16).padStart(6, '0')}`)
  const name = CLASS_NAMES.find(([, mask, wanted]) => (classCode & mask) === wanted)?.[0] ?? own
  const subsystemKeys = hasSubsystem
    ? [['subsystem-vendor-id', word(subsystemVendorId)], ['subsystem-id', word(subsystemId)]] as const : []
  return nubFrom('IOPCIDevice', name, [
    ['vendor-id', word(vendorId ?? 0)], ['device-id', word(deviceId ?? 0)],
    ['revision-id', word(revision ?? 0)],
    ['class-code', word(classCode)], ...subsystemKeys, ['compatible', texts(names)], ['name', texts([name])],
    ['IOName', name],
  ], parent)
}

function told(pairs: readonly (readonly [key: string, value: number | string | null])[]): (readonly [string,
  ImportedValue])[] {
  return pairs.flatMap(([key, value]) => (value === null ? [] : [[key, value] as const]))
}

/** The nub of a USB device. */
export function usbNub(device: ListedUsb, className: string, parent: number): NubFacts {
  return nubFrom(className, device.name ?? className, told([
    ['idVendor', device.vendorId], ['idProduct', device.productId], ['bcdDevice', device.bcdDevice],
    ['bDeviceClass', device.deviceClass], ['bDeviceSubClass', device.subClass],
    ['bDeviceProtocol', device.protocol],
    ['USB Product Name', device.name],
  ]), parent)
}

/** The nub of an interface of a USB device. */
export function interfaceNub(
  device: ListedUsb, own: ListedUsbInterface, className: string, parent: number,
): NubFacts {
  return nubFrom(className, className, told([
    ['idVendor', device.vendorId], ['idProduct', device.productId], ['bcdDevice', device.bcdDevice],
    ['bConfigurationValue', own.configuration], ['bInterfaceNumber', own.number],
    ['bInterfaceClass', own.interfaceClass],
    ['bInterfaceSubClass', own.subClass], ['bInterfaceProtocol', own.protocol],
  ]), parent)
}
