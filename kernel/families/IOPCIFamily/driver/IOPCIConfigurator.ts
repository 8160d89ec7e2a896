import * as registers from '../registers.ts'
import type { ConfigAccess } from './ConfigAccess.ts'
import { ConfigEntry, type BarRange, type RangeKind, type WindowRange } from './ConfigEntry.ts'
import { RangePool } from './RangePool.ts'

/** Addresses that a host bridge forwards, on the PCI side. */
export interface HostWindow {
  readonly space: 'io' | 'memory'
  readonly base: number
  readonly sizeBytes: number
}

const MIB = 2 ** 20
const FOUR_GIB = 2 ** 32
const IO_GRANULE = 0x1000
/** Least addresses that are ever handed out: below lie the legacy ISA and VGA ranges. */
const FIRST_IO = 0x1000
const FIRST_MEMORY = 16 * MIB
/** Kept behind a hot-plug port for cards to come. */
const HOT_PLUG_BUSES = 4
const HOT_PLUG_MEMORY = 16 * MIB
const HOT_PLUG_PREFETCH = 32 * MIB

/**
 * Finds every function below a host bridge, numbers the buses, sizes the base address registers and lays out
 * windows and addresses. Firmware has assigned nothing.
 * @xnu IOPCIFamily/IOPCIConfigurator.cpp IOPCIConfigurator — simplified: no relocation of what is in use
 */
export class IOPCIConfigurator {
  private readonly io = new RangePool()
  private readonly memory = new RangePool()
  readonly children: ConfigEntry[] = []
  private nextBus: number

  constructor(
    private readonly config: ConfigAccess, private readonly firstBus: number,
    private readonly lastBus: number,
    windows: readonly HostWindow[],
  ) {
    this.nextBus = firstBus + 1
    for (const window of windows) {
      const first = window.space === 'io' ? FIRST_IO : FIRST_MEMORY
      const start = Math.max(window.base, first)
      const pool = window.space === 'io' ? this.io : this.memory
      pool.add(start, window.base + window.sizeBytes - start)
    }
  }

  /** Scans all buses and assigns everything; functions of the root bus are in `children`. */
  configure(): void {
    this.scanBus(this.firstBus, null, this.children)
    for (const entry of this.bySize(this.children)) this.place(entry, null)
    for (const entry of this.children) this.program(entry)
  }

  /** Scans below a hot-plug bridge again and assigns inside its windows; returns what is new. */
  configureBelow(bridge: ConfigEntry): ConfigEntry[] {
    bridge.children.length = 0
    const kept = this.nextBus
    this.nextBus = bridge.secondaryBus + 1
    this.scanBus(bridge.secondaryBus, bridge, bridge.children, bridge.subordinateBus)
    this.nextBus = kept
    const pools = this.poolsOf(bridge)
    for (const entry of this.bySize(bridge.children)) this.place(entry, pools)
    for (const entry of bridge.children) this.program(entry)
    return bridge.children
  }

  private scanBus(
    bus: number, parent: ConfigEntry | null, into: ConfigEntry[], lastBus = this.lastBus,
  ): void {
    for (let device = 0; device < 32; device++) {
      const functions = this.functionsOf(bus, device)
      for (const fn of functions) {
        const entry = this.makeEntry(bus, device * 8 + fn, parent)
        into.push(entry)
        if (entry.ids.isBridge) this.scanBridge(entry, lastBus)
      }
    }
  }

  private functionsOf(bus: number, device: number): number[] {
    const first = device * 8
    if (this.config.read16(bus, first, registers.kIOPCIConfigVendorID) === 0xffff) return []
    const isMulti = (this.config.read8(bus, first, registers.kIOPCIConfigHeaderType) & 0x80) !== 0
    if (!isMulti) return [0]
    return [0, 1, 2, 3, 4, 5, 6, 7].filter((fn) => {
      return this.config.read16(bus, first + fn, registers.kIOPCIConfigVendorID) !== 0xffff
    })
  }

  private makeEntry(bus: number, devfn: number, parent: ConfigEntry | null): ConfigEntry {
    const { config } = this
    const isBridge = (config.read8(bus, devfn, registers.kIOPCIConfigHeaderType) & 0x7f) === 1
    const entry = new ConfigEntry(parent, bus, devfn, {
      vendorProduct: config.read32(bus, devfn, registers.kIOPCIConfigVendorID),
      classRevision: config.read32(bus, devfn, registers.kIOPCIConfigRevisionID), isBridge,
    })
    this.sizeBars(entry, isBridge ? 2 : 6)
    return entry
  }

  private sizeBars(entry: ConfigEntry, count: number): void {
    const { config } = this
    const { bus, devfn } = entry
    const command = config.read16(bus, devfn, registers.kIOPCIConfigCommand)
    config.write16(bus, devfn, registers.kIOPCIConfigCommand, command & ~0x7)
    for (let index = 0; index < count; index++) {
      const bar = this.sizeBar(bus, devfn, index)
      if (bar === null) continue
      entry.bars.push(bar)
      if (bar.is64Bit) index++
    }
    config.write16(bus, devfn, registers.kIOPCIConfigCommand, command)
  }

