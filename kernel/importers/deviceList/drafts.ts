import type { ListedPci, ListedUsb, ListedUsbInterface } from '../../api/index.ts'

/** A record whose facts are still coming in. */
export type Draft<T> = { -readonly [Key in keyof T]: T[Key] }

/** A USB device whose interfaces are still coming in. */
export type UsbDraft =
  Omit<Draft<ListedUsb>, 'interfaces'> & { readonly interfaces: Draft<ListedUsbInterface>[] }

/** A PCI function of which nothing is known. */
export function pciDraft(address: string | null): Draft<ListedPci> {
  return {
    kind: 'pci', address, vendorId: null, deviceId: null, subsystemVendorId: null, subsystemId: null,
    classCode: null,
    programmingInterface: null, revision: null, name: null, buses: null, driverInUse: null,
  }
}

/** A USB device of which nothing is known. */
export function usbDraft(address: string | null): UsbDraft {
  return {
    kind: 'usb', address, vendorId: null, productId: null, bcdDevice: null, deviceClass: null, subClass: null,
    protocol: null, name: null, serial: null, speed: null, ports: null, isRootHub: false, interfaces: [],
  }
}

/** `bus:device` as lsusb writes its numbers. */
export function usbAddress(bus: number, device: number): string {
  return `${String(bus).padStart(3, '0')}:${String(device).padStart(3, '0')}`
}

/** A PCI address as this project writes it: lower case, no domain 0. */
export function pciAddress(text: string): string {
  return text.toLowerCase().replace(/^0+:(?=[0-9a-f]{2}:)/u, '')
}
