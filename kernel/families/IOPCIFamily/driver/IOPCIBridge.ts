import { kIOReturnSuccess, type IOReturn } from '../../../abi/index.ts'
import {
  gIODTPlane, gIOServicePlane, IODeviceMemory, IOPCIMessagedInterruptController,
  IOService, knownInterruptController,
  type IOMemoryMap, type IORegistryEntry,
} from '../../../iokit/index.ts'
import {
  defineMetaClass, OSArray, OSData, OSDynamicCast, OSSymbol, toOSObject, type OSMetaClass,
} from '../../../libkern/index.ts'
import { present, wait, type Blocking, type KernelThread } from '../../../sim/index.ts'
import * as registers from '../registers.ts'
import { EcamAccess, type ConfigAccess } from './ConfigAccess.ts'
import { AppleVTD } from './AppleVTD.ts'
import type { ConfigEntry } from './ConfigEntry.ts'
import { IOPCIConfigurator, type HostWindow } from './IOPCIConfigurator.ts'
import { IOPCIDevice } from './IOPCIDevice.ts'
import { messageCapability, MessagedInterrupts, type MessageCapability } from './MessagedInterrupts.ts'
import { barCell, cells, constructProperties } from './pciProperties.ts'

/** What a host bridge driver knows of its hardware: from firmware tables or the device tree. */
export interface IOPCIHostDescription {
  /** Configuration space (ECAM) of the buses `busStart` to `busEnd`. */
  readonly configMap: IOMemoryMap
  readonly busStart: number
  readonly busEnd: number
  readonly windows: readonly HostWindow[]
}

/** A wired interrupt of a function: controller name and specifier. */
export interface LegacyInterrupt {
  readonly controller: string
  readonly specifier: Uint8Array
}

/** State shared by all bridges below one host bridge. */
export interface IOPCIHostBridgeData {
  readonly owner: IOPCIBridge
  readonly config: ConfigAccess
  readonly configurator: IOPCIConfigurator
  readonly busStart: number
  readonly busEnd: number
}

