import { assert, present } from '../../sim/index.ts'
import { DeviceModel, resetDevices, type ResetKind, type ResetPhase } from '../DeviceModel.ts'
import { guestError } from '../HardwareLog.ts'
import { peekRange } from '../Iommu.ts'
import type { InterruptLine } from '../InterruptLine.ts'
import type { Region } from '../memory/RegionTable.ts'
import { BarDecoder, type BarOptions } from './BarDecoder.ts'
import { ConfigSpace } from './ConfigSpace.ts'
import { CapabilityId, Command, Config, HeaderType, Status } from './configLayout.ts'
import {
  defineExpress, defineMsi, defineMsix, definePowerManagement, type ExpressOptions,
} from './capabilities.ts'
import { MsixTable } from './MsixTable.ts'
import type { PciBridge } from './PciBridge.ts'
import type { PciBus } from './PciBus.ts'

/** Identity of a function. */
export interface PciIdentity {
  readonly vendorId: number
  readonly deviceId: number
  /** 24 bits: class, subclass, programming interface. */
  readonly classCode: number
  readonly revisionId?: number
  readonly subsystemVendorId?: number
  readonly subsystemId?: number
  /** 1..4 = INTA#..INTD#; 0 = none. */
  readonly interruptPin?: number
}

/** One function of a PCI device: configuration space, BARs, capabilities, interrupts and bus mastering. */
export class PciFunction extends DeviceModel {
  readonly config = new ConfigSpace()
  /** Bus it sits on; null while unplugged. */
  bus: PciBus | null = null
  deviceFunction = 0
  private readonly bars: BarDecoder[] = []
  private lastCapability = 0
  private nextCapability = 0x40
  private msiOffset = 0
  private msixOffset = 0
  private powerOffset = 0
  private expressOffset = 0
  private msix: MsixTable | null = null
  private intxLine: InterruptLine | null = null
  private intxAsserted = false
  /** Copies of what Command and the MSI-X control say: asked for every message. */
  private isMaster = false
  private msixControl = 0

  constructor(name: string, readonly identity: PciIdentity, headerType: number = HeaderType.device) {
    super(name)
    this.defineHeader(headerType)
    if (headerType === HeaderType.device) this.defineDeviceHeader()
    this.config.onWrite(Config.command, 2, () => this.commandChanged())
  }

  /** The function as a bridge; null when it is none. */
  asBridge(): PciBridge | null {
    return null
  }

  /** Memory decoding is on: enabled in Command and the function is in D0. */
  get memoryEnabled(): boolean {
    return (this.config.get(Config.command, 2) & Command.memory) !== 0 && this.powerState === 0
  }

  get ioEnabled(): boolean {
    return (this.config.get(Config.command, 2) & Command.io) !== 0 && this.powerState === 0
  }

  get busMasterEnabled(): boolean {
    return this.isMaster
  }

  /** D-state: 0..3. */
  get powerState(): number {
    return this.powerOffset === 0 ? 0 : this.config.get(this.powerOffset + 4, 2) & 3
  }

  /** MSI-X is enabled and the function mask is clear. */
  get msixDelivers(): boolean {
    return (this.msixControl & 0xc000) === 0x8000
  }

  /** Adds a base address register. */
  addBar(options: BarOptions): BarDecoder {
    const bar = new BarDecoder(this, options)
    this.bars.push(bar)
    return bar
  }

  /** Appends a capability of `sizeBytes` to the list; returns its offset. */
  addCapability(id: number, sizeBytes: number): number {
    const offset = this.nextCapability
    assert(offset + sizeBytes <= 256, `${this.name}: capability space is full`)
    this.nextCapability = (offset + sizeBytes + 3) & ~3
    if (this.lastCapability === 0) this.config.amend(Config.capabilities, 1, offset)
    else this.config.amend(this.lastCapability + 1, 1, offset)
    this.config.amend(Config.status, 2, this.config.get(Config.status, 2) | Status.capabilities)
    this.config.define({ name: 'Capability ID', offset, widthBytes: 1, value: id })
    this.config.define({ name: 'Next capability', offset: offset + 1, widthBytes: 1, value: 0 })
    this.lastCapability = offset
    return offset
  }

