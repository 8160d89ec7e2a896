import {
  archName, FAT_MAGIC, FAT_MAGIC_64, fileTypeName, LC_FILESET_ENTRY, LC_FUNCTION_STARTS, LC_SEGMENT,
    LC_SEGMENT_64, LC_SYMTAB,
  LC_UUID, MH_MAGIC, MH_MAGIC_64, N_FUN, N_SECT, N_STAB, N_TYPE,
} from './constants.ts'
import { MachOBytes } from './MachOBytes.ts'
import { SymbolTable, type SymbolRow } from './SymbolTable.ts'

/** A segment: where its memory begins in a process that was not slid. */
export interface MachOSegment {
  readonly name: string
  readonly address: bigint
  readonly size: bigint
}

/** One architecture of a file, or one member of a kernel collection. */
export interface MachOImage {
  readonly arch: string
  readonly fileType: string
  /** Upper case with dashes. */
  readonly uuid: string | null
  readonly segments: readonly MachOSegment[]
  readonly symbols: SymbolTable
  /** Kernel collections: bundle identifiers with their images. */
  readonly members: readonly { readonly name: string; readonly image: MachOImage }[]
}

/** What a file holds, and what was wrong with it. */
export interface MachOFile {
  readonly images: readonly MachOImage[]
  readonly problems: readonly string[]
}

const MAX_ARCHITECTURES = 64
const MAX_COMMANDS = 100_000
const MAX_SYMBOLS = 8_000_000
const MAX_MEMBERS = 5_000
const MAX_FUNCTIONS = 8_000_000
const MAX_NAME = 16_384

interface Layout {
  readonly bytes: MachOBytes
  /** Where the file's Mach-O header is; all offsets of load commands count from `origin`. */
  readonly header: number
  readonly origin: number
  readonly is64: boolean
}

/** How a header begins; null when there is none. */
function layoutAt(all: Uint8Array, header: number, origin: number): Layout | null {
  for (const isLittle of [true, false]) {
    const bytes = new MachOBytes(all, isLittle)
    const magic = bytes.has(header, 28) ? bytes.u32(header) : 0
    if (magic === MH_MAGIC || magic === MH_MAGIC_64) return { bytes, header, origin,
      is64: magic === MH_MAGIC_64 }
  }
  return null
}

/** Whether bytes begin as a Mach-O file does, with one architecture or several. */
export function looksLikeMachO(all: Uint8Array): boolean {
  if (layoutAt(all, 0, 0) !== null) return true
  const big = new MachOBytes(all, false)
  const magic = big.u32(0)
  return (magic === FAT_MAGIC || magic === FAT_MAGIC_64) && big.u32(4) > 0 && big.u32(4) <= MAX_ARCHITECTURES
}

/** Where the architectures of a file begin; 0 alone for a file with one. */
export function machOOffsets(all: Uint8Array): number[] {
  const big = new MachOBytes(all, false)
  const magic = big.u32(0)
  if (magic !== FAT_MAGIC && magic !== FAT_MAGIC_64) return [0]
  const is64 = magic === FAT_MAGIC_64
  const count = Math.min(big.u32(4), MAX_ARCHITECTURES)
  return Array.from({ length: count }, (_, index) => {
    const row = 8 + index * (is64 ? 32 : 20)
    return is64 ? big.size(row + 8) : big.u32(row + 8)
  }).filter(Number.isSafeInteger)
}

/** Reads a Mach-O file. Total: what lies outside of the file or makes no sense is left out and told. */
export function readMachO(all: Uint8Array): MachOFile {
  const problems: string[] = []
  if (!looksLikeMachO(all)) return { images: [], problems: ['This is no Mach-O file.'] }
  const images: MachOImage[] = []
  for (const offset of machOOffsets(all)) {
    const slice = offset < all.length ? all.subarray(offset) : new Uint8Array()
    const layout = layoutAt(slice, 0, 0)
    if (layout === null) problems.push(`There is no Mach-O header at 0x${offset.toString(16)}.`)
    else images.push(new ImageReader(layout, problems).read(true))
  }
  return { images, problems: problems.slice(0, 100) }
}

/** Reads the load commands of one image. */
class ImageReader {
  private readonly layout: Layout
  private readonly problems: string[]
  private readonly segments: MachOSegment[] = []
  private uuid: string | null = null
  private symtab: number | null = null
  private functionStarts: number | null = null
  private readonly entries: { name: string; offset: number }[] = []

  constructor(layout: Layout, problems: string[]) {
    this.layout = layout
    this.problems = problems
  }

  read(withMembers: boolean): MachOImage {
    const { bytes, header } = this.layout
    this.commands()
    return {
      arch: archName(bytes.u32(header + 4), bytes.u32(header + 8)),
      fileType: fileTypeName(bytes.u32(header + 12)),
      uuid: this.uuid,
      segments: this.segments,
      symbols: this.symbols(),
      members: withMembers ? this.members() : [],
    }
  }

  private commands(): void {
    const { bytes, header, is64 } = this.layout
    const count = Math.min(bytes.u32(header + 16), MAX_COMMANDS)
    const start = header + (is64 ? 32 : 28)
    const end = Math.min(bytes.length, start + bytes.u32(header + 20))
    let at = start
    for (let index = 0; index < count; index++) {
      const size = bytes.u32(at + 4)
      if (size < 8 || at + size > end) {
        this.problems.push(`Load command ${index} lies outside of the file or of its list (size ${size}).`)
        return
      }
      this.command(bytes.u32(at), at, size)
      at += size
    }
  }

