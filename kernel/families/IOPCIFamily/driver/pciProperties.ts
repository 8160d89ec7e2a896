import { OSData, OSDictionary, OSString, OSSymbol } from '../../../libkern/index.ts'
import * as registers from '../registers.ts'
import type { ConfigAccess } from './ConfigAccess.ts'
import type { BarRange, ConfigEntry, RangeKind } from './ConfigEntry.ts'

const RELOCATABLE = 0x80000000
const PREFETCHABLE = 0x40000000

/** Names that a class of device has when nothing better is known. */
const GENERIC_NAMES: readonly (readonly [name: string, mask: number, classCode: number])[] = [
  ['display', 0xffffff, 0x000100], ['scsi', 0xffff00, 0x010000], ['ethernet', 0xffff00, 0x020000],
  ['display', 0xff0000, 0x030000], ['pci-bridge', 0xffff00, 0x060400],
]

/**
 * First cell of a PCI address: place, space and flags.
 * Open Firmware PCI binding, 2.2.1.1: npt000ss bbbbbbbb dddddfff rrrrrrrr.
 */
export function physHi(entry: ConfigEntry, space: number, register: number): number {
  return ((space << 24) | (entry.bus << 16) | (entry.devfn << 8) | register) >>> 0
}

/** Space and prefetch bits of a kind of range. */
function spaceBits(kind: RangeKind): number {
  if (kind === 'io') return registers.kIOPCIIOSpace << 24
  return (registers.kIOPCI32BitMemorySpace << 24) | (kind === 'prefetch' ? PREFETCHABLE : 0)
}

/** First cell of an assigned base address register: also the tag of its IODeviceMemory. */
export function barCell(entry: ConfigEntry, bar: BarRange): number {
  const register = registers.kIOPCIConfigBaseAddress0 + 4 * bar.index
  return (physHi(entry, 0, register) | spaceBits(bar.kind) | RELOCATABLE) >>> 0
}

/**
 * What a PCI function says of itself and its place, as its nub shows it.
 * @xnu IOPCIFamily/IOPCIConfigurator.cpp constructProperties, constructAddressingProperties — faithful
 */
export function constructProperties(
  config: ConfigAccess, entry: ConfigEntry, firmwareName: string | null,
): OSDictionary {
  const table = OSDictionary.withCapacity(16)
  const { bus, devfn } = entry
  const bridge = entry.ids.isBridge ? `(${entry.secondaryBus}:${entry.subordinateBus})` : ''
  table.adopt('pcidebug', OSString.withCString(`${bus}:${entry.device}:${entry.function}${bridge}`))
  addAddressing(table, entry)
  const vendor = entry.ids.vendorProduct & 0xffff
  const device = entry.ids.vendorProduct >>> 16
  const classCode = entry.ids.classRevision >>> 8
  table.adopt('vendor-id', cells([vendor]))
  table.adopt('device-id', cells([device]))
  table.adopt('revision-id', cells([entry.ids.classRevision & 0xff]))
  table.adopt('class-code', cells([classCode]))
  const subsystem = entry.ids.isBridge ? 0 : config.read32(
    bus, devfn, registers.kIOPCIConfigSubSystemVendorID,
  )
  const names: string[] = []
  if (subsystem !== 0) {
    table.adopt('subsystem-vendor-id', cells([subsystem & 0xffff]))
    table.adopt('subsystem-id', cells([subsystem >>> 16]))
    if (subsystem !== entry.ids.vendorProduct) names.push(
      `pci${(subsystem & 0xffff).toString(16)},${(subsystem >>> 16).toString(16)}`,
    )
  }
  names.push(`pci${vendor.toString(16)},${device.toString(16)}`)
  const name = GENERIC_NAMES.find(([, mask, wanted]) => (classCode & mask) === wanted)?.[0] ?? names[0]!
  names.push(`pciclass,${classCode.toString(16).padStart(6, '0')}`)
  if (firmwareName !== null) names.push(firmwareName)
  table.adopt('compatible', texts(names))
  table.adopt('IOName', OSSymbol.withCString(name))
  table.adopt('name', texts([name]))
  return table
}

function addAddressing(table: OSDictionary, entry: ConfigEntry): void {
  const reg = [physHi(entry, registers.kIOPCIConfigSpace, 0), 0, 0, 0, 0]
  const assigned: number[] = []
  for (const bar of entry.bars) {
    const cell = barCell(entry, bar)
    reg.push((cell & ~RELOCATABLE) >>> 0, 0, 0, ...longCells(bar.sizeBytes))
    if (bar.start !== 0) assigned.push(cell, ...longCells(bar.start), ...longCells(bar.sizeBytes))
  }
  table.adopt('reg', cells(reg))
  if (assigned.length > 0) table.adopt('assigned-addresses', cells(assigned))
  if (!entry.ids.isBridge) return
  const ranges: number[] = []
  for (const kind of ['memory', 'prefetch', 'io'] as const) {
    const window = entry.windows.find((candidate) => candidate.kind === kind)
    const cell = (spaceBits(kind) | RELOCATABLE) >>> 0
    const start = longCells(window?.start ?? 0)
    ranges.push(cell, ...start, cell, ...start, ...longCells(window?.sizeBytes ?? 0))
  }
  table.adopt('ranges', cells(ranges))
  table.adopt('#address-cells', cells([3]))
  table.adopt('#size-cells', cells([2]))
}

function longCells(value: number): [number, number] {
  return [Math.floor(value / 4294967296), value % 4294967296]
}

/** 32-bit little-endian words as data. */
export function cells(words: readonly number[]): OSData {
  const bytes = new Uint8Array(words.length * 4)
  for (let i = 0, at = 0; i < words.length; i++) {
    const word = words[i]!
    bytes[at++] = word
    bytes[at++] = word >>> 8
    bytes[at++] = word >>> 16
    bytes[at++] = word >>> 24
  }
  return OSData.adoptingBytes(bytes)
}

function texts(list: readonly string[]): OSData {
  const joined = `${list.join('\0')}\0`
  const bytes = new Uint8Array(joined.length)
  for (let i = 0; i < joined.length; i++) bytes[i] = joined.charCodeAt(i)
  return OSData.adoptingBytes(bytes)
}
