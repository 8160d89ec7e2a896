import { resetDevices, type ResetKind, type ResetPhase } from '../DeviceModel.ts'
import type { ExpressOptions } from './capabilities.ts'
import { BridgeControl, Config, HeaderType } from './configLayout.ts'
import { PciBus, type PciSpace } from './PciBus.ts'
import { PciFunction, type PciIdentity } from './PciFunction.ts'
import type { PciRootComplex } from './PciRootComplex.ts'

const SlotStatus = { presenceChanged: 0x0008, present: 0x0040, linkChanged: 0x0100 } as const
const SlotControl = { presenceInterrupt: 0x0008, hotPlugInterrupt: 0x0020, linkInterrupt: 0x1000 } as const

/** The bits of Slot Control that let the events of a Slot Status interrupt. */
function hotPlugEvents(status: number): number {
  const presence = (status & SlotStatus.presenceChanged) === 0 ? 0 : SlotControl.presenceInterrupt
  return presence | ((status & SlotStatus.linkChanged) === 0 ? 0 : SlotControl.linkInterrupt)
}

/** A PCI-to-PCI bridge: root port, switch port or plain bridge. Forwards what its windows contain. */
export class PciBridge extends PciFunction {
  readonly secondary: PciBus
  private readonly express: number
  /** Cards may come and go below it while the machine runs. */
  readonly isHotPlug: boolean
  private isHotPlugPending = false

  constructor(name: string, root: PciRootComplex, identity: PciIdentity, express: ExpressOptions) {
    super(name, identity, HeaderType.bridge)
    this.secondary = new PciBus(root, this)
    this.defineBridgeHeader()
    this.express = this.addExpress(express)
    this.addMsi()
    this.addPowerManagement()
    this.isHotPlug = express.slot?.hotPlug === true
    if (this.isHotPlug) this.config.onWrite(this.express + 24, 4, () => this.updateHotPlugInterrupt())
    this.config.onWrite(Config.primaryBus, 0x1c, () => this.secondary.remapAll())
    this.config.onWrite(Config.bridgeControl, 2, () => this.bridgeControlChanged())
  }

  override asBridge(): PciBridge {
    return this
  }

  get secondaryBusNumber(): number {
    return this.config.get(Config.secondaryBus, 1)
  }

  get subordinateBusNumber(): number {
    return this.config.get(Config.subordinateBus, 1)
  }

  /** Whether a range lies in a window and forwarding is on. */
  forwards(space: PciSpace, address: number, sizeBytes: number): boolean {
    const end = address + sizeBytes - 1
    if (space === 'io') {
      const { base, limit } = this.ioWindow()
      return this.ioEnabled && address >= base && end <= limit
    }
    if (!this.memoryEnabled) return false
    const plain = this.memoryWindow()
    if (address >= plain.base && end <= plain.limit) return true
    const prefetch = this.prefetchWindow()
    return address >= prefetch.base && end <= prefetch.limit
  }

  /** Called by the secondary bus: something came or went. */
  presenceChanged(present: boolean): void {
    const offset = this.express + 26
    let status = this.config.get(offset, 2)
    status = present ? status | SlotStatus.present : status & ~SlotStatus.present
    const initial = this.bus === null || this.clock.nowNs === 0
    if (this.isHotPlug && !initial) status |= SlotStatus.presenceChanged | SlotStatus.linkChanged
    this.config.set(offset, 2, status)
    if (this.isHotPlug && !initial) this.updateHotPlugInterrupt()
  }

  override reset(phase: ResetPhase, kind: ResetKind): void {
    super.reset(phase, kind)
    if (phase === 'hold') this.isHotPlugPending = false
    if (phase === 'exit' && this.secondary.list().length > 0) {
      this.config.set(this.express + 26, 2, this.config.get(this.express + 26, 2) | SlotStatus.present)
    }
  }

  /** Decoding below depends on this bridge's enables and place. */
  override remap(): void {
    super.remap()
    this.secondary.remapAll()
  }

  /**
   * PCI Express base specification 6.7.3.4: the wire is held while an enabled event stands; a message goes out
   * when the first one comes to stand.
   */
  private updateHotPlugInterrupt(): void {
    const control = this.config.get(this.express + 24, 2)
    const events = hotPlugEvents(this.config.get(this.express + 26, 2))
    const isPending = (control & SlotControl.hotPlugInterrupt) !== 0 && (control & events) !== 0
    const wasPending = this.isHotPlugPending
    this.isHotPlugPending = isPending
    this.setIntx(isPending)
    if (isPending && !wasPending) this.raiseMessage(0)
  }

  private bridgeControlChanged(): void {
    if ((this.config.get(Config.bridgeControl, 2) & BridgeControl.secondaryReset) === 0) return
    for (const below of this.secondary.list()) resetDevices(below, 'bus')
  }

  private ioWindow(): { base: number; limit: number } {
    const base = (this.config.get(Config.ioBase, 1) & 0xf0) << 8
    return { base, limit: ((this.config.get(Config.ioLimit, 1) & 0xf0) << 8) | 0xfff }
  }

  private memoryWindow(): { base: number; limit: number } {
    const base = (this.config.get(Config.memoryBase, 2) & 0xfff0) * 0x10000
    return { base, limit: (this.config.get(Config.memoryLimit, 2) & 0xfff0) * 0x10000 + 0xfffff }
  }

  private prefetchWindow(): { base: number; limit: number } {
    const { config } = this
    const base = (config.get(Config.prefetchBase, 2) & 0xfff0) * 0x10000
    const limit = (config.get(Config.prefetchLimit, 2) & 0xfff0) * 0x10000 + 0xfffff
    return {
      base: config.get(Config.prefetchBaseUpper, 4) * 4294967296 + base,
      limit: config.get(Config.prefetchLimitUpper, 4) * 4294967296 + limit,
    }
  }

  private defineBridgeHeader(): void {
    const rows = [
      ['Primary bus', Config.primaryBus, 1, 0, 0xff], ['Secondary bus', Config.secondaryBus, 1, 0, 0xff],
      ['Subordinate bus', Config.subordinateBus, 1, 0, 0xff],
      ['I/O base', Config.ioBase, 1, 0, 0xf0], ['I/O limit', Config.ioLimit, 1, 0, 0xf0],
      ['Memory base', Config.memoryBase, 2, 0, 0xfff0], ['Memory limit', Config.memoryLimit, 2, 0, 0xfff0],
      ['Prefetch base', Config.prefetchBase, 2, 1, 0xfff0], [
        'Prefetch limit', Config.prefetchLimit, 2, 1, 0xfff0,
      ],
      ['Prefetch base upper', Config.prefetchBaseUpper, 4, 0, 0xffffffff],
      ['Prefetch limit upper', Config.prefetchLimitUpper, 4, 0, 0xffffffff],
      ['Bridge control', Config.bridgeControl, 2, 0, BridgeControl.writable],
    ] as const
    for (const [name, offset, widthBytes, value, writable] of rows) {
      this.config.define({ name, offset, widthBytes, value, writable })
    }
    this.config.define({
      name: 'Secondary status', offset: Config.secondaryStatus, widthBytes: 2,
      value: 0, writeOneClears: 0xf900,
    })
  }
}