  private sizeBar(bus: number, devfn: number, index: number): BarRange | null {
    const offset = registers.kIOPCIConfigBaseAddress0 + 4 * index
    const low = this.probe(bus, devfn, offset)
    if (low.value === 0) return null
    if ((low.flags & 1) !== 0) {
      const sizeBytes = (~(low.value & 0xfffffffc) >>> 0) + 1
      return { index, kind: 'io', is64Bit: false, sizeBytes: sizeBytes & 0xffff, start: 0 }
    }
    const is64Bit = (low.flags & 6) === 4
    const high = is64Bit ? this.probe(bus, devfn, offset + 4).value : 0xffffffff
    const mask = (BigInt(high) << 32n) | BigInt((low.value & 0xfffffff0) >>> 0)
    const sizeBytes = Number((~mask & 0xffffffffffffffffn) + 1n)
    return { index, kind: (low.flags & 8) !== 0 ? 'prefetch' : 'memory', is64Bit, sizeBytes, start: 0 }
  }

  private probe(bus: number, devfn: number, offset: number): { value: number; flags: number } {
    const former = this.config.read32(bus, devfn, offset)
    this.config.write32(bus, devfn, offset, 0xffffffff)
    const value = this.config.read32(bus, devfn, offset)
    this.config.write32(bus, devfn, offset, former)
    return { value, flags: former & 0xf }
  }

  private scanBridge(entry: ConfigEntry, lastBus: number): void {
    const { config } = this
    const { bus, devfn } = entry
    if (this.nextBus > lastBus) return
    entry.secondaryBus = this.nextBus++
    entry.isHotPlug = this.isHotPlugPort(bus, devfn)
    config.write8(bus, devfn, registers.kPCI2PCIPrimaryBus, bus)
    config.write8(bus, devfn, registers.kPCI2PCISecondaryBus, entry.secondaryBus)
    config.write8(bus, devfn, registers.kPCI2PCISubordinateBus, lastBus)
    this.scanBus(entry.secondaryBus, entry, entry.children, lastBus)
    if (entry.isHotPlug) this.nextBus = Math.min(
      Math.max(this.nextBus, entry.secondaryBus + HOT_PLUG_BUSES), lastBus + 1,
    )
    entry.subordinateBus = this.nextBus - 1
    config.write8(bus, devfn, registers.kPCI2PCISubordinateBus, entry.subordinateBus)
  }

  private isHotPlugPort(bus: number, devfn: number): boolean {
    const { config } = this
    let at = config.read8(bus, devfn, registers.kIOPCIConfigCapabilitiesPtr)
    while (at !== 0 && config.read8(bus, devfn, at) !== registers.kIOPCIPCIExpressCapability) {
      at = config.read8(bus, devfn, at + 1)
    }
    if (at === 0) return false
    const caps = config.read32(bus, devfn, at + registers.kPCIExpressSlotCapabilities)
    return (caps & registers.kPCIExpressSlotHotPlug) !== 0
  }

  /** Assigns a function's registers and, for a bridge, its windows and everything below. */
  private place(entry: ConfigEntry, pools: Pools | null): void {
    for (const bar of entry.bars.toSorted((a, b) => b.sizeBytes - a.sizeBytes)) {
      bar.start = this.take(
        pools, bar.kind, bar.sizeBytes, { alignment: bar.sizeBytes, is64Bit: bar.is64Bit },
      ) ?? 0
    }
    if (!entry.ids.isBridge || entry.secondaryBus === 0) return
    for (const kind of ['io', 'memory', 'prefetch'] as const) {
      const wanted = this.windowSize(entry, kind)
      if (wanted.sizeBytes === 0) continue
      const start = this.take(
        pools, kind, wanted.sizeBytes, { alignment: wanted.alignment, is64Bit: kind === 'prefetch' },
      )
      if (start !== null) entry.windows.push({ kind, start, sizeBytes: wanted.sizeBytes })
    }
    const inner = this.poolsOf(entry)
    for (const child of this.bySize(entry.children)) this.place(child, inner)
  }

