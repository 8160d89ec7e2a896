import { DeviceModel, type RegisterGroup, type ResetPhase } from '../DeviceModel.ts'
import type { Fabric } from '../Fabric.ts'
import { hardwareEvent } from '../HardwareLog.ts'
import type { Iommu } from '../Iommu.ts'
import { RegisterFile } from '../RegisterFile.ts'

export const VTD_BYTES = 0x1000
const PAGE_BYTES = 4096
const FAULT_RECORD = 0x200
const IOTLB = 0x100
const LEVELS = 4

const PAGES_BITS = 2 ** 36
/** Translations that the unit keeps. */
const TLB_ENTRIES = 1024

/** CAP: 256 domains, four levels, 48 bits, page-selective invalidation, one fault record. */
const CAPABILITY = 2n | (1n << 10n) | (47n << 16n) | (BigInt(FAULT_RECORD / 16) << 24n)
  | (1n << 39n) | (9n << 48n)
/** ECAP: coherent, queued invalidation, invalidation registers at IOTLB. */
const EXTENDED_CAPABILITY = 3n | (BigInt(IOTLB / 16) << 8n)

const GlobalCommand = { translate: 0x80000000, setRoot: 0x40000000, queue: 0x04000000 } as const
const INTERRUPT_MASK = 0x80000000
const FaultStatus = { overflow: 1, pending: 2 } as const

/** Why a request was refused (VT-d 3.2, table "Fault Reason Encodings for Legacy Mode"). */
export const VtdFault = {
  rootEntry: 1, contextEntry: 2, addressWidth: 4, writeDenied: 5, readDenied: 6,
} as const

type Name =
  | 'VER_REG' | 'CAP_REG' | 'ECAP_REG' | 'GCMD_REG' | 'GSTS_REG' | 'RTADDR_REG' | 'CCMD_REG' | 'FSTS_REG'
  | 'FECTL_REG' | 'FEDATA_REG' | 'FEADDR_REG' | 'FEUADDR_REG' | 'IQH_REG' | 'IQT_REG' | 'IQA_REG' | 'ICS_REG'
  | 'IECTL_REG' | 'IEDATA_REG' | 'IEADDR_REG' | 'IEUADDR_REG' | 'IVA_REG' | 'IOTLB_REG' | 'FRCD_LOW'
  | 'FRCD_HIGH'

/** A requester's address space. */
interface Context {
  readonly table: number
  readonly domain: number
}

/** What the unit knows of a page. */
interface Translation {
  readonly page: number
  readonly canRead: boolean
  readonly canWrite: boolean
}

/**
 * A DMA remapping unit of Intel's Virtualization Technology for Directed I/O: root and context tables by
 * requester, four levels of second-level page tables, one fault record with a message. It keeps contexts and
 * translations until software invalidates them, by registers or by the queue.
 */
export class Vtd extends DeviceModel implements Iommu {
  readonly pageSizeBytes = PAGE_BYTES
  readonly registers: RegisterFile<Name>
  private readonly contexts = new Map<number, Context>()
  /** By domain and page. */
  private readonly translations = new Map<number, Translation>()

