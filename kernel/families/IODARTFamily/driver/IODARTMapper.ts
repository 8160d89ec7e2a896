import { kIOReturnSuccess, type IOReturn } from '../../../abi/index.ts'
import {
  DeviceAddressSpace, IOBufferMemoryDescriptor, IOMapper, kIODMAMapReadAccess, kIODMAMapWriteAccess,
  kIOMemoryHostPhysicallyContiguous, kIOMemoryMapperNone, type DMAMapAnswer, type DMAMapRequest, type
  IOService, type PageTableWriter,
} from '../../../iokit/index.ts'
import { OSData, defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { ml_phys_read_data, ml_phys_write_data } from '../../../mach/index.ts'
import { present, wait, type KernelThread } from '../../../sim/index.ts'
import { DART_PAGE_SHIFT, DART_TABLE_SHIFT, EntryBits } from '../registers.ts'
import { IODART, IODARTMapperNub } from './IODART.ts'

const PAGE_BYTES = 2 ** DART_PAGE_SHIFT
const TABLE_ENTRIES = 2 ** DART_TABLE_SHIFT
/** 32 bits of device addresses. */
const ADDRESS_RANGE = { base: PAGE_BYTES, end: 0xffff_ffff }
const TABLE_OPTIONS = 3 | kIOMemoryHostPhysicallyContiguous | kIOMemoryMapperNone

/**
 * The mapper of one stream of a DART. Until memory is mapped through it, the DART lets the stream pass
 * unchanged; from
 * then on what is not mapped is a fault.
 */
export class IODARTMapper extends IOMapper {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IODARTMapper', IODARTMapper, IOMapper)

  private dart: IODART | null = null
  private stream = 0
  private space: DeviceAddressSpace | null = null
  private readonly tables: IOBufferMemoryDescriptor[] = []

  /** Matching thread. */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(provider.getProperty('AAPL,phandle') instanceof OSData)) return false
    if (!(yield* wait(super.start(provider)))) return false
    this.registerService()
    return true
  }

  override getPageSize(): number {
    return PAGE_BYTES
  }

  override iovmMapMemory(request: DMAMapRequest): DMAMapAnswer {
    return this.addresses().map(request)
  }

  override iovmUnmapMemory(address: number, length: number): IOReturn {
    return this.space?.unmap(address, length) ?? kIOReturnSuccess
  }

  override iovmInsert(options: number, address: number, physicalAddress: number, length: number): IOReturn {
    return this.addresses().insert(options, address, physicalAddress, length)
  }

  override mapToPhysicalAddress(address: number): number {
    return this.space?.toPhysical(address) ?? address
  }

  override free(): void {
    for (const table of this.tables) table.release()
    this.tables.length = 0
    super.free()
  }

  /** Physical address of a zero-filled table; 0 without memory. */
  newTable(): number {
    const table = IOBufferMemoryDescriptor.withOptions(TABLE_OPTIONS, PAGE_BYTES, PAGE_BYTES)
    if (table === null) return 0
    this.tables.push(table)
    return table.getPhysicalSegment(0, kIOMemoryMapperNone).address
  }

  /** Makes the DART forget the stream's translations. */
  flush(): void {
    this.dart?.invalidateStream(this.stream)
  }

  protected override initHardware(provider: IOService): boolean {
    const dart = provider.getProvider()
    if (!(dart instanceof IODART) || !(provider instanceof IODARTMapperNub)) return false
    this.dart = dart
    this.stream = provider.stream()
    return true
  }

  /** The stream's device addresses; the first question turns translation on. */
  private addresses(): DeviceAddressSpace {
    if (this.space !== null) return this.space
    const top = this.newTable()
    this.space = new DeviceAddressSpace(PAGE_BYTES, ADDRESS_RANGE, new DartTables(this, top))
    present(this.dart, 'the mapper has started').translateStream(this.stream, top)
    return this.space
  }
}

/** The two levels of tables of a stream. */
class DartTables implements PageTableWriter {
  constructor(private readonly mapper: IODARTMapper, private readonly top: number) {}

  setPage(deviceAddress: number, physicalAddress: number, access: number): boolean {
    const slot = this.slotFor(deviceAddress, true)
    if (slot === 0) return false
    const noWrite = (access & kIODMAMapWriteAccess) === 0 ? EntryBits.noWrite : 0
    const noRead = (access & kIODMAMapReadAccess) === 0 ? EntryBits.noRead : 0
    ml_phys_write_data(slot, BigInt(physicalAddress) | BigInt(EntryBits.valid | noWrite | noRead), 8)
    return true
  }

  clearPage(deviceAddress: number): void {
    const slot = this.slotFor(deviceAddress, false)
    if (slot !== 0) ml_phys_write_data(slot, 0n, 8)
  }

  entered(): void {
    this.invalidate()
  }

  invalidate(): void {
    this.mapper.flush()
  }

  /** Place of a page's entry in the lower table; 0 where there is none. */
  private slotFor(deviceAddress: number, isMade: boolean): number {
    if (this.top === 0) return 0
    const page = Math.floor(deviceAddress / PAGE_BYTES)
    const slot = this.top + Math.floor(page / TABLE_ENTRIES) * 8
    const entry = ml_phys_read_data(slot, 8)
    let table = Number(entry & BigInt(EntryBits.addressMask))
    if (entry === 0n) {
      table = isMade ? this.mapper.newTable() : 0
      if (table === 0) return 0
      ml_phys_write_data(slot, BigInt(table) | BigInt(EntryBits.valid), 8)
    }
    return table + (page % TABLE_ENTRIES) * 8
  }
}
