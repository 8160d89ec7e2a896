import { assert, present } from '../../sim/index.ts'
import { DeviceModel } from '../DeviceModel.ts'
import type { Fabric } from '../Fabric.ts'
import type { Iommu } from '../Iommu.ts'
import { SharedInterruptLine, type InterruptLine } from '../InterruptLine.ts'
import type { AccessWidth, MmioDevice } from '../memory/MmioDevice.ts'
import { CONFIG_BYTES, ECAM_BUS_BYTES } from './configLayout.ts'
import { PciBridge } from './PciBridge.ts'
import { PciBus, type PciSpace } from './PciBus.ts'
import type { PciFunction } from './PciFunction.ts'

/** Addresses that the root complex claims for one kind of space. */
export interface PciWindow {
  readonly space: PciSpace
  /** Address on the processor's side. */
  readonly cpuBase: number
  /** Address on the PCI side; the same unless told. */
  readonly pciBase?: number
  readonly sizeBytes: number
}

/** What tells one root complex from another. */
export interface PciRootComplexOptions {
  readonly segment?: number
  readonly busStart?: number
  readonly busEnd?: number
  readonly ecamBase: number
  readonly windows: readonly PciWindow[]
  /** Controller input for INTA#..INTD# (1..4) of a device on the root bus. */
  readonly routeInterrupt: (device: number, pin: number) => number
}

const ALL_ONES = [0, 0xff, 0xffff, 0, 0xffffffff] as const

/** A PCI host: configuration space by ECAM, address windows, interrupt wires, and the root bus. */
export class PciRootComplex extends DeviceModel implements MmioDevice {
  readonly rootBus: PciBus
  readonly segment: number
  readonly busStart: number
  readonly busEnd: number
  readonly ecamBase: number
  readonly windows: readonly PciWindow[]
  /** Between the devices below and memory; null: their addresses are physical. */
  iommu: Iommu | null = null
  private readonly shared = new Map<number, SharedInterruptLine>()

  constructor(name: string, readonly fabric: Fabric, private readonly options: PciRootComplexOptions) {
    super(name)
    this.segment = options.segment ?? 0
    this.busStart = options.busStart ?? 0
    this.busEnd = options.busEnd ?? 255
    this.ecamBase = options.ecamBase
    this.windows = options.windows
    assert(this.busEnd >= this.busStart && this.busEnd < 256, 'a bus range')
    this.rootBus = new PciBus(this, null)
    fabric.memory.map(this.ecamBase, this.ecamBytes, this)
  }

  get ecamBytes(): number {
    return (this.busEnd - this.busStart + 1) * ECAM_BUS_BYTES
  }

  /** Whether PCI I/O cycles come from a memory window of the processor (no port instructions). */
  get ioIsMemoryMapped(): boolean {
    return this.windows.some((window) => window.space === 'io' && window.cpuBase >= 0x10000)
  }

  read(offset: number, widthBytes: AccessWidth): number {
    const target = this.target(offset)
    return target === null ? ALL_ONES[widthBytes] : target.config.get(offset % CONFIG_BYTES, widthBytes)
  }

  write(offset: number, widthBytes: AccessWidth, value: number): void {
    this.target(offset)?.config.write(offset % CONFIG_BYTES, widthBytes, value)
  }

  /** The function that answers configuration cycles for a bus, device and function number now. */
  functionAt(bus: number, devfn: number): PciFunction | null {
    let segment: PciBus | null = this.rootBus
    let number = this.busStart
    while (segment !== null && number !== bus) {
      const bridge: PciBridge | null = this.bridgeTowards(segment, bus)
      if (bridge === null) return null
      segment = bridge.secondary
      number = bridge.secondaryBusNumber
    }
    return segment?.find(devfn) ?? null
  }

  /** Processor address of a PCI range on the root bus; null outside every window. */
  translate(space: PciSpace, address: number, sizeBytes: number): number | null {
    for (const window of this.windows) {
      const base = window.pciBase ?? window.cpuBase
      if (window.space !== space || address < base) continue
      if (address + sizeBytes <= base + window.sizeBytes) return window.cpuBase + (address - base)
    }
    return null
  }

  /** A branch of the platform line for a pin of a device on the root bus. */
  interruptLine(device: number, pin: number): InterruptLine {
    const input = this.options.routeInterrupt(device, pin)
    let shared = this.shared.get(input)
    if (shared === undefined) {
      shared = new SharedInterruptLine(this.fabric.input(input))
      this.shared.set(input, shared)
    }
    return shared.branch()
  }

  /** Every function below, depth first: for views. */
  allFunctions(): PciFunction[] {
    const found: PciFunction[] = []
    const walk = (bus: PciBus): void => {
      for (const pciFunction of bus.list()) {
        found.push(pciFunction)
        if (pciFunction instanceof PciBridge) walk(pciFunction.secondary)
      }
    }
    walk(this.rootBus)
    return found
  }

  private target(offset: number): PciFunction | null {
    const bus = this.busStart + Math.floor(offset / ECAM_BUS_BYTES)
    return this.functionAt(bus, (offset >>> 12) & 0xff)
  }

  private bridgeTowards(segment: PciBus, bus: number): PciBridge | null {
    for (const bridge of segment.bridges()) {
      const { secondaryBusNumber, subordinateBusNumber } = bridge
      if (secondaryBusNumber !== 0 && bus >= secondaryBusNumber && bus <= subordinateBusNumber) return bridge
    }
    return null
  }
}

/** The bus a part hangs on: that of a bridge model, or the platform's root bus. */
export function busBelow(parent: DeviceModel | null, root: PciRootComplex | null): PciBus {
  if (parent instanceof PciBridge) return parent.secondary
  if (parent instanceof PciRootComplex) return parent.rootBus
  return present(root, 'the platform has a PCI host').rootBus
}