  constructor(name: string, private readonly fabric: Fabric) {
    super(name)
    this.registers = new RegisterFile<Name>(name, VTD_BYTES, {
      VER_REG: { offset: 0x00, access: 'ro', reset: 0x10 },
      CAP_REG: { offset: 0x08, width: 64, access: 'ro', reset: CAPABILITY },
      ECAP_REG: { offset: 0x10, width: 64, access: 'ro', reset: EXTENDED_CAPABILITY },
      GCMD_REG: { offset: 0x18, access: 'wo', write: (value) => this.command(value) },
      GSTS_REG: { offset: 0x1c, access: 'ro' },
      RTADDR_REG: { offset: 0x20, width: 64 },
      CCMD_REG: { offset: 0x28, width: 64, write: () => this.invalidated('CCMD_REG') },
      FSTS_REG: { offset: 0x34, access: 'w1c', writable: FaultStatus.overflow },
      FECTL_REG: { offset: 0x38, reset: INTERRUPT_MASK, writable: INTERRUPT_MASK },
      FEDATA_REG: { offset: 0x3c },
      FEADDR_REG: { offset: 0x40 },
      FEUADDR_REG: { offset: 0x44 },
      IQH_REG: { offset: 0x80, width: 64, access: 'ro' },
      IQT_REG: { offset: 0x88, width: 64, write: () => this.runQueue() },
      IQA_REG: { offset: 0x90, width: 64 },
      ICS_REG: { offset: 0x9c, access: 'w1c' },
      IECTL_REG: { offset: 0xa0, reset: INTERRUPT_MASK, writable: INTERRUPT_MASK },
      IEDATA_REG: { offset: 0xa4 },
      IEADDR_REG: { offset: 0xa8 },
      IEUADDR_REG: { offset: 0xac },
      IVA_REG: { offset: IOTLB, width: 64 },
      IOTLB_REG: { offset: IOTLB + 8, width: 64, write: () => this.invalidated('IOTLB_REG') },
      FRCD_LOW: { offset: FAULT_RECORD, width: 64, access: 'ro' },
      FRCD_HIGH: { offset: FAULT_RECORD + 8, width: 64, access: 'w1c', write: () => this.updatePending() },
    })
  }

  /** Physical address of a request; null when it is refused (a record is made). */
  translate(requester: number, address: number, isWrite: boolean): number | null {
    const found = this.find(requester, address, isWrite)
    return found >= 0 ? found : this.fail(-found, requester, address, isWrite)
  }

  peek(requester: number, address: number, isWrite: boolean): number | null {
    const found = this.find(requester, address, isWrite)
    return found >= 0 ? found : null
  }

  /** Physical address, or the fault's reason below zero. */
  private find(requester: number, address: number, isWrite: boolean): number {
    if ((this.registers.get('GSTS_REG') & GlobalCommand.translate) === 0) return address
    const context = this.contexts.get(requester) ?? this.contextOf(requester)
    if (typeof context === 'number') return -context
    const page = Math.floor(address / PAGE_BYTES)
    if (page >= PAGES_BITS) return -VtdFault.addressWidth
    const key = context.domain * PAGES_BITS + page
    const known = this.translations.get(key) ?? this.walk(context.table, page, key)
    if (isWrite ? known.canWrite : known.canRead) return known.page + (address % PAGE_BYTES)
    return isWrite ? -VtdFault.writeDenied : -VtdFault.readDenied
  }

  /** Reads the page tables; what may be read or written is kept. */
  private walk(top: number, page: number, key: number): Translation {
    let table = top
    let access = 3
    for (let level = LEVELS - 1; level >= 0; level--) {
      const at = table + (Math.floor(page / 512 ** level) % 512) * 8
      const low = this.fabric.memory.read32(at)
      access &= low
      if (access === 0) break
      table = this.frame(low, at)
    }
    const found = { page: table, canRead: (access & 1) !== 0, canWrite: (access & 2) !== 0 }
    if (access === 0) return found
    if (this.translations.size >= TLB_ENTRIES) this.translations.clear()
    this.translations.set(key, found)
    return found
  }

  /** Bits 12 to 51 of the entry at `at`, whose low half is `low`. */
  private frame(low: number, at: number): number {
    return (this.fabric.memory.read32(at + 4) & 0xfffff) * 4294967296 + ((low & 0xfffff000) >>> 0)
  }

  override registerGroups(): readonly RegisterGroup[] {
    return [{ title: 'DMA remapping', file: this.registers }]
  }

  override reset(phase: ResetPhase): void {
    if (phase !== 'hold') return
    this.registers.resetAll()
    this.contexts.clear()
    this.translations.clear()
  }

  private contextOf(requester: number): Context | number {
    const { memory } = this.fabric
    const rootAt = this.registers.getAddress('RTADDR_REG') + (requester >>> 8) * 16
    const root = memory.read32(rootAt)
    if ((root & 1) === 0) return VtdFault.rootEntry
    const at = this.frame(root, rootAt) + (requester & 0xff) * 16
    const low = memory.read32(at)
    if ((low & 1) === 0) return VtdFault.contextEntry
    const found = { table: this.frame(low, at), domain: (memory.read32(at + 8) >>> 8) & 0xffff }
    this.contexts.set(requester, found)
    return found
  }

