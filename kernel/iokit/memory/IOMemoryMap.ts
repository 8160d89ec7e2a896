import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import { kernelTrap, physicalBus, type PhysicalBus } from '../../mach/index.ts'
import type { IOMemoryDescriptor } from './IOMemoryDescriptor.ts'
import { kIOMapReadOnly } from './options.ts'

/**
 * A descriptor's memory made addressable. Reads and writes outside it are page faults, as is any use after `unmap`.
 * Register access is at any context; nothing blocks or allocates.
 * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryMap — simplified: the kernel's address of memory is its physical one
 */
export class IOMemoryMap extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOMemoryMap', IOMemoryMap, OSObject)

  private descriptor: IOMemoryDescriptor | null = null
  private base = 0
  private length = 0
  private options = 0
  private readonly bus = physicalBus()

  /** Made by `IOMemoryDescriptor.createMappingInTask`; one reference to the caller. Retains the descriptor. */
  static withDescriptor(descriptor: IOMemoryDescriptor, options: number, range: { offset: number; length: number }): IOMemoryMap | null {
    const segment = descriptor.getPhysicalSegment(range.offset)
    if (segment.length < range.length) return null
    const map = new IOMemoryMap()
    descriptor.retain()
    map.descriptor = descriptor
    map.base = segment.address
    map.length = range.length
    map.options = options
    return map
  }

  getLength(): number {
    return this.length
  }

  getMapOptions(): number {
    return this.options
  }

  getVirtualAddress(): number {
    return this.base
  }

  getPhysicalAddress(): number {
    return this.base
  }

  getMemoryDescriptor(): IOMemoryDescriptor | null {
    return this.descriptor
  }

  /** Takes the mapping away: the address is 0 from now on. */
  unmap(): void {
    this.base = 0
    this.length = 0
  }

  read8(offset: number): number {
    return this.at(offset, 1, 'read').read(this.base + offset, 1)
  }

  read16(offset: number): number {
    return this.at(offset, 2, 'read').read(this.base + offset, 2)
  }

  read32(offset: number): number {
    return this.at(offset, 4, 'read').read(this.base + offset, 4)
  }

  read64(offset: number): bigint {
    return this.at(offset, 8, 'read').read64(this.base + offset)
  }

  write8(offset: number, value: number): void {
    this.at(offset, 1, 'write').write(this.base + offset, 1, value)
  }

  write16(offset: number, value: number): void {
    this.at(offset, 2, 'write').write(this.base + offset, 2, value)
  }

  write32(offset: number, value: number): void {
    this.at(offset, 4, 'write').write(this.base + offset, 4, value)
  }

  write64(offset: number, value: bigint): void {
    this.at(offset, 8, 'write').write64(this.base + offset, value)
  }

  override free(): void {
    this.descriptor?.release()
    this.descriptor = null
    super.free()
  }

  private at(offset: number, width: number, access: 'read' | 'write'): PhysicalBus {
    const inside = offset >= 0 && offset + width <= this.length
    if (!inside || (access === 'write' && (this.options & kIOMapReadOnly) !== 0)) this.fault(offset, access)
    return this.bus
  }

  private fault(offset: number, access: 'read' | 'write'): never {
    kernelTrap({ kind: 'page-fault', address: BigInt(Math.max(0, this.base + offset)), access })
  }
}
