import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { DeviceList, ListedPci, ListedUsb, ListedUsbInterface } from '../../kernel/index.ts'

/** The devices that a Linux kernel shows below a folder such as /sys; null where it has neither bus. */
export function sysfsDevices(root = '/sys'): DeviceList | null {
  const pciFolder = join(root, 'bus/pci/devices')
  const usbFolder = join(root, 'bus/usb/devices')
  if (!existsSync(pciFolder) && !existsSync(usbFolder)) return null
  return {
    formats: ['sysfs'],
    pci: namesIn(pciFolder).map((name) => pciOf(join(pciFolder, name), name)),
    usb: namesIn(usbFolder).filter((name) => !name.includes(':')).flatMap((name) => usbOf(usbFolder, name)),
    linesTotal: 0, linesUnderstood: 0, problems: [],
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted()
  } catch {
    return []
  }
}

/** The text of an attribute; null where there is none or it may not be read. */
function text(folder: string, name: string): string | null {
  try {
    const value = readFileSync(join(folder, name), 'utf8').trim()
    return value === '' ? null : value
  } catch {
    return null
  }
}

function hex(folder: string, name: string): number | null {
  const value = text(folder, name)?.replace(/^0x/u, '') ?? ''
  return /^[0-9a-f]{1,8}$/iu.test(value) ? Number.parseInt(value, 16) : null
}

function decimal(folder: string, name: string): number | null {
  const value = text(folder, name) ?? ''
  return /^\d{1,9}$/u.test(value) ? Number(value) : null
}

function driverOf(folder: string): string | null {
  try {
    return basename(readlinkSync(join(folder, 'driver')))
  } catch {
    return null
  }
}

function pciOf(folder: string, name: string): ListedPci {
  const classCode = hex(folder, 'class')
  const isBridge = classCode !== null && classCode >>> 8 === 0x0604
  const secondary = decimal(folder, 'secondary_bus_number')
  const subordinate = decimal(folder, 'subordinate_bus_number')
  return {
    kind: 'pci', address: name.replace(/^0000:/u, ''), name: text(folder, 'label'),
    vendorId: hex(folder, 'vendor'), deviceId: hex(folder, 'device'), revision: hex(folder, 'revision'),
    classCode: classCode === null ? null : classCode >>> 8, programmingInterface: classCode === null ? null
      : classCode & 0xff,
    subsystemVendorId: isBridge ? null : hex(folder, 'subsystem_vendor'),
    subsystemId: isBridge ? null : hex(folder, 'subsystem_device'),
    buses: secondary === null || subordinate === null ? null : { secondary, subordinate },
    driverInUse: driverOf(folder),
  }
}

function usbOf(all: string, name: string): ListedUsb[] {
  const folder = join(all, name)
  const bus = decimal(folder, 'busnum')
  const device = decimal(folder, 'devnum')
  if (bus === null || device === null) return []
  const three = (value: number): string => String(value).padStart(3, '0')
  const product = text(folder, 'product')
  const speed = text(folder, 'speed')
  const ports = decimal(folder, 'maxchild')
  return [{
    kind: 'usb', address: `${three(bus)}:${three(device)}`, vendorId: hex(folder, 'idVendor'),
    productId: hex(folder, 'idProduct'),
    bcdDevice: hex(folder, 'bcdDevice'), deviceClass: hex(folder, 'bDeviceClass'),
    subClass: hex(folder, 'bDeviceSubClass'),
    protocol: hex(folder, 'bDeviceProtocol'), name: product === null ? null
      : `${text(folder, 'manufacturer') ?? ''} ${product}`.trim(),
    serial: text(folder, 'serial'), speed: speed === null ? null : `${speed}M`, ports: ports === 0 ? null
      : ports,
    isRootHub: /^usb\d+$/u.test(name),
    interfaces: namesIn(folder).filter((inner) => inner.startsWith(`${rootName(name, bus)}:`)).map((inner) =>
      interfaceOf(join(folder, inner))),
  }]
}

/** Interfaces of the root hub `usb1` are named `1-0:1.0`. */
function rootName(name: string, bus: number): string {
  return name.startsWith('usb') ? `${bus}-0` : name
}

function interfaceOf(folder: string): ListedUsbInterface {
  const configuration = /:(\d+)\.\d+$/u.exec(folder)?.[1]
  return {
    configuration: Number(configuration ?? 1), number: hex(folder, 'bInterfaceNumber') ?? 0,
    interfaceClass: hex(folder, 'bInterfaceClass'), subClass: hex(folder, 'bInterfaceSubClass'),
    protocol: hex(folder, 'bInterfaceProtocol'), driverInUse: driverOf(folder),
  }
}