  private command(kind: number, at: number, size: number): void {
    const { bytes } = this.layout
    switch (kind) {
      case LC_SEGMENT:
        this.segments.push({
          name: bytes.text(at + 8, at + 24, 16), address: BigInt(bytes.u32(at + 24)),
            size: BigInt(bytes.u32(at + 28)),
        })
        break
      case LC_SEGMENT_64:
        this.segments.push({ name: bytes.text(at + 8, at + 24, 16), address: bytes.u64(at + 24),
          size: bytes.u64(at + 32) })
        break
      case LC_UUID: this.uuid = size < 24 ? null : uuidText(bytes, at + 8); break
      case LC_SYMTAB: if (size >= 24) this.symtab = at; break
      case LC_FUNCTION_STARTS: if (size >= 16) this.functionStarts = at; break
      case LC_FILESET_ENTRY: this.entry(at, size); break
    }
  }

  private entry(at: number, size: number): void {
    const { bytes } = this.layout
    const name = bytes.u32(at + 24)
    if (size < 32 || name >= size || this.entries.length >= MAX_MEMBERS) return
    this.entries.push({ name: bytes.text(at + name, at + size, 256), offset: bytes.size(at + 16) })
  }

  private members(): MachOImage['members'] {
    return this.entries.flatMap(({ name, offset }) => {
      const { bytes, origin } = this.layout
      const layout = Number.isSafeInteger(offset) ? layoutAt(bytes.all, origin + offset, origin) : null
      if (layout === null) {
        this.problems.push(`The collection's member ${name} has no Mach-O header.`)
        return []
      }
      return [{ name, image: new ImageReader(layout, this.problems).read(false) }]
    })
  }

  /** The UUID alone. */
  readUuid(): string | null {
    this.commands()
    return this.uuid
  }

  /** Lowest address of the image's own memory; symbols count from there. */
  private base(): bigint {
    const own = this.segments.filter(({ name, size }) => size > 0n && name !== '__PAGEZERO'
      && name !== '__LINKEDIT')
    return own.reduce<bigint | null>((low, { address }) => low === null || address < low ? address : low,
      null) ?? 0n
  }

  private symbols(): SymbolTable {
    const { bytes, origin, is64 } = this.layout
    const base = this.base()
    const ranges = this.segments.filter(({ name, size }) => size > 0n && name !== '__PAGEZERO')
      .map(({ address, size }) => ({ start: Number(address - base), end: Number(address - base + size) }))
    const parts = { base, ranges, functionStarts: this.starts(base), rows: [] as SymbolRow[],
      nameOf: (): string => '' }
    if (this.symtab === null) return new SymbolTable(parts)
    const table = origin + bytes.u32(this.symtab + 8)
    const strings = origin + bytes.u32(this.symtab + 16)
    const stringsEnd = Math.min(bytes.length, strings + bytes.u32(this.symtab + 20))
    const rowSize = is64 ? 16 : 12
    const wanted = bytes.u32(this.symtab + 12)
    const count = Math.min(wanted, MAX_SYMBOLS, Math.max(0, Math.floor((bytes.length - table) / rowSize)))
    if (count < wanted) this.problems.push(`Only ${count} of ${wanted} symbols are in the file.`)
    for (let index = 0; index < count; index++) {
      const row = this.symbol(table + index * rowSize, base)
      if (row !== null && strings + row.name < stringsEnd) parts.rows.push(row)
    }
    return new SymbolTable({ ...parts, nameOf: (name) => bytes.text(strings + name, stringsEnd, MAX_NAME) })
  }

  private symbol(at: number, base: bigint): SymbolRow | null {
    const { bytes, is64 } = this.layout
    const type = bytes.u8(at + 4)
    const isDefined = (type & N_STAB) === 0 ? (type & N_TYPE) === N_SECT : type === N_FUN
    const name = bytes.u32(at)
    if (!isDefined || name === 0) return null
    const distance = (is64 ? bytes.u64(at + 8) : BigInt(bytes.u32(at + 8))) - base
    if (distance < 0n || distance > BigInt(Number.MAX_SAFE_INTEGER)) return null
    return { offset: Number(distance), name }
  }

  /** Beginnings of functions: differences as ULEB128, from the start of `__TEXT`. */
  private starts(base: bigint): number[] {
    const { bytes, origin } = this.layout
    const text = this.segments.find(({ name }) => name === '__TEXT')
    if (this.functionStarts === null || text === undefined) return []
    const starts: number[] = []
    let at = origin + bytes.u32(this.functionStarts + 8)
    const end = Math.min(bytes.length, at + bytes.u32(this.functionStarts + 12))
    let address = Number(text.address - base)
    while (at < end && starts.length < MAX_FUNCTIONS) {
      let delta = 0
      let scale = 1
      let byte = 0x80
      while (at < end && (byte & 0x80) !== 0 && scale < 2 ** 42) {
        byte = bytes.u8(at++)
        delta += (byte & 0x7f) * scale
        scale *= 128
      }
      if (delta === 0) break
      address += delta
      if (!Number.isSafeInteger(address)) break
      starts.push(address)
    }
    return starts
  }
}

function uuidText(bytes: MachOBytes, at: number): string {
  const digits = Array.from({ length: 16 }, (_, index) => bytes.u8(at + index).toString(16).padStart(2, '0'))
  const text = digits.join('').toUpperCase()
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20, 32]].map(([from, to]) => text.slice(from, to)).join('-')
}

/** The UUIDs of a file whose first bytes `read` gives; without reading the rest of it. */
export function machOUuids(read: (offset: number, length: number) => Uint8Array): string[] {
  const head = read(0, 4096)
  if (!looksLikeMachO(head)) return []
  return machOOffsets(head).flatMap((offset) => {
    const start = read(offset, 64 * 1024)
    const layout = layoutAt(start, 0, 0)
    return layout === null ? [] : new ImageReader(layout, []).readUuid() ?? []
  })
}
