// What a Linux kernel shows below /sys becomes a list of devices, with the interfaces of each.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sysfsDevices } from './sysfsDevices.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'workbench-sysfs-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function device(path: string, attributes: Readonly<Record<string, string>>): void {
  mkdirSync(join(root, path), { recursive: true })
  for (const [name, value] of Object.entries(attributes)) writeFileSync(join(root, path, name), `${value}\n`)
}

it('reads functions, devices, root hubs and interfaces', () => {
  device('bus/pci/devices/0000:01:00.0', {
    vendor: '0x10ec', device: '0x8168', class: '0x020000', revision: '0x15', subsystem_vendor: '0x4321', subsystem_device: '0x8168',
  })
  mkdirSync(join(root, 'drivers/r8169'), { recursive: true })
  symlinkSync(join(root, 'drivers/r8169'), join(root, 'bus/pci/devices/0000:01:00.0/driver'))
  device('bus/usb/devices/usb1', { busnum: '1', devnum: '1', idVendor: '1d6b', idProduct: '0002', maxchild: '12', serial: '0000:00:14.0' })
  device('bus/usb/devices/1-3', {
    busnum: '1', devnum: '4', idVendor: '046d', idProduct: 'c52b', bcdDevice: '1203', bDeviceClass: '00', product: 'Receiver',
    manufacturer: 'Walnut', speed: '12', maxchild: '0',
  })
  device('bus/usb/devices/1-3/1-3:1.1', { bInterfaceNumber: '01', bInterfaceClass: '03', bInterfaceSubClass: '01', bInterfaceProtocol: '02' })
  device('bus/usb/devices/1-3:1.1', { bInterfaceNumber: '01' })
  const list = sysfsDevices(root)!
  expect(list.pci).toMatchObject([{
    address: '01:00.0', vendorId: 0x10ec, deviceId: 0x8168, classCode: 0x0200, programmingInterface: 0,
    subsystemVendorId: 0x4321, revision: 0x15, driverInUse: 'r8169',
  }])
  expect(list.usb).toMatchObject([
    {
      address: '001:004', vendorId: 0x46d, productId: 0xc52b, bcdDevice: 0x1203, name: 'Walnut Receiver', ports: null,
      isRootHub: false,
      interfaces: [{ configuration: 1, number: 1, interfaceClass: 3, subClass: 1, protocol: 2, driverInUse: null }],
    },
    { address: '001:001', isRootHub: true, ports: 12, serial: '0000:00:14.0' },
  ])
})

it('says so where there is no bus', () => {
  expect(sysfsDevices(join(root, 'nothing'))).toBeNull()
})
