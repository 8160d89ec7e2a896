import type { IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { IOMemoryDescriptor, NO_SEGMENT, type PhysicalSegment } from './IOMemoryDescriptor.ts'
import type { IODirection } from './options.ts'

/** A part of another descriptor. @xnu iokit/Kernel/IOSubMemoryDescriptor.cpp IOSubMemoryDescriptor — faithful */
export class IOSubMemoryDescriptor extends IOMemoryDescriptor {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOSubMemoryDescriptor', IOSubMemoryDescriptor, IOMemoryDescriptor)

  private parent: IOMemoryDescriptor | null = null
  private start = 0

  /** Null when the part does not lie inside. Retains the parent; one reference to the caller. */
  static withSubRange(parent: IOMemoryDescriptor, offset: number, length: number, direction: IODirection): IOSubMemoryDescriptor | null {
    if (offset < 0 || offset + length > parent.getLength()) return null
    const part = new IOSubMemoryDescriptor()
    parent.retain()
    part.parent = parent
    part.start = offset
    part.length = length
    part.direction = direction
    part.tag = parent.getTag()
    return part
  }

  override prepare(direction?: IODirection): IOReturn {
    return this.parent!.prepare(direction)
  }

  override complete(direction?: IODirection): IOReturn {
    return this.parent!.complete(direction)
  }

  override getPhysicalSegment(offset: number): PhysicalSegment {
    if (offset < 0 || offset >= this.length) return NO_SEGMENT
    const { address, length } = this.parent!.getPhysicalSegment(this.start + offset)
    return { address, length: Math.min(length, this.length - offset) }
  }

  override free(): void {
    this.parent?.release()
    this.parent = null
    super.free()
  }
}
