/** One item of a system_profiler report: its fields by plain name (`vendorid`), and the items below it. */
export interface ProfilerNode {
  readonly title: string
  readonly fields: ReadonlyMap<string, string>
  readonly children: readonly ProfilerNode[]
}

/** What a data type or a section of the text is called here. */
export type ProfilerSection = 'pci' | 'usb'

/** A report, section by section; sections that list no devices are left out. */
export interface ProfilerReport {
  readonly sections: readonly { readonly kind: ProfilerSection; readonly items: readonly ProfilerNode[] }[]
  readonly linesTotal: number
  readonly linesUnderstood: number
}

const SECTIONS: Readonly<Record<string, ProfilerSection>> = {
  'PCI': 'pci', 'PCI Cards': 'pci', 'Ethernet Cards': 'pci', 'USB': 'usb',
  SPPCIDataType: 'pci', SPEthernetDataType: 'pci', SPUSBDataType: 'usb', SPUSBHostDataType: 'usb',
}

/** The kind of a section by its title in the text or its data type; null for one that lists no devices. */
export function sectionKind(title: string): ProfilerSection | null {
  return Object.hasOwn(SECTIONS, title) ? SECTIONS[title]! : null
}

/** `Vendor ID`, `vendor_id`, `sppci_vendor-id` and `USBDeviceKeyVendorID` are one field: `vendorid`. */
export function plainKey(key: string): string {
  return key.replace(/^(?:sppci|spusb|spethernet|[a-z])_|^USB(?:Device|Host)?Key/u,
    '').replaceAll(/[^A-Za-z0-9]/gu, '').toLowerCase()
}

/** Items that a report may hold one below the other. */
export const MAX_PROFILER_DEPTH = 64
