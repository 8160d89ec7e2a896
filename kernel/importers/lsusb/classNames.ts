/** USB classes by the words that `lsusb -t` has for them. USB-IF, Defined Class Codes. */
export const classNumbers: ReadonlyMap<string, number> = new Map([
  ['>ifc', 0x00], ['Audio', 0x01], ['Communications', 0x02], ['Human Interface Device', 0x03], ['Physical Interface Device', 0x05],
  ['Imaging', 0x06], ['Image', 0x06], ['Printer', 0x07], ['Mass Storage', 0x08], ['Hub', 0x09], ['root_hub', 0x09],
  ['CDC Data', 0x0a], ['Chip/SmartCard', 0x0b], ['Content Security', 0x0d], ['Video', 0x0e],
  ['Personal Healthcare', 0x0f], ['Audio/Video', 0x10], ['Billboard', 0x11], ['Diagnostic', 0xdc], ['Wireless', 0xe0],
  ['Miscellaneous Device', 0xef], ['Application Specific Interface', 0xfe], ['Vendor Specific Class', 0xff],
])