  addPowerManagement(): void {
    this.powerOffset = this.addCapability(CapabilityId.powerManagement, 8)
    definePowerManagement(this.config, this.powerOffset)
    this.config.onWrite(this.powerOffset + 4, 2, () => this.commandChanged())
  }

  addExpress(options: ExpressOptions): number {
    const offset = this.addCapability(CapabilityId.express, 60)
    defineExpress(this.config, offset, options)
    this.expressOffset = offset
    this.config.onWrite(offset + 9, 1, () => this.deviceControlChanged(offset))
    return offset
  }

  /** Plain MSI with one 64-bit vector, as most functions have. */
  addMsi(vectors: 1 | 2 | 4 | 8 | 16 | 32 = 1): void {
    this.msiOffset = this.addCapability(CapabilityId.msi, 24)
    defineMsi(this.config, this.msiOffset, vectors)
    this.config.onWrite(this.msiOffset + 16, 4, () => this.releaseMsi())
  }

  /** MSI-X with its table and pending bits inside `bar`. */
  addMsix(vectors: number, bar: BarDecoder, tableOffset: number, pendingOffset: number): MsixTable {
    const offset = this.addCapability(CapabilityId.msix, 12)
    const table = new MsixTable(this.name, vectors, this)
    defineMsix(this.config, offset, { vectors, bar: bar.index, tableOffset, pendingOffset })
    this.config.onWrite(offset + 2, 2, () => {
      this.copyControls()
      table.release()
    })
    bar.addPart(tableOffset, table.tableBytes, table.table)
    bar.addPart(pendingOffset, table.pendingBytes, table.pendingArray)
    this.msixOffset = offset
    this.msix = table
    return table
  }

  /** Signals vector `vector` by MSI-X or MSI, whichever is enabled; false when neither is. */
  raiseMessage(vector: number): boolean {
    if (this.msix !== null && (this.msixControl & 0x8000) !== 0) {
      this.msix.raise(vector)
      return true
    }
    return this.msiOffset !== 0 && this.raiseMsi(vector)
  }

  /** Whether interrupts go as messages now: then INTx stays quiet. */
  get messagesEnabled(): boolean {
    if ((this.msixControl & 0x8000) !== 0) return true
    return this.msiOffset !== 0 && (this.config.get(this.msiOffset + 2, 2) & 1) !== 0
  }

  /** Drives the wired interrupt. */
  setIntx(asserted: boolean): void {
    this.intxAsserted = asserted
    this.updateInterrupt()
  }

  /** Whether the wire is held, or a message that may go has not gone: to check that no interrupt gets lost. */
  get isAskingForService(): boolean {
    const disabled = (this.config.get(Config.command, 2) & Command.interruptDisable) !== 0
    if (this.intxAsserted && !disabled && !this.messagesEnabled) return true
    if (this.msix?.hasDeliverable === true) return true
    const offset = this.msiOffset
    return offset !== 0 && (this.config.get(offset + 20, 4) & ~this.config.get(offset + 16, 4)) !== 0
  }

  /** Sends a message as a bus master; lost when bus mastering is off. */
  postMessage(address: number, data: number): void {
    if (this.bus === null) return
    if (!this.mayMaster('message')) return
    this.bus.root.fabric.postWrite(address, data)
  }

  /** Reads system memory as a bus master; false when bus mastering is off or the IOMMU refuses. */
  dmaRead(address: number, target: Uint8Array): boolean {
    if (!this.mayMaster('read')) return false
    const { fabric: { memory }, iommu } = present(this.bus, 'a master is on a bus').root
    if (iommu === null) {
      memory.copyOut(address, target)
      return true
    }
    const requester = this.requesterId
    for (let done = 0; done < target.length;) {
      const at = address + done
      const physical = iommu.translate(requester, at, false)
      if (physical === null) return false
      const end = Math.min(target.length, done + iommu.pageSizeBytes - (at % iommu.pageSizeBytes))
      memory.copyOut(physical, end - done === target.length ? target : target.subarray(done, end))
      done = end
    }
    return true
  }

