import { kIOReturnSuccess, type IOReturn } from '../../../abi/index.ts'
import {
  DeviceAddressSpace, IOBufferMemoryDescriptor, IOMapper, kIODMAMapReadAccess, kIODMAMapWriteAccess,
  kIOMemoryHostPhysicallyContiguous, kIOMemoryMapperNone, type DMAMapAnswer, type DMAMapRequest, type
  IOMemoryMap, type IOService, type PageTableWriter,
} from '../../../iokit/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { IOLog, ml_phys_read_data, ml_phys_write_data, panic } from '../../../mach/index.ts'
import { present } from '../../../sim/index.ts'

const PAGE_BYTES = 4096
const LEVELS = 4
/** Device addresses: 32 bits, as the kernel's largest space; the interrupt window is left out. */
const ADDRESS_RANGE = { base: PAGE_BYTES, end: 0xfedf_ffff }
const TABLE_OPTIONS = 3 | kIOMemoryHostPhysicallyContiguous | kIOMemoryMapperNone
const PRESENT = 1n
const WIDTH_48_BITS = 2n
const DOMAIN = 1n << 8n

/** Registers of a remapping unit (VT-d 3.2, chapter 11). */
const VtdRegister = {
  capability: 0x08, extendedCapability: 0x10, globalCommand: 0x18, rootTable: 0x20, contextCommand: 0x28,
  faultStatus: 0x34, faultControl: 0x38, faultData: 0x3c, faultAddress: 0x40, faultUpperAddress: 0x44,
} as const
const SET_ROOT = 0x40000000
const TRANSLATE = 0x80000000
const INVALIDATE_ALL = (1n << 63n) | (1n << 61n)
const FLUSH_ALL = (1n << 63n) | (1n << 60n)

/** Where faults are told: the message that the unit is to write, and whether the machine stops. */
export interface VtdFaultReport {
  readonly address: number
  readonly data: number
  /** kIOPCIConfiguratorPanicOnFault; off unless a boot argument sets it. */
  readonly panicOnFault: boolean
}

/**
 * The system mapper of Intel machines: one address space for every device, four levels of page tables.
 * @xnu IOPCIFamily AppleVTD.cpp AppleVTD — simplified: register invalidation, no queue; no interrupt
 * remapping, no
 * per-device spaces
 */
export class AppleVTD extends IOMapper {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AppleVTD', AppleVTD, IOMapper)

  private registers: IOMemoryMap | null = null
  private space: DeviceAddressSpace | null = null
  private readonly tables: IOBufferMemoryDescriptor[] = []
  private invalidateOffset = 0
  private faultOffset = 0
  private panicOnFault = false

  /**
   * Lets faults come as messages. Thread context.
   * @xnu IOPCIFamily AppleVTD.cpp unit_interrupts_enable — faithful
   */
  installInterrupts(report: VtdFaultReport): void {
    this.panicOnFault = report.panicOnFault
    this.unit.write32(VtdRegister.faultData, report.data)
    this.unit.write32(VtdRegister.faultAddress, report.address)
    this.unit.write32(VtdRegister.faultUpperAddress, 0)
    this.unit.write32(VtdRegister.faultControl, 0)
  }

  /**
   * Tells and clears the noted fault. Work-loop context.
   * @xnu IOPCIFamily AppleVTD.cpp unit_faults — faithful
   */
  handleFault(): void {
    const pending = this.unit.read32(VtdRegister.faultStatus)
    const low = this.unit.read64(this.faultOffset)
    const high = this.unit.read64(this.faultOffset + 8)
    this.unit.write64(this.faultOffset + 8, high)
    this.unit.write32(VtdRegister.faultStatus, pending)
    if (high >> 63n === 0n) return
    const place = `${(high >> 8n) & 255n}:${(high >> 3n) & 31n}:${high & 7n}`
    const kind = ((high >> 62n) & 1n) === 1n ? 'R' : 'W'
    const reason = ((high >> 32n) & 255n).toString(16)
    const text = `vtd[0] fault: device ${place} reason 0x${reason} ${kind}:0x${low.toString(16)}`
    IOLog(`${text}\n`)
    if (this.panicOnFault) panic(text)
  }

  override getPageSize(): number {
    return PAGE_BYTES
  }

  override iovmMapMemory(request: DMAMapRequest): DMAMapAnswer {
    return present(this.space, 'the mapper has started').map(request)
  }

  override iovmUnmapMemory(address: number, length: number): IOReturn {
    return this.space?.unmap(address, length) ?? kIOReturnSuccess
  }