  /** Size and alignment of the window that a bridge needs for what lies below it. */
  private windowSize(entry: ConfigEntry, kind: RangeKind): { sizeBytes: number; alignment: number } {
    const granule = kind === 'io' ? IO_GRANULE : MIB
    const items: { sizeBytes: number; alignment: number }[] = []
    for (const child of entry.children) {
      for (const bar of child.bars) {
        if (bar.kind === kind) items.push({ sizeBytes: bar.sizeBytes, alignment: bar.sizeBytes })
      }
      if (child.ids.isBridge) items.push(this.windowSize(child, kind))
    }
    if (entry.isHotPlug && kind !== 'io') {
      items.push({ sizeBytes: kind === 'memory' ? HOT_PLUG_MEMORY : HOT_PLUG_PREFETCH, alignment: MIB })
    }
    let sizeBytes = 0
    let alignment = granule
    for (const item of items.toSorted((a, b) => b.alignment - a.alignment)) {
      if (item.sizeBytes === 0) continue
      sizeBytes = Math.ceil(sizeBytes / item.alignment) * item.alignment + item.sizeBytes
      alignment = Math.max(alignment, item.alignment)
    }
    return { sizeBytes: Math.ceil(sizeBytes / granule) * granule, alignment }
  }

  private take(
    pools: Pools | null, kind: RangeKind, sizeBytes: number, options: { alignment: number; is64Bit: boolean },
  ): number | null {
    if (pools !== null) return pools[kind].take(sizeBytes, options.alignment)
    if (kind === 'io') return this.io.take(sizeBytes, options.alignment, 0x10000)
    const low = this.memory.take(sizeBytes, options.alignment, FOUR_GIB)
    return low ?? (options.is64Bit ? this.memory.take(sizeBytes, options.alignment) : null)
  }

  private poolsOf(bridge: ConfigEntry): Pools {
    const pools: Pools = { io: new RangePool(), memory: new RangePool(), prefetch: new RangePool() }
    for (const window of bridge.windows) pools[window.kind].add(window.start, window.sizeBytes)
    return pools
  }

  private bySize(entries: readonly ConfigEntry[]): ConfigEntry[] {
    const weight = (entry: ConfigEntry): number => Math.max(
      0, ...entry.bars.map((bar) => bar.sizeBytes),
      ...(entry.ids.isBridge ? [
        this.windowSize(entry, 'memory').alignment, this.windowSize(entry, 'prefetch').alignment,
      ] : []),
    )
    return entries.toSorted((a, b) => weight(b) - weight(a))
  }

  /** Writes the assignments into the hardware and turns decoding on. */
  private program(entry: ConfigEntry): void {
    const { config } = this
    const { bus, devfn } = entry
    for (const bar of entry.bars) {
      const offset = registers.kIOPCIConfigBaseAddress0 + 4 * bar.index
      config.write32(bus, devfn, offset, bar.start % FOUR_GIB)
      if (bar.is64Bit) config.write32(bus, devfn, offset + 4, Math.floor(bar.start / FOUR_GIB))
    }
    if (entry.ids.isBridge) this.programWindows(entry)
    let command = config.read16(bus, devfn, registers.kIOPCIConfigCommand)
    const ranges = [...entry.bars, ...entry.windows].filter((range) => range.start !== 0)
    if (ranges.some((range) => range.kind === 'io')) command |= registers.kIOPCICommandIOSpace
    if (ranges.some((range) => range.kind !== 'io')) command |= registers.kIOPCICommandMemorySpace
    if (entry.ids.isBridge) command |= registers.kIOPCICommandBusLead
    config.write16(bus, devfn, registers.kIOPCIConfigCommand, command)
    for (const child of entry.children) this.program(child)
  }

  private programWindows(entry: ConfigEntry): void {
    const { config } = this
    const { bus, devfn } = entry
    const find = (kind: RangeKind): WindowRange | null => entry.windows.find(
      (window) => window.kind === kind
    ) ?? null
    const io = find('io')
    const ioEnd = io === null ? 0 : io.start + io.sizeBytes - 1
    config.write16(
      bus, devfn, registers.kPCI2PCIIORange, io === null ? 0x00f0 : (io.start >> 8) | (ioEnd & 0xf000),
    )
    const memory = find('memory')
    config.write32(bus, devfn, registers.kPCI2PCIMemoryRange, memory === null ? 0x0000fff0 : pairOf(memory))
    const prefetch = find('prefetch')
    config.write32(
      bus, devfn, registers.kPCI2PCIPrefetchMemoryRange, prefetch === null ? 0x0000fff0 : pairOf(prefetch),
    )
    const end = prefetch === null ? 0 : prefetch.start + prefetch.sizeBytes - 1
    config.write32(
      bus, devfn, registers.kPCI2PCIPrefetchUpperBase, Math.floor((prefetch?.start ?? 0) / FOUR_GIB),
    )
    config.write32(bus, devfn, registers.kPCI2PCIPrefetchUpperLimit, Math.floor(end / FOUR_GIB))
  }
}

type Pools = Record<RangeKind, RangePool>

/** Base and limit of a memory window in one register: address bits 31..20 of each. */
function pairOf(window: WindowRange): number {
  const base = ((window.start % FOUR_GIB) >>> 16) & 0xfff0
  const limit = (((window.start + window.sizeBytes - 1) % FOUR_GIB) >>> 16) & 0xfff0
  return ((limit << 16) | base) >>> 0
}
