import { IODeviceMemory, type IOMemoryMap } from '../../../iokit/index.ts'
import { ml_phys_write_data } from '../../../mach/index.ts'
import { present } from '../../../sim/index.ts'
import type { DmarUnit } from './dmar.ts'

const REGISTERS_BYTES = 4096
const PAGE_BYTES = 4096
/** Registers of a remapping unit (VT-d 3.2, chapter 11). */
const VtdRegister = {
  capability: 0x08, extendedCapability: 0x10, globalCommand: 0x18, rootTable: 0x20, contextCommand: 0x28,
  faultStatus: 0x34, faultControl: 0x38, faultData: 0x3c, faultAddress: 0x40, faultUpperAddress: 0x44,
  queueTail: 0x88, queueAddress: 0x90, completionStatus: 0x9c, completionControl: 0xa0, completionData: 0xa4,
  completionAddress: 0xa8, completionUpperAddress: 0xac,
} as const
const SET_ROOT = 0x40000000
const ENABLE_QUEUE = 0x04000000
const TRANSLATE = 0x80000000
const INVALIDATE_ALL = (1n << 63n) | (1n << 61n)
/** All of it, reads and writes drained. */
const FLUSH_ALL = (1n << 63n) | (1n << 60n) | (1n << 49n) | (1n << 48n)
/** Low words of the invalidation queue's descriptors: what is forgotten, reads and writes drained; a stamp. */
const DRAIN = 0xc0
const FLUSH_PAGES = 0x32 | DRAIN
const FLUSH_DOMAIN = 0x22 | DRAIN
const WAIT_AND_WRITE = 0x25
const QUEUE_ENTRIES = 512
const QUEUE_ORDER = 1n
const MAX_ROUNDING = 10
const FOUR_LEVELS = 1n << 10n

/** Memory that the unit's driver lends it: physical addresses of zero-filled memory. */
export interface VtdUnitMemory {
  /** Two pages in a row. */
  readonly queue: number
  /** A word for the stamps of done invalidations. */
  readonly stamp: number
}

/** One DMA remapping unit: its registers, its invalidation queue, its faults. */
export class VtdUnit {
  private faultOffset = 0
  private faultCount = 0
  private flushOffset = 0
  private rounding = 0
  private memory: VtdUnitMemory | null = null
  private tail = 0
  private stamp = 0x100

  private constructor(readonly description: DmarUnit, private readonly registers: IOMemoryMap) {}

  /**
   * Null for one that caches what is not there, or has no invalidation queue, or no four levels of tables.
   * @xnu IOPCIFamily AppleVTD.cpp unit_init — faithful: without interrupt remapping
   */
  static create(description: DmarUnit): VtdUnit | null {
    const memory = IODeviceMemory.withRange(description.address, REGISTERS_BYTES)
    const map = memory.map()
    memory.release()
    if (map === null) return null
    const unit = new VtdUnit(description, map)
    if (unit.readCapabilities()) return unit
    map.release()
    return null
  }

  /** @xnu IOPCIFamily AppleVTD.cpp unit_quiesce — faithful */
  quiesce(): void {
    this.registers.write32(VtdRegister.globalCommand, 0)
  }

  /** Translates from now on, from a root table. @xnu IOPCIFamily AppleVTD.cpp unit_enable — faithful */
  enable(root: number, memory: VtdUnitMemory): void {
    this.quiesce()
    this.registers.write64(VtdRegister.rootTable, BigInt(root))
    this.registers.write32(VtdRegister.globalCommand, SET_ROOT)
    this.registers.write64(VtdRegister.contextCommand, INVALIDATE_ALL)
    this.registers.write64(this.flushOffset + 8, FLUSH_ALL)
    this.memory = memory
    this.tail = 0
    this.registers.write64(VtdRegister.queueTail, 0n)
    this.registers.write64(VtdRegister.queueAddress, BigInt(memory.queue) | QUEUE_ORDER)
    this.registers.write32(VtdRegister.globalCommand, ENABLE_QUEUE)
    this.registers.write32(VtdRegister.globalCommand, (ENABLE_QUEUE | TRANSLATE) >>> 0)
  }

