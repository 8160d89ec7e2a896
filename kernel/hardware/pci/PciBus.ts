import { assert } from '../../sim/index.ts'
import type { InterruptLine } from '../InterruptLine.ts'
import type { PciBridge } from './PciBridge.ts'
import type { PciFunction } from './PciFunction.ts'
import type { PciRootComplex } from './PciRootComplex.ts'

/** What a BAR or a bridge window decodes. */
export type PciSpace = 'io' | 'memory'

/** Device and function number in one byte, as configuration addresses carry it. */
export function deviceFunction(device: number, functionNumber: number): number {
  assert(device >= 0 && device < 32 && functionNumber >= 0 && functionNumber < 8, 'a PCI device and function')
  return device * 8 + functionNumber
}

/** The functions on one bus segment, below a root complex or a bridge. */
export class PciBus {
  private readonly functions = new Map<number, PciFunction>()
  /** The functions in order, and the bridges among them: asked for every configuration cycle. */
  private sorted: readonly PciFunction[] = []
  private sortedBridges: readonly PciBridge[] = []

  constructor(readonly root: PciRootComplex, readonly bridge: PciBridge | null) {}

  /** Functions in order of device and function number. */
  list(): readonly PciFunction[] {
    return this.sorted
  }

  /** Bridges in the same order. */
  bridges(): readonly PciBridge[] {
    return this.sortedBridges
  }

  find(devfn: number): PciFunction | null {
    return this.functions.get(devfn) ?? null
  }

  /** Puts a function on the bus; the model below becomes its child. */
  attach(pciFunction: PciFunction, device: number, functionNumber: number): void {
    const devfn = deviceFunction(device, functionNumber)
    assert(!this.functions.has(devfn), `device ${device} function ${functionNumber} is taken`)
    this.functions.set(devfn, pciFunction)
    const owner = this.bridge ?? this.root
    owner.adopt(pciFunction)
    pciFunction.plugInto(this, devfn)
    this.sort()
    this.updateMultiFunction(device)
    this.bridge?.presenceChanged(true)
  }

  /** Takes a function off the bus (hot removal). */
  detach(pciFunction: PciFunction): void {
    assert(this.functions.delete(pciFunction.deviceFunction), `${pciFunction.name} is not on this bus`)
    this.sort()
    pciFunction.unplug()
    const owner = this.bridge ?? this.root
    owner.disown(pciFunction)
    if (this.functions.size === 0) this.bridge?.presenceChanged(false)
  }

  /** Processor address at which this bus decodes a PCI range, or null when nothing forwards it down here. */
  decode(space: PciSpace, address: number, sizeBytes: number): number | null {
    if (this.bridge === null) return this.root.translate(space, address, sizeBytes)
    if (!this.bridge.forwards(space, address, sizeBytes)) return null
    return this.bridge.bus?.decode(space, address, sizeBytes) ?? null
  }

  /** The platform line behind INTA#..INTD# (1..4) of a device here, through the bridges above it. */
  interruptLine(device: number, pin: number): InterruptLine {
    if (this.bridge === null) return this.root.interruptLine(device, pin)
    const above = this.bridge.bus
    assert(above !== null, 'a bridge with devices is on a bus')
    const swizzled = ((pin - 1 + device) % 4) + 1
    return above.interruptLine(this.bridge.deviceFunction >> 3, swizzled)
  }

  /** Decodes every BAR below this bus again: a window or an enable bit changed. */
  remapAll(): void {
    for (const pciFunction of this.functions.values()) pciFunction.remap()
  }

  private sort(): void {
    this.sorted = [...this.functions.values()].toSorted((a, b) => a.deviceFunction - b.deviceFunction)
    this.sortedBridges = this.sorted.flatMap((entry) => entry.asBridge() ?? [])
  }

  private updateMultiFunction(device: number): void {
    const functions = this.list().filter((entry) => entry.deviceFunction >> 3 === device)
    for (const entry of functions) entry.setMultiFunction(functions.length > 1)
  }
}