  /** Writes system memory as a bus master; false when bus mastering is off or the IOMMU refuses. */
  dmaWrite(address: number, source: Uint8Array): boolean {
    if (!this.mayMaster('write')) return false
    const { fabric: { memory }, iommu } = present(this.bus, 'a master is on a bus').root
    if (iommu === null) {
      memory.copyIn(address, source)
      return true
    }
    const requester = this.requesterId
    for (let done = 0; done < source.length;) {
      const at = address + done
      const physical = iommu.translate(requester, at, true)
      if (physical === null) return false
      const end = Math.min(source.length, done + iommu.pageSizeBytes - (at % iommu.pageSizeBytes))
      memory.copyIn(physical, end - done === source.length ? source : source.subarray(done, end))
      done = end
    }
    return true
  }

  /** Host bytes of a system memory range that stays as it is; null when there are none, or an IOMMU. */
  dmaSpan(address: number, sizeBytes: number): Uint8Array | null {
    if (!this.busMasterEnabled || this.bus === null) return null
    const { fabric, iommu } = this.bus.root
    return iommu === null ? fabric.memory.span(address, sizeBytes) : null
  }

  /** Host bytes for one transfer without a copy; null when they are not in one piece, or it is not allowed. */
  dmaSpanOnce(address: number, sizeBytes: number, isWrite: boolean): Uint8Array | null {
    if (!this.busMasterEnabled || this.bus === null) return null
    const { fabric: { memory }, iommu } = this.bus.root
    if (iommu === null) return memory.span(address, sizeBytes)
    const physical = peekRange(iommu, { requester: this.requesterId, address, sizeBytes, isWrite })
    return physical === null ? null : memory.span(physical, sizeBytes)
  }

  /** Bus, device and function number as requests carry them. */
  get requesterId(): number {
    const bus = this.bus
    const number = bus === null ? 0 : bus.bridge?.secondaryBusNumber ?? bus.root.busStart
    return number * 256 + this.deviceFunction
  }

  /** Called by the bus. */
  plugInto(bus: PciBus, devfn: number): void {
    this.bus = bus
    this.deviceFunction = devfn
    const pin = this.identity.interruptPin ?? 0
    this.intxLine = pin === 0 ? null : bus.interruptLine(devfn >> 3, pin)
    this.remap()
  }

  /** Called by the bus. */
  unplug(): void {
    this.setIntx(false)
    this.bus = null
    this.intxLine = null
    this.remap()
  }

  /** Sets the multi-function bit of the header; the bus knows. */
  setMultiFunction(on: boolean): void {
    const type = this.config.get(Config.headerType, 1) & ~HeaderType.multiFunction
    this.config.amend(Config.headerType, 1, on ? type | HeaderType.multiFunction : type)
  }

  /** Decodes the BARs again. */
  remap(): void {
    for (const bar of this.bars) bar.remap()
  }

  /** Regions that the BARs decode now: for the memory map view. */
  decodedRegions(): Region[] {
    return this.bars.flatMap((bar) => bar.regions())
  }

  override reset(phase: ResetPhase, kind: ResetKind): void {
    if (phase === 'enter') this.setIntx(false)
    if (phase !== 'hold') return
    const keep = kind === 'function' ? this.config.get(Config.interruptLine, 1) : 0
    const type = this.config.get(Config.headerType, 1)
    this.config.resetAll()
    this.config.set(Config.headerType, 1, type)
    this.config.set(Config.interruptLine, 1, keep)
    this.msix?.reset()
    this.copyControls()
    this.remap()
  }

  /** After Command or power state changed. */
  protected commandChanged(): void {
    this.copyControls()
    this.remap()
    this.updateInterrupt()
  }

  private copyControls(): void {
    this.isMaster = (this.config.get(Config.command, 2) & Command.busMaster) !== 0
    this.msixControl = this.msixOffset === 0 ? 0 : this.config.get(this.msixOffset + 2, 2)
  }

