import { kIOReturnSuccess, type IOReturn } from '../../../abi/index.ts'
import {
  gIODTPlane, IODeviceMemory, IODTCompareNubName, IOService, type FamilyMatcher, type NameMatch,
  type IOInterruptHandler, type IOMemoryMap,
} from '../../../iokit/index.ts'
import {
  defineMetaClass, OSArray, OSDynamicCast, type OSMetaClass, type OSObject, type OSString,
} from '../../../libkern/index.ts'
import { isKernelThread, present, type Blocking, type KernelThread } from '../../../sim/index.ts'
import * as registers from '../registers.ts'
import type { ConfigEntry } from './ConfigEntry.ts'
import type { IOPCIBridge } from './IOPCIBridge.ts'
import type { MessagedInterrupts } from './MessagedInterrupts.ts'
import { pciMatcher, type PCIMatchable } from './pciMatching.ts'

const SAVED_REGISTERS = 16

/** Place of a function. */
export interface IOPCIAddressSpace {
  readonly bus: number
  readonly device: number
  readonly function: number
}

/** A PCI function: its configuration space, registers in memory, and interrupts. A nub. */
export class IOPCIDevice extends IOService implements PCIMatchable {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOPCIDevice', IOPCIDevice, IOService)

  private bridge: IOPCIBridge | null = null
  private entry: ConfigEntry | null = null
  private readonly savedConfig = new Uint32Array(SAVED_REGISTERS)
  private messaged: MessagedInterrupts | null = null

  /** Called by the bridge before it publishes the nub. */
  connect(bridge: IOPCIBridge, entry: ConfigEntry): void {
    this.bridge = bridge
    this.entry = entry
    for (let i = 0; i < SAVED_REGISTERS; i++) this.savedConfig[i] = this.configRead32(i * 4)
    this.savedConfig[registers.kIOPCIConfigVendorID >> 2] = entry.ids.vendorProduct
  }

  getConfigEntry(): ConfigEntry {
    return present(this.entry, 'a published PCI nub has its place')
  }

  get space(): IOPCIAddressSpace {
    const { bus, device, function: fn } = this.getConfigEntry()
    return { bus, device, function: fn }
  }

  getBusNumber(): number {
    return this.space.bus
  }

  getDeviceNumber(): number {
    return this.space.device
  }

  getFunctionNumber(): number {
    return this.space.function
  }

  get addsMatchScore(): boolean {
    return this.bridge !== null && !this.bridge.hasACPI
  }

  /** A register as it was when the nub was published: what matching compares. */
  savedConfigRead32(offset: number): number {
    return this.savedConfig[offset >> 2]!
  }

  override getFamilyMatcher(): FamilyMatcher {
    return pciMatcher
  }

  /**
   * Names are those of the device tree properties.
   * @xnu IOPCIFamily/IOPCIDevice.cpp compareName — faithful
   */
  override compareName(name: OSString, matched: NameMatch | null = null): boolean {
    return IODTCompareNubName(this, name, matched)
  }

  /** @xnu IOPCIFamily/IOPCIDevice.cpp getResources — simplified: the function is always powered */
  override getResources(): IOReturn {
    return present(this.bridge, 'a published PCI nub has a bridge').getNubResources(this)
  }

  override matchLocation(_client: IOService): IOService {
    return this
  }

  // Configuration space: any context

  configRead8(offset: number): number {
    const { host, bus, devfn } = this.access()
    return host.read8(bus, devfn, offset)
  }

  configRead16(offset: number): number {
    const { host, bus, devfn } = this.access()
    return host.read16(bus, devfn, offset)
  }

  configRead32(offset: number): number {
    const { host, bus, devfn } = this.access()
    return host.read32(bus, devfn, offset)
  }

  configWrite8(offset: number, value: number): void {
    const { host, bus, devfn } = this.access()
    host.write8(bus, devfn, offset, value)
  }

  configWrite16(offset: number, value: number): void {
    const { host, bus, devfn } = this.access()
    host.write16(bus, devfn, offset, value)
  }

  configWrite32(offset: number, value: number): void {
    const { host, bus, devfn } = this.access()
    host.write32(bus, devfn, offset, value)
  }

  /**
   * Changes bits of a register; their former value.
   * @xnu IOPCIFamily/IOPCIDevice.cpp setConfigBits — faithful
   */
  setConfigBits(offset: number, mask: number, value: number): number {
    const bits = this.configRead32(offset)
    this.configWrite32(offset, ((bits & ~mask) | (value & mask)) >>> 0)
    return (bits & mask) >>> 0
  }

