import type { AcpiObject } from '../../../families/AppleACPIPlatform/acpi.ts'

/** Devices of an Intel desktop's namespace that sit behind the LPC bridge. */
export const LPC_OBJECTS: readonly AcpiObject[] = [
  { name: 'DMAC', hid: 'PNP0200',
    resources: { io: [{ base: 0x00, sizeBytes: 0x20 }, { base: 0x81, sizeBytes: 0x11 }] }, children: [] },
  { name: 'FWHD', hid: 'INT0800', resources: { memory: [{ base: 0xff000000, sizeBytes: 0x1000000 }] },
    children: [] },
  { name: 'HPET', hid: 'PNP0103', cids: ['PNP0C01'],
    resources: { irqs: [0, 8, 11], memory: [{ base: 0xfed00000, sizeBytes: 0x400 }] }, children: [] },
  { name: 'IPIC', hid: 'PNP0000', resources: { irqs: [2],
    io: [{ base: 0x20, sizeBytes: 2 }, { base: 0xa0, sizeBytes: 2 }] }, children: [] },
  { name: 'MATH', hid: 'PNP0C04', resources: { irqs: [13], io: [{ base: 0xf0, sizeBytes: 1 }] },
    children: [] },
  { name: 'LDRC', hid: 'PNP0C02', uid: 2,
    resources: { io: [{ base: 0x61, sizeBytes: 1 }, { base: 0x92, sizeBytes: 1 }] }, children: [] },
  { name: 'LDR2', hid: 'PNP0C02', uid: 0, children: [] },
  { name: 'RTC', hid: 'PNP0B00', resources: { irqs: [8], io: [{ base: 0x70, sizeBytes: 8 }] }, children: [] },
  { name: 'TIMR', hid: 'PNP0100',
    resources: { io: [{ base: 0x40, sizeBytes: 4 }, { base: 0x50, sizeBytes: 4 }] }, children: [] },
]

/** Devices of an Intel desktop's namespace that hang on the system bus itself. */
export const SYSTEM_OBJECTS: readonly AcpiObject[] = [
  { name: 'MEM2', hid: 'PNP0C01', children: [] },
  { name: 'PDRC', hid: 'PNP0C02', uid: 1, resources: { memory: [{ base: 0xfed10000, sizeBytes: 0x8000 }] },
    children: [] },
  { name: 'PWRB', hid: 'PNP0C0C', children: [] },
  { name: 'PNLF', hid: 'APP0002', cids: ['backlight'], uid: 15, children: [] },
  { name: 'UNC0', hid: 'ACPI0004', uid: 0, children: [] },
]
