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

/** CAP: 256 domains, four levels, 48 bits, page-selective invalidation, one fault record. */
const CAPABILITY = 2n | (1n << 10n) | (47n << 16n) | (BigInt(FAULT_RECORD / 16) << 24n)
  | (1n << 39n) | (9n << 48n)
/** ECAP: coherent, invalidation registers at IOTLB. */
const EXTENDED_CAPABILITY = 1n | (BigInt(IOTLB / 16) << 8n)

const GlobalCommand = { translate: 0x80000000, setRoot: 0x40000000 } as const
const INTERRUPT_MASK = 0x80000000
const FaultStatus = { overflow: 1, pending: 2 } as const

/** Why a request was refused (VT-d 3.2, table "Fault Reason Encodings for Legacy Mode"). */
export const VtdFault = { rootEntry: 1, contextEntry: 2, writeDenied: 5, readDenied: 6 } as const

type Name =
  | 'VER_REG' | 'CAP_REG' | 'ECAP_REG' | 'GCMD_REG' | 'GSTS_REG' | 'RTADDR_REG' | 'CCMD_REG' | 'FSTS_REG'
  | 'FECTL_REG' | 'FEDATA_REG' | 'FEADDR_REG' | 'FEUADDR_REG' | 'IVA_REG' | 'IOTLB_REG' | 'FRCD_LOW'
  | 'FRCD_HIGH'

/**
 * A DMA remapping unit of Intel's Virtualization Technology for Directed I/O: root and context tables by
 * requester,
 * four levels of second-level page tables, one fault record with a message. Nothing is cached: every request
 * walks.
 */
export class Vtd extends DeviceModel implements Iommu {
  readonly pageSizeBytes = PAGE_BYTES
  readonly registers: RegisterFile<Name>

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
      IVA_REG: { offset: IOTLB, width: 64 },
      IOTLB_REG: { offset: IOTLB + 8, width: 64, write: () => this.invalidated('IOTLB_REG') },
      FRCD_LOW: { offset: FAULT_RECORD, width: 64, access: 'ro' },
      FRCD_HIGH: { offset: FAULT_RECORD + 8, width: 64, access: 'w1c', write: () => this.updatePending() },
    })
  }

  /** Physical address of a request; null when it is refused (a record is made). */
  translate(requester: number, address: number, isWrite: boolean): number | null {
    if ((this.registers.get('GSTS_REG') & GlobalCommand.translate) === 0) return address
    const context = this.contextOf(requester)
    if (typeof context === 'number') return this.fail(context, requester, address, isWrite)
    let table = context.table
    for (let level = LEVELS - 1; level >= 0; level--) {
      const index = Math.floor(address / (PAGE_BYTES * 512 ** level)) % 512
      const entry = this.fabric.memory.read64(table + index * 8)
      if ((entry & (isWrite ? 2n : 1n)) === 0n) {
        return this.fail(isWrite ? VtdFault.writeDenied : VtdFault.readDenied, requester, address, isWrite)
      }
      table = Number(entry & 0xffffffffff000n)
    }
    return table + (address % PAGE_BYTES)
  }

  override registerGroups(): readonly RegisterGroup[] {
    return [{ title: 'DMA remapping', file: this.registers }]
  }

  override reset(phase: ResetPhase): void {
    if (phase === 'hold') this.registers.resetAll()
  }

  private contextOf(requester: number): { table: number } | number {
    const { memory } = this.fabric
    const root = memory.read64(this.registers.getAddress('RTADDR_REG') + (requester >>> 8) * 16)
    if ((root & 1n) === 0n) return VtdFault.rootEntry
    const context = memory.read64(Number(root & 0xffffffffff000n) + (requester & 0xff) * 16)
    return (context & 1n) === 0n ? VtdFault.contextEntry : { table: Number(context & 0xffffffffff000n) }
  }

  private command(value: number): void {
    const kept = this.registers.get('GSTS_REG') & GlobalCommand.setRoot
    this.registers.set('GSTS_REG', (value | kept) >>> 0)
  }

  /** An invalidation is done as soon as it is asked for. */
  private invalidated(name: 'CCMD_REG' | 'IOTLB_REG'): void {
    const value = this.registers.snapshot().find((row) => row.name === name)?.value ?? 0n
    this.registers.set64(name, value & ((1n << 63n) - 1n))
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
    const high = this.registers.snapshot().find((row) => row.name === 'FRCD_HIGH')?.value ?? 0n
    const status = this.registers.get('FSTS_REG') & ~FaultStatus.pending
    this.registers.set('FSTS_REG', high >> 63n === 1n ? status | FaultStatus.pending : status)
  }
}
