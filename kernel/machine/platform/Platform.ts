import type { BuildContext, PlatformAllocator } from '../../families/defineFamily.ts'
import type { DeviceModel, Fabric, InterruptSink, PciRootComplex } from '../../hardware/index.ts'
import type { PhysicalRange } from '../../mach/index.ts'
import { assert } from '../../sim/index.ts'

/**
 * The fixed part of a machine: memory map, interrupt controller, buses and the blocks that are always there.
 */
export interface Platform {
  readonly fabric: Fabric
  /** Every model of the machine hangs below this one: reset order and the device view. */
  readonly root: DeviceModel
  /** PCI host for parts that name no parent. */
  readonly pciRoot: PciRootComplex | null
  /** Root complexes by the id of the part that stands for them. */
  readonly pciHosts: ReadonlyMap<string, PciRootComplex>
  /** RAM that the kernel may hand out. */
  readonly freeRam: readonly PhysicalRange[]
  readonly endOfRam: number
  readonly pageSizeBytes: number
  readonly allocate: PlatformAllocator
  /** Connects the interrupt controller's output to the processor. */
  connect(sink: InterruptSink): void
}

/** The part of a build context that is the same for every part. */
export type PlatformContext = Omit<BuildContext, 'parent'>

/** Hands out addresses upwards from a base and interrupt inputs from a list. */
export class RangeAllocator implements PlatformAllocator {
  private next: number

  constructor(private readonly range: { base: number; end: number }, private readonly inputs: number[]) {
    this.next = range.base
  }

  memory(sizeBytes: number, alignment: number): number {
    const start = Math.ceil(this.next / alignment) * alignment
    assert(start + sizeBytes <= this.range.end, 'the platform has no device addresses left')
    this.next = start + sizeBytes
    return start
  }

  interrupt(): number {
    const input = this.inputs.shift()
    assert(input !== undefined, 'the platform has no interrupt inputs left')
    return input
  }
}