  /** Whether bus mastering was on before. */
  setBusLeadEnable(enable: boolean): boolean {
    return this.setCommandBit(registers.kIOPCICommandBusLead, enable)
  }

  setBusMasterEnable(enable: boolean): boolean {
    return this.setBusLeadEnable(enable)
  }

  setMemoryEnable(enable: boolean): boolean {
    return this.setCommandBit(registers.kIOPCICommandMemorySpace, enable)
  }

  setIOEnable(enable: boolean): boolean {
    return this.setCommandBit(registers.kIOPCICommandIOSpace, enable)
  }

  /** Offset of a capability, or 0. @xnu IOPCIFamily/IOPCIBridge.cpp findPCICapability — faithful */
  findPCICapability(capabilityID: number): number {
    if ((this.configRead16(registers.kIOPCIConfigStatus) & registers.kIOPCIStatusCapabilities) === 0) return 0
    let offset = this.configRead8(registers.kIOPCIConfigCapabilitiesPtr) & 0xfc
    for (let guard = 0; offset !== 0 && guard < 48; guard++) {
      if (this.configRead8(offset) === capabilityID) return offset
      offset = this.configRead8(offset + 1) & 0xfc
    }
    return 0
  }

  // Registers in memory

  /** The range of a base address register (`kIOPCIConfigBaseAddress0` …), or null. Not retained. */
  getDeviceMemoryWithRegister(register: number): IODeviceMemory | null {
    const array = OSDynamicCast(OSArray, this.getProperty('IODeviceMemory'))
    for (const range of array?.values() ?? []) {
      if (range instanceof IODeviceMemory && (range.getTag() & 0xff) === register) return range
    }
    return null
  }

  /** Maps the range of a base address register; one reference to the caller. */
  mapDeviceMemoryWithRegister(register: number, options = 0): IOMemoryMap | null {
    return this.getDeviceMemoryWithRegister(register)?.map(options) ?? null
  }

  // Interrupts

  /** Called by the bridge: the vectors that this function's messages got. */
  setMessagedInterrupts(messaged: MessagedInterrupts): void {
    this.messaged = messaged
  }

  /**
   * The first handler of a message turns messages on.
   * @xnu IOPCIMessagedInterruptController.cpp registerInterrupt — faithful
   */
  override registerInterrupt(
    source: number, target: OSObject, handler: IOInterruptHandler,
  ): Blocking<IOReturn> {
    const result = super.registerInterrupt(source, target, handler)
    return isKernelThread(result) ? this.registerLater(result, source) : this.didRegister(result, source)
  }

  override unregisterInterrupt(source: number): IOReturn {
    const result = super.unregisterInterrupt(source)
    if (result === kIOReturnSuccess) this.messaged?.unregistered(this, source)
    return result
  }

  override enableInterrupt(source: number): IOReturn {
    const result = super.enableInterrupt(source)
    if (result === kIOReturnSuccess) this.messaged?.enabled(source)
    return result
  }

  /**
   * The function is gone: its entry leaves the device tree too.
   * @xnu IOPCIFamily/IOPCIDevice.cpp detach — faithful
   */
  override detach(provider: IOService): void {
    super.detach(provider)
    this.detachAbove(gIODTPlane)
  }

  override free(): void {
    this.messaged?.free()
    super.free()
  }

  private *registerLater(registering: KernelThread<IOReturn>, source: number): KernelThread<IOReturn> {
    return this.didRegister(yield* registering, source)
  }

  private didRegister(result: IOReturn, source: number): IOReturn {
    if (result === kIOReturnSuccess) this.messaged?.registered(this, source)
    return result
  }

  private setCommandBit(bit: number, enable: boolean): boolean {
    const command = this.configRead16(registers.kIOPCIConfigCommand)
    this.configWrite16(registers.kIOPCIConfigCommand, enable ? command | bit : command & ~bit)
    return (command & bit) !== 0
  }

  private access(): { host: ReturnType<IOPCIBridge['getConfigAccess']>; bus: number; devfn: number } {
    const { bus, devfn } = this.getConfigEntry()
    return { host: present(this.bridge, 'a connected PCI nub').getConfigAccess(), bus, devfn }
  }
}
