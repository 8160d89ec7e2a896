import { kIOReturnInternalError, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { IOMemoryDescriptor, NO_SEGMENT, type PhysicalSegment } from './IOMemoryDescriptor.ts'
import type { IODirection } from './options.ts'

/** Several descriptors one after another. @xnu iokit/Kernel/IOMultiMemoryDescriptor.cpp IOMultiMemoryDescriptor — faithful */
export class IOMultiMemoryDescriptor extends IOMemoryDescriptor {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOMultiMemoryDescriptor', IOMultiMemoryDescriptor, IOMemoryDescriptor)

  private parts: readonly IOMemoryDescriptor[] = []

  /** Retains each part; one reference to the caller. */
  static withDescriptors(parts: readonly IOMemoryDescriptor[], direction: IODirection): IOMultiMemoryDescriptor {
    const multi = new IOMultiMemoryDescriptor()
    for (const part of parts) part.retain()
    multi.parts = [...parts]
    multi.length = parts.reduce((sum, part) => sum + part.getLength(), 0)
    multi.direction = direction
    multi.tag = parts.find((part) => part.getTag() !== 0)?.getTag() ?? 0
    return multi
  }

  /** Prepares the parts in order; when one fails the earlier ones are completed again. */
  override prepare(direction?: IODirection): IOReturn {
    let result: IOReturn = kIOReturnInternalError
    for (const [index, part] of this.parts.entries()) {
      result = part.prepare(direction)
      if (result === kIOReturnSuccess) continue
      for (const earlier of this.parts.slice(0, index)) earlier.complete(direction)
      return result
    }
    return result
  }

  override complete(direction?: IODirection): IOReturn {
    let result: IOReturn = kIOReturnSuccess
    for (const part of this.parts) {
      const answer = part.complete(direction)
      if (answer !== kIOReturnSuccess) result = answer
    }
    return result
  }

  /** Segments never go across parts. */
  override getPhysicalSegment(offset: number): PhysicalSegment {
    let skip = offset
    for (const part of this.parts) {
      if (skip < part.getLength()) return skip < 0 ? NO_SEGMENT : part.getPhysicalSegment(skip)
      skip -= part.getLength()
    }
    return NO_SEGMENT
  }

  override free(): void {
    for (const part of this.parts) part.release()
    this.parts = []
    super.free()
  }
}
