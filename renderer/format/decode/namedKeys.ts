import { describeResult } from '../result.ts'

/** Numbers whose meaning goes by their key. Each answers null for a value that it does not know. */
type Meaning = (value: number) => string | null

const fromTable =
  (names: Readonly<Record<number, string>>): Meaning =>
  (value) =>
    names[value] ?? null

/** ACPI 6.5, section 9.14, `_UPC`: types of USB connectors. */
const USB_CONNECTORS = fromTable({
  0: 'Type A',
  1: 'Mini-AB',
  2: 'ExpressCard',
  3: 'USB 3 Type A',
  4: 'USB 3 Type B',
  5: 'USB 3 Micro-B',
  6: 'USB 3 Micro-AB',
  7: 'USB 3 Power-B',
  8: 'Type C, USB 2 only',
  9: 'Type C with switch',
  10: 'Type C without switch',
  255: 'internal',
})
const USB_PORT_TYPES = fromTable({
  0: 'standard port',
  1: 'captive port',
  2: 'internal port',
  3: 'accessory port',
})
const DEVICE_SPEEDS = fromTable({
  0: 'low speed, 1.5 Mb/s',
  1: 'full speed, 12 Mb/s',
  2: 'high speed, 480 Mb/s',
  3: 'SuperSpeed, 5 Gb/s',
  4: 'SuperSpeed+, 10 Gb/s',
  5: 'SuperSpeed+ ×2, 20 Gb/s',
})
/** Speed ids of xHCI 1.0, table 147. */
const USB_SPEEDS = fromTable({
  0: 'no device',
  1: 'full speed, 12 Mb/s',
  2: 'low speed, 1.5 Mb/s',
  3: 'high speed, 480 Mb/s',
  4: 'SuperSpeed, 5 Gb/s',
  5: 'SuperSpeed+, 10 Gb/s',
  6: 'SuperSpeed+ ×2, 20 Gb/s',
})
const USB_CLASSES = fromTable({
  0: 'class of each interface',
  1: 'audio',
  2: 'communications',
  3: 'HID',
  5: 'physical',
  6: 'image',
  7: 'printer',
  8: 'mass storage',
  9: 'hub',
  10: 'CDC data',
  11: 'smart card',
  13: 'content security',
  14: 'video',
  15: 'health',
  16: 'audio and video',
  17: 'billboard',
  18: 'Type-C bridge',
  220: 'diagnostic',
  224: 'wireless',
  239: 'miscellaneous',
  254: 'application',
  255: 'vendor',
})
const DISPLAY_CONNECTORS = fromTable({
  0: 'none',
  1: 'dummy',
  2: 'LVDS or eDP',
  4: 'DVI, digital',
  8: 'S-Video',
  0x10: 'VGA',
  0x400: 'DisplayPort',
  0x800: 'HDMI',
  0x2000: 'DVI, analog',
})
/** HID usage pages (HID Usage Tables 1.4, table 3.1) and those that vendors define. */
const USAGE_PAGES: Meaning = (value) =>
  value >= 0xff00
    ? `vendor page 0x${value.toString(16)}`
    : ((
        {
          1: 'generic desktop',
          2: 'simulation',
          5: 'game',
          6: 'generic device',
          7: 'keyboard',
          8: 'LED',
          9: 'button',
          11: 'telephony',
          12: 'consumer',
          13: 'digitizer',
          32: 'sensor',
          132: 'power',
          133: 'battery',
        } as Readonly<Record<number, string>>
      )[value] ?? null)

const SIP_FLAGS = [
  'untrusted kexts',
  'unrestricted file system',
  'task_for_pid',
  'kernel debugger',
  'Apple internal',
  'unrestricted DTrace',
  'unrestricted NVRAM',
  'device configuration',
  'any recovery OS',
  'unapproved kexts',
  'executable policy override',
  'unauthenticated root',
] as const
const sipFlags: Meaning = (value) =>
  value === 0
    ? 'System Integrity Protection on'
    : `allows ${SIP_FLAGS.filter((_name, bit) => (value & (1 << bit)) !== 0).join(', ')}`

/** PCI Express link status (7.5.3.8): speed in bits 3:0, width in bits 9:4. */
const linkStatus: Meaning = (value) => {
  const speed = ['', '2.5', '5', '8', '16', '32', '64'][value & 15] ?? ''
  return speed === '' ? null : `${speed} GT/s, ×${(value >> 4) & 63}`
}
const hertz: Meaning = (value) =>
  value === 0
    ? null
    : value >= 1e9
      ? `${value / 1e9} GHz`
      : value >= 1e6
        ? `${value / 1e6} MHz`
        : `${value} Hz`
/** Binary-coded decimal with two places: 0x0210 is 2.10. */
const bcd: Meaning = (value) => `${(value >> 8).toString(16)}.${(value & 0xff).toString(16).padStart(2, '0')}`
const hex =
  (digits: number): Meaning =>
  (value) =>
    `0x${value.toString(16).padStart(digits, '0')}`

const BY_KEY: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['UsbConnector', USB_CONNECTORS],
  ['usb-connector', USB_CONNECTORS],
  ['port-type', USB_PORT_TYPES],
  ['Device Speed', DEVICE_SPEEDS],
  ['USBSpeed', USB_SPEEDS],
  ['bDeviceClass', USB_CLASSES],
  ['bInterfaceClass', USB_CLASSES],
  ['connector-type', DISPLAY_CONNECTORS],
  ['PrimaryUsagePage', USAGE_PAGES],
  ['DeviceUsagePage', USAGE_PAGES],
  ['csr-active-config', sipFlags],
  ['IOPCIExpressLinkStatus', linkStatus],
  ['bcdUSB', bcd],
  ['bcdDevice', bcd],
  ['locationID', hex(8)],
  ['LocationID', hex(8)],
  ['idVendor', hex(4)],
  ['idProduct', hex(4)],
  ['VendorID', hex(4)],
  ['ProductID', hex(4)],
])

/** What a number of 32 bits means under this key, or null. */
export function meaningOf(key: string, value: number): string | null {
  const known = BY_KEY.get(key)
  if (known !== undefined) return known(value)
  if (/-frequency$/u.test(key)) return hertz(value)
  return value >= 0xe0000000 ? describeResult(String(value)) : null
}
