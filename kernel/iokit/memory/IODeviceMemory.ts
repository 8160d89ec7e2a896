import { defineMetaClass, OSArray, type OSMetaClass } from '../../libkern/index.ts'
import { IOGeneralMemoryDescriptor } from './IOGeneralMemoryDescriptor.ts'
import type { PhysicalSegment } from './IOMemoryDescriptor.ts'
import { kIODirectionInOut } from './options.ts'

/** A device's register or memory range. @xnu iokit/Kernel/IODeviceMemory.cpp IODeviceMemory — faithful */
export class IODeviceMemory extends IOGeneralMemoryDescriptor {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IODeviceMemory', IODeviceMemory, IOGeneralMemoryDescriptor)

  /** One range; one reference to the caller. */
  static withRange(address: number, length: number): IODeviceMemory {
    const memory = new IODeviceMemory()
    memory.initWithPhysicalRanges([{ address, length }], kIODirectionInOut)
    return memory
  }

  /** A part of `of`; null when it does not lie inside. */
  static withSubRange(of: IODeviceMemory, offset: number, length: number): IODeviceMemory | null {
    if (offset < 0 || offset + length > of.getLength()) return null
    return IODeviceMemory.withRange(of.getPhysicalSegment(offset).address, length)
  }

  /** One descriptor per range, in an array; one reference to the caller. */
  static arrayFromList(list: readonly PhysicalSegment[]): OSArray {
    const array = OSArray.withCapacity(list.length)
    for (const { address, length } of list) array.adopt(IODeviceMemory.withRange(address, length))
    return array
  }
}
