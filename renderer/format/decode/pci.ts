import { formatBytes } from '../size.ts'

/** PCI Code and ID Assignment, base class and the subclasses met most often. */
const CLASSES: Readonly<Record<string, string>> = {
  '01': 'Mass storage controller',
  '0101': 'IDE controller',
  '0106': 'SATA controller',
  '0108': 'NVM controller',
  '02': 'Network controller',
  '0200': 'Ethernet controller',
  '0280': 'Network controller',
  '03': 'Display controller',
  '0300': 'VGA controller',
  '04': 'Multimedia device',
  '0403': 'HD Audio device',
  '05': 'Memory controller',
  '06': 'Bridge',
  '0600': 'Host bridge',
  '0601': 'ISA bridge',
  '0604': 'PCI bridge',
  '07': 'Communication controller',
  '08': 'System peripheral',
  '09': 'Input device',
  '0c': 'Serial bus controller',
  '0c00': 'FireWire controller',
  '0c03': 'USB controller',
  '0c05': 'SMBus controller',
  '0d': 'Wireless controller',
  '11': 'Signal processing controller',
}

/** Vendors of parts that are found in Macs and on their cards. */
const VENDORS: Readonly<Record<number, string>> = {
  0x1002: 'AMD',
  0x1022: 'AMD',
  0x106b: 'Apple',
  0x1095: 'Silicon Image',
  0x10b5: 'PLX',
  0x10de: 'NVIDIA',
  0x10ec: 'Realtek',
  0x1106: 'VIA',
  0x1179: 'Toshiba',
  0x11ab: 'Marvell',
  0x11c1: 'Agere',
  0x126f: 'Silicon Motion',
  0x12d8: 'Pericom',
  0x1344: 'Micron',
  0x144d: 'Samsung',
  0x14e4: 'Broadcom',
  0x15b7: 'SanDisk',
  0x168c: 'Qualcomm Atheros',
  0x1912: 'Renesas',
  0x1987: 'Phison',
  0x1b21: 'ASMedia',
  0x1b4b: 'Marvell',
  0x1c5c: 'SK hynix',
  0x1d6a: 'Aquantia',
  0x8086: 'Intel',
}

/** Name of a PCI vendor, or null. */
export function vendorName(vendor: number): string | null {
  return VENDORS[vendor] ?? null
}

/** What kind of device a class code names. */
export function describeClassCode(value: bigint): string {
  const code = value.toString(16).padStart(6, '0')
  const name = CLASSES[code.slice(0, 4)] ?? CLASSES[code.slice(0, 2)]
  return name === undefined ? `0x${code}` : `0x${code} · ${name}`
}

/** `pcidebug` is bus, device and function, with the bus range behind a bridge. */
export function describePciDebug(text: string): string {
  const match = /^(\d+):(\d+):(\d+)(?:\((\d+):(\d+)\))?$/u.exec(text)
  if (match === null) return ''
  const behind = match[4] === undefined ? '' : ` · buses ${match[4]} to ${match[5]} behind it`
  return `bus ${match[1]} · device ${match[2]} · function ${match[3]}${behind}`
}

/** One address range of a PCI device, ready to be shown. */
export interface PciRange {
  readonly key: string
  readonly text: string
  readonly decoded: string
}

const RANGE_BYTES = 20
const FIRST_BAR = 0x10
const EXPANSION_ROM = 0x30
const SPACES = ['configuration space', 'I/O', 'mem 32', 'mem 64'] as const

/** `assigned-addresses` and `reg` of a PCI device: five cells per range (IEEE 1275 PCI binding, 2.2.1.1). */
export function pciRanges(bytes: Uint8Array): PciRange[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const ranges: PciRange[] = []
  for (let offset = 0; offset + RANGE_BYTES <= bytes.length; offset += RANGE_BYTES) {
    const high = view.getUint32(offset, true)
    const low = BigInt(view.getUint32(offset + 8, true))
    const address = (BigInt(view.getUint32(offset + 4, true)) << 32n) | low
    const size = view.getUint32(offset + 12, true) * 2 ** 32 + view.getUint32(offset + 16, true)
    const register = high & 0xff
    const space = (high >>> 24) & 3
    const prefetch = (high & 0x40000000) === 0 ? '' : ', prefetchable'
    ranges.push({
      key:
        space === 0
          ? 'Configuration'
          : register === EXPANSION_ROM
            ? 'ROM'
            : `BAR ${(register - FIRST_BAR) / 4}`,
      text: space === 0 ? SPACES[0] : `+0x${register.toString(16)} ${SPACES[space]}${prefetch}`,
      decoded: space === 0 && size === 0 ? '' : `0x${address.toString(16)} · ${formatBytes(size)}`,
    })
  }
  return ranges
}

const WINDOW_BYTES = 32
const FLOOR_BYTES = 16

/** `ranges` of a PCI bridge: child address (3 cells), parent address (3), size (2); no empty windows. */
export function bridgeRanges(bytes: Uint8Array): PciRange[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const ranges: PciRange[] = []
  if (bytes.length % WINDOW_BYTES !== 0) return ranges
  for (let offset = 0; offset < bytes.length; offset += WINDOW_BYTES) {
    const high = view.getUint32(offset, true)
    const address = view.getUint32(offset + 4, true) * 2 ** 32 + view.getUint32(offset + 8, true)
    const size = view.getUint32(offset + 24, true) * 2 ** 32 + view.getUint32(offset + 28, true)
    if (size === 0) continue
    const prefetch = (high & 0x40000000) === 0 ? '' : ', prefetchable'
    ranges.push({
      key: `Window ${offset / WINDOW_BYTES}`,
      text: `${SPACES[(high >>> 24) & 3]}${prefetch}`,
      decoded: `0x${address.toString(16)} · ${formatBytes(size)}`,
    })
  }
  return ranges
}

/** `reg` of a device tree: pairs of 64-bit address and size; none when the bytes cannot be that. */
export function memoryRanges(bytes: Uint8Array): PciRange[] {
  if (bytes.length === 0 || bytes.length % FLOOR_BYTES !== 0) return []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const ranges: PciRange[] = []
  for (let offset = 0; offset < bytes.length; offset += FLOOR_BYTES) {
    const size = Number(view.getBigUint64(offset + 8, true))
    if (size === 0 || size > 2 ** 44) return []
    const key = `Range ${offset / FLOOR_BYTES}`
    const text = `0x${view.getBigUint64(offset, true).toString(16)}`
    ranges.push({ key, text, decoded: formatBytes(size) })
  }
  return ranges
}

/** How many ranges of which kind there are, in words. */
export function countRanges(key: string, count: number): string {
  const kind = key === 'reg' ? 'address range' : key === 'ranges' ? 'window' : 'base address register'
  return `${count} ${kind}${count === 1 ? '' : 's'}`
}