  private command(value: number): void {
    const kept = this.registers.get('GSTS_REG') & GlobalCommand.setRoot
    if ((value & GlobalCommand.queue) === 0) this.registers.set64('IQH_REG', 0n)
    this.registers.set('GSTS_REG', (value | kept) >>> 0)
  }

  /** An invalidation is done as soon as it is asked for; by registers, all of it. */
  private invalidated(name: 'CCMD_REG' | 'IOTLB_REG'): void {
    const value = this.registers.get64(name)
    if (value >> 63n === 0n) return
    if (name === 'CCMD_REG') this.contexts.clear()
    this.translations.clear()
    this.registers.set64(name, value & ((1n << 63n) - 1n))
  }

  /** Takes the descriptors up to the queue's tail (VT-d 3.2, 6.5.2). */
  private runQueue(): void {
    if ((this.registers.get('GSTS_REG') & GlobalCommand.queue) === 0) return
    const place = this.registers.getAddress('IQA_REG')
    const base = place - (place % PAGE_BYTES)
    const sizeBytes = PAGE_BYTES * 2 ** (place % 8)
    const tail = this.registers.get('IQT_REG') % sizeBytes
    let head = this.registers.get('IQH_REG')
    while (head !== tail) {
      this.runDescriptor(base + head)
      head = (head + 16) % sizeBytes
    }
    this.registers.set64('IQH_REG', BigInt(head))
  }

  private runDescriptor(at: number): void {
    const { memory } = this.fabric
    const low = memory.read32(at)
    const domain = low >>> 16
    const granularity = (low >>> 4) & 3
    const address = memory.read32(at + 12) * 4294967296 + memory.read32(at + 8)
    switch (low & 0xf) {
      case 1:
        this.contexts.clear()
        return
      case 2:
        this.forget(granularity, domain, address)
        return
      case 5:
        if ((low & 0x20) !== 0) memory.write32(address, memory.read32(at + 4))
        return
      default:
        hardwareEvent(this.name, `invalidation descriptor 0x${low.toString(16)} is of no known type`)
    }
  }

  /** Granularity 1 is everything, 2 a domain, 3 an aligned block of pages of a domain. */
  private forget(granularity: number, domain: number, address: number): void {
    if (granularity !== 3) {
      if (granularity === 1) this.translations.clear()
      else for (const key of this.translations.keys()) {
        if (Math.floor(key / PAGES_BITS) === domain) this.translations.delete(key)
      }
      return
    }
    const count = 2 ** (address % 64)
    const first = domain * PAGES_BITS + Math.floor(address / PAGE_BYTES)
    for (let page = first; page < first + count; page++) this.translations.delete(page)
  }

  private fail(reason: number, requester: number, address: number, isWrite: boolean): null {
    const place = `0x${address.toString(16)} of requester 0x${requester.toString(16)}`
    hardwareEvent(this.name, `${isWrite ? 'write' : 'read'} of ${place} refused, reason ${reason}`)
    if ((this.registers.get('FSTS_REG') & FaultStatus.pending) !== 0) {
      this.registers.set('FSTS_REG', this.registers.get('FSTS_REG') | FaultStatus.overflow)
      return null
    }
    this.registers.set64('FRCD_LOW', BigInt(address - (address % PAGE_BYTES)))
    const type = isWrite ? 0n : 1n << 62n
    this.registers.set64('FRCD_HIGH', (1n << 63n) | type | (BigInt(reason) << 32n) | BigInt(requester))
    this.registers.set('FSTS_REG', this.registers.get('FSTS_REG') | FaultStatus.pending)
    if ((this.registers.get('FECTL_REG') & INTERRUPT_MASK) === 0) {
      this.fabric.postWrite(this.registers.get('FEADDR_REG'), this.registers.get('FEDATA_REG'))
    }
    return null
  }

  private updatePending(): void {
    const high = this.registers.get64('FRCD_HIGH')
    const status = this.registers.get('FSTS_REG') & ~FaultStatus.pending
    this.registers.set('FSTS_REG', high >> 63n === 1n ? status | FaultStatus.pending : status)
  }
}