/** A bridge to a PCI bus: finds the functions on it and publishes their nubs. */
export abstract class IOPCIBridge extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOPCIBridge', IOPCIBridge, IOService, { abstract: true })

  protected hostData: IOPCIHostBridgeData | null = null

  /**
   * The platform has ACPI: no extra score for `IOPCIMatch`. Host bridges of device-tree platforms say false.
   */
  get hasACPI(): boolean {
    return this.hostData === null || this.hostData.owner === this || this.hostData.owner.hasACPI
  }

  /** The controller that gives out message vectors, by the name it is registered under. */
  get messagedInterruptControllerName(): string {
    return 'IOPCIMessagedInterruptController'
  }

  /** @xnu IOPCIFamily/IOPCIBridge.cpp start — simplified: no power management */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    if (!(yield* wait(this.configure(provider)))) return false
    this.probeBus(provider)
    this.registerService()
    return true
  }

  /** Makes this bridge able to reach configuration space. Host bridges call `configureHost`. */
  protected abstract configure(provider: IOService): Blocking<boolean>

  /** Functions on the bus below this bridge. */
  protected abstract busEntries(): readonly ConfigEntry[]

  firstBusNum(): number {
    return present(this.hostData, 'a configured bridge').busStart
  }

  lastBusNum(): number {
    return present(this.hostData, 'a configured bridge').busEnd
  }

  getHostData(): IOPCIHostBridgeData {
    return present(this.hostData, 'a configured bridge')
  }

  getConfigAccess(): ConfigAccess {
    return this.getHostData().config
  }

  /** For host bridges: numbers the buses below and assigns every address. */
  protected configureHost(description: IOPCIHostDescription): void {
    const { configMap, busStart, busEnd, windows } = description
    const config = new EcamAccess(configMap, busStart, busEnd)
    const configurator = new IOPCIConfigurator(config, busStart, busEnd, windows)
    configurator.configure()
    this.hostData = { owner: this, config, configurator, busStart, busEnd }
  }

  /**
   * Firmware's entry for a function below `parent`, or null: by default the device-tree child whose `reg`
   * names it.
   * Asked of the host bridge.
   */
  findFirmwareEntry(parent: IORegistryEntry, entry: ConfigEntry): IORegistryEntry | null {
    for (const child of parent.children(gIODTPlane)) {
      const reg = OSDynamicCast(OSData, child.getProperty('reg'))?.bytes()
      if (reg !== undefined && reg.length >= 4 && reg[1] === entry.devfn) return child
    }
    return null
  }

  /** Wired interrupt of a function, where firmware routes it. Asked of the host bridge. */
  legacyInterrupt(_nub: IOPCIDevice): LegacyInterrupt | null {
    return null
  }

  /**
   * Last touch to a nub before it is attached: platforms add what firmware says. Asked of the host bridge.
   */
  decorateNub(_nub: IOPCIDevice, _firmware: IORegistryEntry | null): void {}

  /** Makes the nub of a function; a subclass may make one of its own class. */
  protected createNub(): IOPCIDevice {
    return new IOPCIDevice()
  }

  /** @xnu IOPCIFamily/IOPCIBridge.cpp probeBus — simplified: all nubs at once */
  probeBus(provider: IOService): void {
    const entries = this.busEntries()
    let index = 0
    for (const entry of entries) {
      index++
      if (this.nubFor(entry) === null) this.publishEntry(provider, entry, index)
    }
  }

  /** Nub of a function that is published already. */
  private nubFor(entry: ConfigEntry): IOPCIDevice | null {
    for (const child of this.children(gIOServicePlane)) {
      if (child instanceof IOPCIDevice && child.getConfigEntry().devfn === entry.devfn) return child
    }
    return null
  }

  private publishEntry(provider: IOService, entry: ConfigEntry, index: number): void {
    const { owner, config } = this.getHostData()
    const firmware = owner.findFirmwareEntry(provider, entry)
    const properties = constructProperties(config, entry, firmware?.getName() ?? null)
    const nub = this.createNub()
    if (firmware === null) {
      nub.init(properties)
      if (provider.inPlane(gIODTPlane)) nub.attachToParent(provider, gIODTPlane)
    } else {
      nub.initWithEntry(firmware, gIODTPlane)
      mergeProperties(nub, properties)
    }
    properties.release()
    nub.connect(this, entry)
    this.publishNub(nub, index)
    owner.decorateNub(nub, firmware)
    if (nub.attach(this)) {
      this.checkProperties(nub)
      nub.registerService()
    }
    nub.release()
  }

  /**
   * Location and standing properties.
   * @xnu IOPCIFamily/IOPCIBridge.cpp publishNub — simplified: no tunnels
   */
  protected publishNub(nub: IOPCIDevice, _index: number): void {
    const { device, function: fn } = nub.space
    const hex = (value: number): string => value.toString(16).toUpperCase()
    nub.setLocation(fn === 0 ? hex(device) : `${hex(device)},${hex(fn)}`)
    const entitlements = ['com.apple.developer.driverkit.transport.pci']
    if (nub.getConfigEntry().ids.isBridge) entitlements.push(
      'com.apple.developer.driverkit.transport.pci.bridge',
    )
    setObject(nub, 'IOServiceDEXTEntitlements', [entitlements])
  }

  /** What the PCI Express capability says. @xnu IOPCIFamily/IOPCIBridge.cpp checkProperties — faithful */
  private checkProperties(nub: IOPCIDevice): void {
    const offset = nub.findPCICapability(registers.kIOPCIPCIExpressCapability)
    if (offset === 0) return
    const capabilities = nub.configRead16(offset + registers.kPCIExpressCapabilities)
    const number = (key: string, value: number): void => setObject(nub, key, { number: value, bits: 32 })
    number('IOPCIExpressCapabilities', capabilities)
    number('IOPCIExpressLinkStatus', nub.configRead16(offset + registers.kPCIExpressLinkStatus))
    number('IOPCIExpressLinkCapabilities', nub.configRead32(offset + registers.kPCIExpressLinkCapabilities))
    if ((capabilities & 0x100) === 0) return
    number('IOPCIExpressSlotStatus', nub.configRead16(offset + registers.kPCIExpressSlotStatus))
    number('IOPCIExpressSlotCapabilities', nub.configRead32(offset + registers.kPCIExpressSlotCapabilities))
  }

  /**
   * Device memory and interrupts of a nub; called before a driver is started on it.
   * @xnu IOPCIFamily/IOPCIBridge.cpp getNubResources, getDTNubAddressing — faithful
   */
  getNubResources(nub: IOPCIDevice): IOReturn {
    if (nub.getProperty('IOPCIResourced') !== null) {
      AppleVTD.adjustDevice(nub)
      return kIOReturnSuccess
    }
    nub.setProperty('IOPCIResourced', true)
    const entry = nub.getConfigEntry()
    const memory = OSArray.withCapacity(4)
    for (const bar of entry.bars) {
      if (bar.start === 0) continue
      const range = IODeviceMemory.withRange(bar.start, bar.sizeBytes)
      range.setTag(barCell(entry, bar))
      memory.adopt(range)
    }
    if (memory.getCount() > 0) nub.setDeviceMemory(memory)
    memory.release()
    this.resolveInterrupts(nub)
    AppleVTD.adjustDevice(nub)
    return kIOReturnSuccess
  }

  private resolveInterrupts(nub: IOPCIDevice): void {
    const { owner } = this.getHostData()
    const names: OSSymbol[] = []
    const specifiers: Uint8Array[] = []
    const wired = owner.legacyInterrupt(nub)
    if (wired !== null) {
      names.push(OSSymbol.withCString(wired.controller))
      specifiers.push(wired.specifier)
    }
    const messaged = this.allocateMessages(nub, wired !== null, names.length)
    for (const specifier of messaged) {
      names.push(OSSymbol.withCString(owner.messagedInterruptControllerName))
      specifiers.push(specifier)
    }
    if (names.length === 0) return
    setObject(nub, 'IOInterruptControllers', names)
    setObject(nub, 'IOInterruptSpecifiers', specifiers)
    for (const name of names) name.release()
  }

  /**
   * Vectors for a function: one, or as many as it can have where `pci-msi-flags` says so. Bridges get none,
   * or one for hot-plug when they have no usable wire. An MSI-X function with fewer vectors than entries has
   * an interrupt for every entry, all of its first vector.
   * @xnu IOPCIMessagedInterruptController.cpp allocateDeviceInterrupts — faithful
   */
  private allocateMessages(nub: IOPCIDevice, isWired: boolean, firstSource: number): Uint8Array[] {
    const capability = messageCapability(nub)
    const controller = knownInterruptController(this.getHostData().owner.messagedInterruptControllerName)
    if (capability === null || !(controller instanceof IOPCIMessagedInterruptController)) return []
    const entry = nub.getConfigEntry()
    if (entry.ids.isBridge && (!entry.isHotPlug || isWired)) return []
    const wanted = wantedVectors(nub, capability)
    let { count } = wanted
    let first = controller.allocateVectors(count)
    while (first === null && count > 1) {
      count = capability.isX ? count - 1 : count >> 1
      first = controller.allocateVectors(count)
    }
    if (first === null) return []
    const entryCount = capability.isX ? wanted.entryCount : count
    const messaged = new MessagedInterrupts(controller, capability, { first, count, entryCount }, firstSource)
    messaged.initDevice(nub)
    nub.setMessagedInterrupts(messaged)
    const flags = registers.kIOPCIInterruptTypePCIMessaged | (capability.isX ? 0x20000 : 0)
    return messaged.vectorNumbers().map((vector) => wordsOf(vector, flags))
  }
}