  override iovmInsert(options: number, address: number, physicalAddress: number, length: number): IOReturn {
    return present(this.space, 'the mapper has started').insert(options, address, physicalAddress, length)
  }

  override mapToPhysicalAddress(address: number): number {
    return this.space?.toPhysical(address) ?? 0
  }

  override free(): void {
    for (const table of this.tables) table.release()
    this.tables.length = 0
    super.free()
  }

  /** @xnu IOPCIFamily AppleVTD.cpp initHardware — simplified: the unit is the provider's first range */
  protected override initHardware(provider: IOService): boolean {
    this.registers = provider.mapDeviceMemoryWithIndex(0)
    if (this.registers === null) return false
    const capability = this.unit.read64(VtdRegister.capability)
    if (((capability >> 10n) & 1n) === 0n) return false
    this.faultOffset = Number((capability >> 24n) & 0x3ffn) * 16
    this.invalidateOffset = Number((this.unit.read64(VtdRegister.extendedCapability) >> 8n) & 0x3ffn) * 16
    const top = this.newTable()
    const root = this.newTable()
    if (top === null || root === null || !this.fillContexts(root, top)) return false
    this.space = new DeviceAddressSpace(PAGE_BYTES, ADDRESS_RANGE, new VtdTables(this, top))
    this.enable(root)
    this.fIsSystem = true
    return true
  }

  /** Physical address of a zero-filled table; null without memory. */
  newTable(): number | null {
    const table = IOBufferMemoryDescriptor.withOptions(TABLE_OPTIONS, PAGE_BYTES, PAGE_BYTES)
    if (table === null) return null
    this.tables.push(table)
    return table.getPhysicalSegment(0, kIOMemoryMapperNone).address
  }

  /** Makes the unit forget translations. */
  flush(): void {
    this.unit.write64(this.invalidateOffset + 8, FLUSH_ALL)
  }

  private get unit(): IOMemoryMap {
    return present(this.registers, 'the unit is mapped')
  }

  /** Every requester of every bus has the one space. */
  private fillContexts(root: number, top: number): boolean {
    const contexts = this.newTable()
    if (contexts === null) return false
    for (let index = 0; index < 256; index++) {
      ml_phys_write_data(contexts + index * 16, BigInt(top) | PRESENT, 8)
      ml_phys_write_data(contexts + index * 16 + 8, WIDTH_48_BITS | DOMAIN, 8)
      ml_phys_write_data(root + index * 16, BigInt(contexts) | PRESENT, 8)
    }
    return true
  }

  private enable(root: number): void {
    this.unit.write32(VtdRegister.globalCommand, 0)
    this.unit.write64(VtdRegister.rootTable, BigInt(root))
    this.unit.write32(VtdRegister.globalCommand, SET_ROOT)
    this.unit.write64(VtdRegister.contextCommand, INVALIDATE_ALL)
    this.flush()
    this.unit.write32(VtdRegister.globalCommand, TRANSLATE)
  }
}

/** The four levels below one top table. */
class VtdTables implements PageTableWriter {
  constructor(private readonly unit: AppleVTD, private readonly top: number) {}

  setPage(deviceAddress: number, physicalAddress: number, access: number): boolean {
    const slot = this.slotFor(deviceAddress, true)
    if (slot === 0) return false
    const read = (access & kIODMAMapReadAccess) !== 0 ? 1n : 0n
    const write = (access & kIODMAMapWriteAccess) !== 0 ? 2n : 0n
    ml_phys_write_data(slot, BigInt(physicalAddress) | read | write, 8)
    return true
  }

  clearPage(deviceAddress: number): void {
    const slot = this.slotFor(deviceAddress, false)
    if (slot !== 0) ml_phys_write_data(slot, 0n, 8)
  }

  invalidate(): void {
    this.unit.flush()
  }

  /** Place of a page's entry in the lowest table; 0 where there is none. */
  private slotFor(deviceAddress: number, isMade: boolean): number {
    let table = this.top
    for (let level = LEVELS - 1; ; level--) {
      const slot = table + (Math.floor(deviceAddress / (PAGE_BYTES * 512 ** level)) % 512) * 8
      if (level === 0) return slot
      const entry = ml_phys_read_data(slot, 8)
      if (entry !== 0n) {
        table = Number(entry & 0xffffffffff000n)
        continue
      }
      const made = isMade ? this.unit.newTable() : null
      if (made === null) return 0
      ml_phys_write_data(slot, BigInt(made) | 3n, 8)
      table = made
    }
  }
}
