import { kIOReturnSuccess, type IOReturn } from '../../../abi/index.ts'
import {
  DeviceAddressSpace, gIOInterruptControllersKey, gIOInterruptSpecifiersKey,
  IOBufferMemoryDescriptor, IOInterruptEventSource, IOMapper, IOWorkLoop, kIODMAMapReadAccess,
  kIODMAMapWriteAccess, kIOMemoryHostPhysicallyContiguous, kIOMemoryMapperNone, kIOPlatformMapperPresentKey,
  type DMAMapAnswer, type DMAMapRequest, type IOInterruptEventAction, type IOPCIMessagedInterruptController,
  type IOService,
} from '../../../iokit/index.ts'
import { defineMetaClass, OSSymbol, toOSObject, type OSMetaClass } from '../../../libkern/index.ts'
import { IOLog, kprintf, ml_phys_write_data, panic } from '../../../mach/index.ts'
import { atOnce, present, wait, type KernelThread } from '../../../sim/index.ts'
import * as registers from '../registers.ts'
import { readDmar, type DmarTable } from './dmar.ts'
import type { IOPCIDevice } from './IOPCIDevice.ts'
import {
  kIOPCIConfiguratorIGIsMapped, kIOPCIConfiguratorPanicOnFault, pciFlags,
} from './pciFlags.ts'
import { VTD_PAGE_BYTES, VtdTables } from './VtdTables.ts'
import { VtdUnit } from './VtdUnit.ts'

/** Device addresses: 32 bits, as the kernel's largest space; the interrupt window is left out. */
const ADDRESS_RANGE = { base: VTD_PAGE_BYTES, end: 0xfedf_ffff }
const TABLE_OPTIONS = 3 | kIOMemoryHostPhysicallyContiguous | kIOMemoryMapperNone
const QUEUE_BYTES = 2 * VTD_PAGE_BYTES
const PRESENT = 1n
const WIDTH_48_BITS = 2n
const DOMAIN = 1
const PLATFORM_ACTION = 2147482647
const ACCESS = kIODMAMapReadAccess | kIODMAMapWriteAccess
const INTEL = 0x8086
const GRAPHICS_CLASS = 0x03

/**
 * The system mapper of Intel machines: one address space for every device of every remapping unit, four
 * levels of page tables.
 * @xnu IOPCIFamily AppleVTD.cpp AppleVTD — simplified: no interrupt remapping, no spaces of single devices,
 * no property `stats`; device addresses have 32 bits
 */
export class AppleVTD extends IOMapper {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AppleVTD', AppleVTD, IOMapper)

  private table: DmarTable = { units: [], reserved: [] }
  private controller: IOPCIMessagedInterruptController | null = null
  private workLoop: IOWorkLoop | null = null
  private readonly units: VtdUnit[] = []
  private space: DeviceAddressSpace | null = null
  private readonly memory: IOBufferMemoryDescriptor[] = []
  private readonly sources: IOInterruptEventSource[] = []
  private firstVector: number | null = null
  private isDisabled = false

  /**
   * Starts the mapper on the platform, where firmware left a DMAR table; else nobody waits for a mapper.
   * Matching thread. @xnu IOPCIFamily AppleVTD.cpp install — faithful
   */
  static *install(
    provider: IOService, dmar: Uint8Array | null, controller: IOPCIMessagedInterruptController,
  ): KernelThread {
    let isMapping = false
    if (dmar !== null) {
      const mapper = new AppleVTD()
      if (mapper.initWithTable(dmar, controller) && mapper.attach(provider)) {
        const isStarted = yield* wait(mapper.start(provider))
        if (!isStarted) mapper.detach(provider)
        isMapping = isStarted && !mapper.isDisabled
      }
      mapper.release()
    }
    if (isMapping) return
    provider.removeProperty(kIOPlatformMapperPresentKey)
    IOMapper.setMapperRequired(false)
  }

  /**
   * Lets faults and completions come as messages. Called when the first host bridge is there.
   * @xnu IOPCIFamily AppleVTD.cpp installInterrupts — faithful
   */
  static installInterrupts(): void {
    const vtd = IOMapper.gSystem
    if (vtd instanceof AppleVTD) vtd.enableMessages()
  }

  /**
   * Which mapper a function's driver is to use: the system's, and none for the processor's own graphics.
   * @xnu IOPCIFamily AppleVTD.cpp adjustDevice — simplified: never a space of its own
   */
  static adjustDevice(device: IOPCIDevice): void {
    if (!(IOMapper.gSystem instanceof AppleVTD) || device.getDeviceMemoryCount() === 0) return
    if (device.getProperty('iommu-selection') !== null) return
    const isGraphics = device.savedConfigRead32(registers.kIOPCIConfigRevisionID) >>> 24 === GRAPHICS_CLASS
    const vendor = device.savedConfigRead32(registers.kIOPCIConfigVendorID) & 0xffff
    const isMapped = (pciFlags() & kIOPCIConfiguratorIGIsMapped) !== 0
    if (isGraphics && vendor === INTEL && device.getBusNumber() === 0 && !isMapped) {
      device.setProperty('IOMemoryDescriptorOptions', kIOMemoryMapperNone, 32)
    }
    setProperty(device, 'iommu-selection', new Uint8Array(4))
  }

  /**
   * Second stage of construction. False where the table names no unit that can be used.
   * @xnu IOPCIFamily AppleVTD.cpp init — faithful
   */
  initWithTable(dmar: Uint8Array, controller: IOPCIMessagedInterruptController): boolean {
    if (!super.init()) return false
    this.table = readDmar(dmar)
    this.controller = controller
    this.workLoop = IOWorkLoop.workLoop()
    for (const description of this.table.units) {
      const unit = VtdUnit.create(description)
      if (unit !== null) this.units.push(unit)
    }
    return this.units.length > 0
  }

