import type { Problem } from '../Problem.ts'

/** A PCI function as a list of some system tells it. Null: not told. */
export interface ListedPci {
  readonly kind: 'pci'
  /** `bb:dd.f`, with the domain before it where that is not 0; null where the list has no place for it. */
  readonly address: string | null
  readonly vendorId: number | null
  readonly deviceId: number | null
  readonly subsystemVendorId: number | null
  readonly subsystemId: number | null
  /** Base class and subclass: 16 bits. */
  readonly classCode: number | null
  readonly programmingInterface: number | null
  readonly revision: number | null
  readonly name: string | null
  /** Buses below a bridge. */
  readonly buses: { readonly secondary: number; readonly subordinate: number } | null
  /** Driver that the listing system uses. */
  readonly driverInUse: string | null
}

/** An interface of a USB device in one configuration. */
export interface ListedUsbInterface {
  readonly configuration: number
  readonly number: number
  readonly interfaceClass: number | null
  readonly subClass: number | null
  readonly protocol: number | null
  readonly driverInUse: string | null
}

/** A USB device as a list of some system tells it. Null: not told. */
export interface ListedUsb {
  readonly kind: 'usb'
  /** `bus:device`, three decimal digits each; null where the list has no place for it. */
  readonly address: string | null
  readonly vendorId: number | null
  readonly productId: number | null
  readonly bcdDevice: number | null
  readonly deviceClass: number | null
  readonly subClass: number | null
  readonly protocol: number | null
  readonly name: string | null
  readonly serial: string | null
  /** `480M`, `5 Gb/s`: as the list writes it. */
  readonly speed: string | null
  /** Ports of a hub. */
  readonly ports: number | null
  readonly isRootHub: boolean
  readonly interfaces: readonly ListedUsbInterface[]
}

/** Kinds of device lists, told apart by content. */
export type DeviceListFormat =
  | 'lspci' | 'lspci tree' | 'lspci -mm' | 'lspci -vmm' | 'lsusb' | 'lsusb tree' | 'system_profiler' | 'ioreg'
    | 'sysfs' | 'PnP'

/** Devices of one computer, in the order of the list. */
export interface DeviceList {
  readonly formats: readonly DeviceListFormat[]
  readonly pci: readonly ListedPci[]
  readonly usb: readonly ListedUsb[]
  readonly linesTotal: number
  readonly linesUnderstood: number
  readonly problems: readonly Problem[]
}
