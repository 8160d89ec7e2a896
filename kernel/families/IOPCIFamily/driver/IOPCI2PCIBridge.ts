import { gIOServicePlane, IOInterruptEventSource, IOWorkLoop, type IOService } from '../../../iokit/index.ts'
import { defineMetaClass, OSDynamicCast, toOSObject, type OSMetaClass } from '../../../libkern/index.ts'
import { present, wait, type KernelThread } from '../../../sim/index.ts'
import * as registers from '../registers.ts'
import type { ConfigEntry } from './ConfigEntry.ts'
import { IOPCIBridge } from './IOPCIBridge.ts'
import { IOPCIDevice } from './IOPCIDevice.ts'

const PROBE_SCORE = 100

/** Drives a PCI-to-PCI bridge: publishes what lies below it, and follows hot-plug events of its slot. */
export class IOPCI2PCIBridge extends IOPCIBridge {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOPCI2PCIBridge', IOPCI2PCIBridge, IOPCIBridge)

  private bridgeDevice: IOPCIDevice | null = null
  private workLoop: IOWorkLoop | null = null
  private hotPlugSource: IOInterruptEventSource | null = null

  /**
   * Any more special driver of a bridge comes first.
   * @xnu IOPCIFamily/IOPCIBridge.cpp IOPCI2PCIBridge::probe — faithful
   */
  override probe(provider: IOService, score: { value: number }): IOService | null {
    const device = OSDynamicCast(IOPCIDevice, provider)
    if (device === null || !device.getConfigEntry().ids.isBridge) return null
    this.bridgeDevice = device
    score.value -= PROBE_SCORE
    return this
  }

  override *start(provider: IOService): KernelThread<boolean> {
    this.setName('IOPP')
    if (!(yield* wait(super.start(provider)))) return false
    if (this.device.getConfigEntry().isHotPlug) yield* this.startHotPlug()
    return true
  }

  override *stop(provider: IOService): KernelThread {
    if (this.hotPlugSource !== null) {
      this.hotPlugSource.disable()
      this.workLoop?.removeEventSource(this.hotPlugSource)
      this.hotPlugSource.release()
      this.hotPlugSource = null
    }
    this.workLoop?.release()
    this.workLoop = null
    yield* wait(super.stop(provider))
  }

  override firstBusNum(): number {
    return this.device.configRead8(registers.kPCI2PCISecondaryBus)
  }

  override lastBusNum(): number {
    return this.device.configRead8(registers.kPCI2PCISubordinateBus)
  }

  protected override configure(provider: IOService): boolean {
    const above = OSDynamicCast(IOPCIBridge, provider.getProvider())
    if (above === null) return false
    this.hostData = above.getHostData()
    return true
  }

  protected override busEntries(): readonly ConfigEntry[] {
    return this.device.getConfigEntry().children
  }

  protected override publishNub(nub: IOPCIDevice, index: number): void {
    const number = toOSObject({ number: index, bits: 32 })
    nub.setProperty('IOChildIndex', number)
    number.release()
    super.publishNub(nub, index)
  }

  private get device(): IOPCIDevice {
    return present(this.bridgeDevice, 'a probed bridge has its device')
  }

  private *startHotPlug(): KernelThread {
    const { device } = this
    this.setProperty('IOPCIHotPlug', true)
    const action = (): void => this.slotChanged()
    const source = yield* wait(IOInterruptEventSource.interruptEventSource(this, action, device, 0))
    if (source === null) return
    this.workLoop = IOWorkLoop.workLoop()
    this.workLoop.addEventSource(source)
    this.hotPlugSource = source
    source.enable()
    const offset = device.findPCICapability(registers.kIOPCIPCIExpressCapability)
    device.configWrite16(offset + registers.kPCIExpressSlotStatus, registers.kPCIExpressSlotEvents)
    device.configWrite16(offset + registers.kPCIExpressSlotControl, registers.kPCIExpressSlotInterrupts)
  }

  /** Work-loop context: the slot was filled or emptied. */
  private slotChanged(): void {
    const { device } = this
    const offset = device.findPCICapability(registers.kIOPCIPCIExpressCapability)
    const status = device.configRead16(offset + registers.kPCIExpressSlotStatus)
    device.configWrite16(offset + registers.kPCIExpressSlotStatus, status & registers.kPCIExpressSlotEvents)
    const nubs = this.children(gIOServicePlane).filter((child) => child instanceof IOPCIDevice)
    if ((status & registers.kPCIExpressSlotPresent) === 0) {
      for (const nub of nubs) nub.terminate()
    } else if (nubs.length === 0) {
      this.getHostData().configurator.configureBelow(device.getConfigEntry())
      this.probeBus(device)
    }
  }
}
