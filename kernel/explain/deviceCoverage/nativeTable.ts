/**
 * Drivers of macOS that take any device of a class, as registries of Macs show them: name, bundle, and the class
 * pattern of the personality. Devices of one maker are not in it.
 */
export const nativePci: readonly (readonly [ioClass: string, bundle: string, classMatch: string])[] = [
  ['IOPCI2PCIBridge', 'com.apple.iokit.IOPCIFamily', '0x06040000&0xffff0000'],
  ['AppleAHCI', 'com.apple.driver.AppleAHCIPort', '0x01060100&0xffffff00'],
  ['IONVMeController', 'com.apple.iokit.IONVMeFamily', '0x01080200&0xffffff00'],
  ['AppleUSBXHCIPCI', 'com.apple.driver.usb.AppleUSBXHCIPCI', '0x0c033000&0xffffff00'],
  ['AppleUSBEHCIPCI', 'com.apple.driver.usb.AppleUSBEHCIPCI', '0x0c032000&0xffffff00'],
  ['AppleUSBOHCIPCI', 'com.apple.driver.usb.AppleUSBOHCIPCI', '0x0c031000&0xffffff00'],
  ['AppleUSBUHCIPCI', 'com.apple.driver.usb.AppleUSBUHCIPCI', '0x0c030000&0xffffff00'],
  ['AppleHDAController', 'com.apple.driver.AppleHDAController', '0x04030000&0xffff0000'],
  ['AppleFWOHCI', 'com.apple.driver.AppleFWOHCI', '0x0c001000&0xffffff00'],
]

/** The same for USB: class, subclass, protocol of the device; null for any. */
export const nativeUsbDevices: readonly (readonly [ioClass: string, bundle: string, triple: UsbTriple])[] = [
  ['AppleUSB30Hub', 'com.apple.driver.usb.AppleUSBHub', [9, 0, 3]],
  ['AppleUSB20Hub', 'com.apple.driver.usb.AppleUSBHub', [9, 0, null]],
]

/** The same for interfaces. */
export const nativeUsbInterfaces: readonly (readonly [ioClass: string, bundle: string, triple: UsbTriple])[] = [
  ['IOUSBHostHIDDevice', 'com.apple.driver.usb.IOUSBHostHIDDevice', [3, 0, null]],
  ['IOUSBHostHIDDevice', 'com.apple.driver.usb.IOUSBHostHIDDevice', [3, 1, null]],
  ['IOUSBMassStorageInterfaceNub', 'com.apple.iokit.IOUSBMassStorageDriver', [8, 6, 0x50]],
  ['IOUSBMassStorageUASDriver', 'com.apple.iokit.IOUSBMassStorageDriver', [8, 6, 0x62]],
  ['AppleUSBAudioDevice', 'com.apple.driver.AppleUSBAudio', [1, 1, null]],
  ['AppleUSBAudioStream', 'com.apple.driver.AppleUSBAudio', [1, 2, null]],
  ['AppleUSBACMControl', 'com.apple.driver.usb.cdc.acm', [2, 2, 1]],
  ['AppleUSBECMControl', 'com.apple.driver.usb.cdc.ecm', [2, 6, null]],
  ['AppleUSBNCMControl', 'com.apple.driver.usb.cdc.ncm', [2, 0x0d, null]],
  ['AppleUSBCDCData', 'com.apple.driver.usb.cdc', [10, 0, null]],
]

/** Interface classes that programs of macOS drive, without a kernel driver. */
export const userSpaceClasses: ReadonlyMap<number, string> = new Map([
  [0x06, 'cameras and scanners (Image Capture)'], [0x07, 'printers (CUPS)'], [0x0b, 'smart card readers'],
  [0x0e, 'video (UVC)'],
])

/** Class, subclass, protocol. */
export type UsbTriple = readonly [usbClass: number, subClass: number, protocol: number | null]
