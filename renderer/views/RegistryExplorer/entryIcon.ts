import type { IconName } from '../../design/icons.ts'

const BY_WORD: readonly (readonly [RegExp, IconName])[] = [
  [/NVMe/u, 'nvme'], [/Media|Disk|Storage|BlockStorage|Partition|AHCI|APFS/u, 'disk'], [/Ethernet|Network|WLAN|AirPort/u, 'network'],
  [/USB/u, 'usb'], [/PCI2PCI|Bridge/u, 'bridge'], [/PCI/u, 'card'], [/HID|Keyboard/u, 'keyboard'], [/Power|PM|Battery/u, 'bolt'],
  [/CPU|APIC|AIC|InterruptController|Platform/u, 'chip'], [/Framebuffer|Display|Graphics/u, 'display'], [/UserClient/u, 'plug'],
  [/Timer|Clock|RTC/u, 'clock'], [/Resources|NVRAM/u, 'list'],
]

/** A picture for a class, by the words in its name. */
export function entryIcon(className: string): IconName {
  return BY_WORD.find(([words]) => words.test(className))?.[1] ?? 'cube'
}
