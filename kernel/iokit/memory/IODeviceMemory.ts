import { defineMetaClass, OSArray, type OSMetaClass } from '../../libkern/index.ts'
import { IOGeneralMemoryDescriptor } from './IOGeneralMemoryDescriptor.ts'
import { IOSubMemoryDescriptor } from './IOSubMemoryDescriptor.ts'
import { kIODirectionNone, kIOMemoryMapperNone, kIOMemoryTypePhysical } from './options.ts'

/**
 * A range of a list, with the tag its descriptor gets.
 * @xnu iokit/IOKit/IODeviceMemory.h InitElement — faithful
 */
export interface DeviceMemoryRange {
  readonly address: number
  readonly length: number
  readonly tag?: number
}

/**
 * A device's register or memory range: physical addresses that no mapper is asked for.
 * @xnu iokit/Kernel/IODeviceMemory.cpp IODeviceMemory — simplified: a class of its own, not a name for a
 * plain descriptor
 */
export class IODeviceMemory extends IOGeneralMemoryDescriptor {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IODeviceMemory', IODeviceMemory, IOGeneralMemoryDescriptor)

  /** One range; one reference to the caller. @xnu iokit/Kernel/IODeviceMemory.cpp withRange — faithful */
  static withRange(address: number, length: number): IODeviceMemory {
    const memory = new IODeviceMemory()
    memory.initWithOptions([{ address, length }], {
      task: null, options: kIODirectionNone | kIOMemoryMapperNone | kIOMemoryTypePhysical,
    })
    return memory
  }

  /**
   * A part of `of`, which is retained; null when it does not lie inside.
   * @xnu IODeviceMemory.cpp withSubRange — faithful
   */
  static withSubRange(of: IODeviceMemory, offset: number, length: number): IOSubMemoryDescriptor | null {
    return IOSubMemoryDescriptor.withSubRange(of, offset, length, kIODirectionNone)
  }

  /**
   * One descriptor per range, in an array; one reference to the caller.
   * @xnu IODeviceMemory.cpp arrayFromList — faithful
   */
  static arrayFromList(list: readonly DeviceMemoryRange[]): OSArray {
    const array = OSArray.withCapacity(list.length)
    for (const { address, length, tag } of list) {
      const memory = IODeviceMemory.withRange(address, length)
      if (tag !== undefined) memory.setTag(tag)
      array.adopt(memory)
    }
    return array
  }
}
