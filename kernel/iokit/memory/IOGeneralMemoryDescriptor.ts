import { defineMetaClass, toOSObject, type OSMetaClass, type OSSerialize } from '../../libkern/index.ts'
import { assert } from '../../sim/index.ts'
import { IOMemoryDescriptor, NO_SEGMENT, type PhysicalSegment } from './IOMemoryDescriptor.ts'
import { kIODirectionInOut, type IODirection } from './options.ts'

/** A list of physical ranges as one piece of memory. Adjacent ranges merge into one segment. */
export class IOGeneralMemoryDescriptor extends IOMemoryDescriptor {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOGeneralMemoryDescriptor', IOGeneralMemoryDescriptor, IOMemoryDescriptor)

  protected ranges: readonly PhysicalSegment[] = []

  /**
   * Physical ranges; one reference to the caller. Physical memory is always wired.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp withAddressRanges — simplified: physical ranges only
   */
  static withPhysicalRanges(ranges: readonly PhysicalSegment[], direction: IODirection = kIODirectionInOut): IOGeneralMemoryDescriptor {
    const descriptor = new IOGeneralMemoryDescriptor()
    descriptor.initWithPhysicalRanges(ranges, direction)
    return descriptor
  }

  /** One physical range. @xnu iokit/Kernel/IOMemoryDescriptor.cpp withPhysicalAddress — faithful */
  static withPhysicalAddress(address: number, length: number, direction: IODirection = kIODirectionInOut): IOGeneralMemoryDescriptor {
    return IOGeneralMemoryDescriptor.withPhysicalRanges([{ address, length }], direction)
  }

  protected initWithPhysicalRanges(ranges: readonly PhysicalSegment[], direction: IODirection): void {
    for (const { address, length } of ranges) assert(address >= 0 && length >= 0, 'a physical range is not negative')
    this.ranges = ranges
    this.length = ranges.reduce((sum, range) => sum + range.length, 0)
    this.direction = direction
    this.wireCount = 1
  }

  override getPhysicalSegment(offset: number): PhysicalSegment {
    if (offset < 0 || offset >= this.length) return NO_SEGMENT
    let skip = offset
    let index = 0
    while (skip >= this.ranges[index]!.length) skip -= this.ranges[index++]!.length
    const address = this.ranges[index]!.address + skip
    let length = this.ranges[index]!.length - skip
    for (index++; index < this.ranges.length && this.ranges[index]!.address === address + length; index++) {
      length += this.ranges[index]!.length
    }
    return { address, length: Math.min(length, this.length - offset) }
  }

  /** An array of `address` and `length`, one per range: what `IODeviceMemory` shows. */
  override serialize(serializer: OSSerialize): boolean {
    const described = toOSObject(this.ranges.map(({ address, length }) => new Map([
      ['address', { number: address, bits: 64 }], ['length', { number: length, bits: 64 }],
    ])))
    const done = described.serialize(serializer)
    described.release()
    return done
  }
}