  private mayMaster(what: string): boolean {
    if (this.busMasterEnabled && this.bus !== null) return true
    guestError(this.name, `${what} by a function whose bus mastering is off`)
    return false
  }

  private updateInterrupt(): void {
    const status = this.config.get(Config.status, 2) & ~Status.interrupt
    this.config.set(Config.status, 2, this.intxAsserted ? status | Status.interrupt : status)
    const disabled = (this.config.get(Config.command, 2) & Command.interruptDisable) !== 0
    this.intxLine?.set(this.intxAsserted && !disabled && !this.messagesEnabled)
  }

  private raiseMsi(vector: number): boolean {
    const offset = this.msiOffset
    const control = this.config.get(offset + 2, 2)
    if ((control & 1) === 0) return false
    const enabled = 1 << ((control >> 4) & 7)
    const slot = vector & (enabled - 1)
    if ((this.config.get(offset + 16, 4) & (1 << slot)) !== 0) {
      this.config.set(offset + 20, 4, this.config.get(offset + 20, 4) | (1 << slot))
      return true
    }
    const address = this.config.get(offset + 8, 4) * 4294967296 + this.config.get(offset + 4, 4)
    this.postMessage(address, this.config.get(offset + 12, 2) | slot)
    return true
  }

  private releaseMsi(): void {
    const ready = this.config.get(this.msiOffset + 20, 4) & ~this.config.get(this.msiOffset + 16, 4)
    for (let slot = 0; slot < 32; slot++) {
      if ((ready & (1 << slot)) === 0) continue
      this.config.set(this.msiOffset + 20, 4, this.config.get(this.msiOffset + 20, 4) & ~(1 << slot))
      this.raiseMsi(slot)
    }
  }

  private deviceControlChanged(offset: number): void {
    assert(offset === this.expressOffset, 'one PCI Express capability')
    const control = this.config.get(offset + 8, 2)
    if ((control & 0x8000) === 0) return
    this.config.set(offset + 8, 2, control & 0x7fff)
    resetDevices(this, 'function')
  }

  private defineHeader(headerType: number): void {
    const { config, identity } = this
    config.define({ name: 'Vendor ID', offset: Config.vendorId, widthBytes: 2, value: identity.vendorId })
    config.define({ name: 'Device ID', offset: Config.deviceId, widthBytes: 2, value: identity.deviceId })
    config.define(
      { name: 'Command', offset: Config.command, widthBytes: 2, value: 0, writable: Command.writable },
    )
    config.define({
      name: 'Status', offset: Config.status, widthBytes: 2, value: 0, writeOneClears: Status.writeOneClears,
    })
    const revisionAndClass = ((identity.classCode << 8) | (identity.revisionId ?? 0)) >>> 0
    config.define(
      { name: 'Revision and class', offset: Config.revisionId, widthBytes: 4, value: revisionAndClass },
    )
    config.define(
      { name: 'Cache line size', offset: Config.cacheLineSize, widthBytes: 1, value: 0, writable: 0xff },
    )
    config.define({ name: 'Latency timer', offset: Config.latencyTimer, widthBytes: 1, value: 0 })
    config.define({ name: 'Header type', offset: Config.headerType, widthBytes: 1, value: headerType })
    config.define({ name: 'Capabilities', offset: Config.capabilities, widthBytes: 1, value: 0 })
    config.define(
      { name: 'Interrupt line', offset: Config.interruptLine, widthBytes: 1, value: 0, writable: 0xff },
    )
    config.define({
      name: 'Interrupt pin', offset: Config.interruptPin, widthBytes: 1, value: identity.interruptPin ?? 0,
    })
  }

  private defineDeviceHeader(): void {
    const { config, identity } = this
    config.define({
      name: 'Subsystem vendor ID', offset: Config.subsystemVendorId, widthBytes: 2,
      value: identity.subsystemVendorId ?? 0,
    })
    config.define({
      name: 'Subsystem ID', offset: Config.subsystemId, widthBytes: 2, value: identity.subsystemId ?? 0,
    })
  }
}