  /**
   * Lets completions and faults come as messages: `data` and the one after it.
   * @xnu IOPCIFamily AppleVTD.cpp unit_interrupts_enable — faithful
   */
  interruptsEnable(address: bigint, data: number): void {
    const { registers } = this
    const [low, high] = [Number(address & 0xffffffffn), Number(address >> 32n)]
    registers.write32(VtdRegister.completionData, data)
    registers.write32(VtdRegister.completionAddress, low)
    registers.write32(VtdRegister.completionUpperAddress, high)
    registers.write32(VtdRegister.faultData, data + 1)
    registers.write32(VtdRegister.faultAddress, low)
    registers.write32(VtdRegister.faultUpperAddress, high)
    this.takeFaults(null)
    registers.write32(VtdRegister.faultControl, 0)
    registers.write32(VtdRegister.completionControl, 0)
    registers.write32(VtdRegister.completionStatus, 1)
  }

  /** @xnu IOPCIFamily AppleVTD.cpp handleInterrupt — faithful */
  acknowledgeCompletion(): void {
    this.registers.write32(VtdRegister.completionStatus, 1)
  }

  /**
   * Clears the noted faults and tells them, where asked to. Work-loop context.
   * @xnu IOPCIFamily AppleVTD.cpp unit_faults — faithful
   */
  takeFaults(tell: ((text: string) => void) | null): void {
    const { registers } = this
    for (let index = 0; index < this.faultCount; index++) {
      const at = this.faultOffset + index * 16
      const pending = registers.read32(VtdRegister.faultStatus)
      const low = registers.read64(at)
      const high = registers.read64(at + 8)
      registers.write64(at + 8, high)
      registers.write32(VtdRegister.faultStatus, pending)
      if (high >> 63n === 1n) tell?.(faultText(index, low, high))
    }
  }

  /**
   * Makes the unit forget pages of a domain; it has, when this returns.
   * @xnu IOPCIFamily AppleVTD.cpp invalidate — simplified: nobody waits, the unit is as fast as its queue
   */
  invalidatePages(domain: number, firstPage: number, count: number): void {
    const order = orderOf(firstPage, count)
    const did = domain * 0x10000
    if (order > this.rounding) this.submit(FLUSH_DOMAIN + did, 0, 0)
    else this.submit(FLUSH_PAGES + did, 0, (firstPage - (firstPage % 2 ** order)) * PAGE_BYTES + order)
    this.stamp = (this.stamp + 1) >>> 0
    this.submit(WAIT_AND_WRITE, this.stamp, this.queueMemory.stamp)
    this.registers.write32(VtdRegister.queueTail, this.tail * 16)
  }

  free(): void {
    this.registers.release()
  }

  private submit(command: number, data: number, address: number): void {
    const at = this.queueMemory.queue + this.tail * 16
    ml_phys_write_data(at, command, 4)
    ml_phys_write_data(at + 4, data, 4)
    ml_phys_write_data(at + 8, address % 4294967296, 4)
    ml_phys_write_data(at + 12, Math.floor(address / 4294967296), 4)
    this.tail = (this.tail + 1) % QUEUE_ENTRIES
  }

  private get queueMemory(): VtdUnitMemory {
    return present(this.memory, 'the unit is enabled')
  }

  private readCapabilities(): boolean {
    const capability = this.registers.read64(VtdRegister.capability)
    const extended = this.registers.read64(VtdRegister.extendedCapability)
    this.faultOffset = Number((capability >> 24n) & 0x3ffn) * 16
    this.faultCount = Number((capability >> 40n) & 0xffn) + 1
    this.flushOffset = Number((extended >> 8n) & 0x3ffn) * 16
    const isSelective = ((capability >> 39n) & 1n) === 1n
    this.rounding = isSelective ? Math.min(MAX_ROUNDING, Number((capability >> 48n) & 0x3fn)) : 0
    const isCaching = ((capability >> 7n) & 1n) === 1n
    const hasQueue = ((extended >> 1n) & 1n) === 1n
    return !isCaching && hasQueue && this.rounding > 0 && (capability & FOUR_LEVELS) !== 0n
  }
}

/** Order of the least aligned block that has all of the pages. */
function orderOf(first: number, count: number): number {
  let order = 0
  while (Math.floor(first / 2 ** order) !== Math.floor((first + count - 1) / 2 ** order)) order++
  return order
}

function faultText(index: number, low: bigint, high: bigint): string {
  const place = `${(high >> 8n) & 255n}:${(high >> 3n) & 31n}:${high & 7n}`
  const kind = ((high >> 62n) & 1n) === 1n ? 'R' : 'W'
  const reason = ((high >> 32n) & 255n).toString(16)
  return `vtd[${index}] fault: device ${place} reason 0x${reason} ${kind}:0x${low.toString(16)}`
}