  override getPageSize(): number {
    return VTD_PAGE_BYTES
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
    for (const source of this.sources) source.release()
    for (const unit of this.units) unit.free()
    for (const piece of this.memory) piece.release()
    this.memory.length = 0
    this.workLoop?.release()
    super.free()
  }

  /** @xnu IOPCIFamily AppleVTD.cpp initHardware — simplified: one context table, no interrupt remapping */
  protected override initHardware(provider: IOService): boolean {
    this.isDisabled = provider.getProperty(kIOPlatformMapperPresentKey) === null
    this.fIsSystem = !this.isDisabled
    const top = this.newTable()
    const root = this.newTable()
    if (top === null || root === null || !this.fillContexts(root, top)) return false
    this.space = new DeviceAddressSpace(VTD_PAGE_BYTES, ADDRESS_RANGE, new VtdTables(this, top))
    this.reserveRanges(this.space)
    this.listen()
    for (const unit of this.units) {
      if (!this.enableUnit(unit, root)) return false
      if (this.isDisabled) unit.quiesce()
    }
    for (const source of this.sources) source.enable()
    this.setProperty('IOPlatformQuiesceAction', PLATFORM_ACTION, 64)
    this.setProperty('IOPlatformActiveAction', PLATFORM_ACTION, 64)
    if (!this.isDisabled) this.registerService()
    return true
  }

  /** Physical address of a zero-filled page; null without memory. */
  newTable(): number | null {
    return this.newMemory(VTD_PAGE_BYTES)
  }

  /** Makes every unit forget pages. */
  invalidatePages(firstPage: number, count: number): void {
    for (const unit of this.units) {
      if (this.translates(unit)) unit.invalidatePages(DOMAIN, firstPage, count)
    }
  }

  private newMemory(bytes: number): number | null {
    const piece = IOBufferMemoryDescriptor.withOptions(TABLE_OPTIONS, bytes, VTD_PAGE_BYTES)
    if (piece === null) return null
    this.memory.push(piece)
    return piece.getPhysicalSegment(0, kIOMemoryMapperNone).address
  }

  private enableUnit(unit: VtdUnit, root: number): boolean {
    if (!this.translates(unit)) return true
    const [queue, stamp] = [this.newMemory(QUEUE_BYTES), this.newTable()]
    if (queue === null || stamp === null) return false
    unit.enable(root, { queue, stamp })
    return true
  }

  /** The unit of the processor's own graphics lets everything pass, unless the boot arguments say so. */
  private translates({ description }: VtdUnit): boolean {
    return !description.isGraphics || (pciFlags() & kIOPCIConfiguratorIGIsMapped) !== 0
  }

  /**
   * Memory that firmware promised to devices is mapped to itself.
   * @xnu IOPCIFamily AppleVTD.cpp reserveRanges — faithful
   */
  private reserveRanges(space: DeviceAddressSpace): void {
    for (const { base, end } of this.table.reserved) {
      const length = Math.floor((end + 1 - base) / VTD_PAGE_BYTES) * VTD_PAGE_BYTES
      if (length > 0) space.reserve(base, length, ACCESS)
    }
  }

  /** Every requester of every bus has the one space. */
  private fillContexts(root: number, top: number): boolean {
    const contexts = this.newTable()
    if (contexts === null) return false
    for (let index = 0; index < 256; index++) {
      ml_phys_write_data(contexts + index * 16, BigInt(top) | PRESENT, 8)
      ml_phys_write_data(contexts + index * 16 + 8, WIDTH_48_BITS | (BigInt(DOMAIN) << 8n), 8)
      ml_phys_write_data(root + index * 16, BigInt(contexts) | PRESENT, 8)
    }
    return true
  }

  /** Two messages: done invalidations, and faults. */
  private listen(): void {
    const { controller, workLoop } = this
    const first = controller?.allocateVectors(2) ?? null
    if (controller === null || workLoop === null || first === null) return
    const name = OSSymbol.withCString(controller.controllerName())
    setProperty(this, gIOInterruptControllersKey, [name, name])
    setProperty(this, gIOInterruptSpecifiersKey, [first, first + 1].map((vector) =>
      Uint8Array.of(vector & 0xff, vector >>> 8, 0, 0, 0, 0, 1, 0)))
    name.release()
    const actions: IOInterruptEventAction[] = [() => this.handleInterrupt(), () => this.handleFault()]
    for (const [index, action] of actions.entries()) {
      const source = atOnce(IOInterruptEventSource.interruptEventSource(this, action, this, index))
      if (source === null) return
      workLoop.addEventSource(source)
      this.sources.push(source)
    }
    this.firstVector = first
  }

  private enableMessages(): void {
    if (this.firstVector === null || this.controller === null) return
    const { address, data } = this.controller.messageFor(this.firstVector)
    for (const unit of this.units) unit.interruptsEnable(address, data)
  }

  /** Work-loop context. */
  private handleInterrupt(): void {
    for (const unit of this.units) unit.acknowledgeCompletion()
  }

  /**
   * Tells and clears the noted faults. Work-loop context.
   * @xnu IOPCIFamily AppleVTD.cpp handleFault — faithful
   */
  private handleFault(): void {
    for (const unit of this.units) unit.takeFaults(tellFault)
  }
}

function tellFault(text: string): void {
  IOLog(`${text}\n`)
  kprintf(`${text}\n`)
  if ((pciFlags() & kIOPCIConfiguratorPanicOnFault) !== 0) panic(text)
}

function setProperty(service: IOService, key: string, value: Parameters<typeof toOSObject>[0]): void {
  const object = toOSObject(value)
  service.setProperty(key, object)
  object.release()
}