/** How many vectors to ask for, and how many messages the function has. */
function wantedVectors(
  nub: IOPCIDevice, capability: MessageCapability,
): { count: number; entryCount: number } {
  const control = nub.configRead16(capability.offset + 2)
  const physical = capability.isX ? (control & 0x7ff) + 1 : 1 << ((control >> 1) & 7)
  if (((messageWord(nub, 'pci-msi-flags') ?? 0) & 1) === 0) return { count: 1, entryCount: physical }
  const count = Math.min(physical, messageWord(nub, 'pci-msi-limit') ?? physical)
  return { count, entryCount: count }
}

/** First word of a data property, or null. */
function messageWord(nub: IOPCIDevice, key: string): number | null {
  const data = OSDynamicCast(OSData, nub.getProperty(key))
  if (data === null || data.getLength() < 4) return null
  return new DataView(data.bytes().slice().buffer).getUint32(0, true)
}

function wordsOf(...words: readonly number[]): Uint8Array {
  const data = cells(words)
  const bytes = data.bytes().slice()
  data.release()
  return bytes
}

function setObject(nub: IOPCIDevice, key: string, value: Parameters<typeof toOSObject>[0]): void {
  const object = toOSObject(value)
  nub.setProperty(key, object)
  object.release()
}

/** Properties that the configurator knows better than firmware. */
const OWN_PROPERTIES = new Set(['ranges', 'reg', 'assigned-addresses', 'pcidebug'])

function mergeProperties(nub: IOPCIDevice, properties: ReturnType<typeof constructProperties>): void {
  for (const [key, value] of properties.entries()) {
    const name = key.getCStringNoCopy()
    const generated = name === 'name' && nub.getProperty('pci-generate-name') !== null
    if (nub.getProperty(name) === null || generated || OWN_PROPERTIES.has(name)) nub.setProperty(name, value)
  }
}
