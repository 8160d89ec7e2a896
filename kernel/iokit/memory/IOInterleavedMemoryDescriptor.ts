import { kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { IOMemoryDescriptor, NO_SEGMENT, type PhysicalSegment } from './IOMemoryDescriptor.ts'
import { kIOMemoryDirectionMask, type IODirection } from './options.ts'

/** A portion of a descriptor. */
interface Portion {
  readonly descriptor: IOMemoryDescriptor
  readonly offset: number
  readonly length: number
}

/**
 * Portions of several descriptors one after another; they are added one by one, up to a capacity.
 * @xnu iokit/Kernel/IOInterleavedMemoryDescriptor.cpp IOInterleavedMemoryDescriptor — faithful
 */
export class IOInterleavedMemoryDescriptor extends IOMemoryDescriptor {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOInterleavedMemoryDescriptor', IOInterleavedMemoryDescriptor, IOMemoryDescriptor)

  private readonly portions: Portion[] = []
  private capacity = 0
  private isPrepared = false

  /**
   * Room for `capacity` portions. One reference to the caller; null for no room. Thread context.
   * @xnu iokit/Kernel/IOInterleavedMemoryDescriptor.cpp withCapacity — faithful
   */
  static withCapacity(capacity: number, direction: IODirection): IOInterleavedMemoryDescriptor | null {
    const descriptor = new IOInterleavedMemoryDescriptor()
    if (descriptor.initWithCapacity(capacity, direction)) return descriptor
    descriptor.release()
    return null
  }

  /**
   * Second stage of construction. False for no room.
   * @xnu iokit/Kernel/IOInterleavedMemoryDescriptor.cpp initWithCapacity — faithful
   */
  initWithCapacity(capacity: number, direction: IODirection): boolean {
    if (!super.init() || capacity < 1) return false
    this.flags = direction
    this.capacity = capacity
    return true
  }

  /**
   * Completes the portions if they are prepared, gives them up, and takes another direction unless it is
   * None. As in the original, one that was prepared when it was cleared counts as prepared until the next
   * `complete`: until then it takes no portions. Thread context.
   * @xnu iokit/Kernel/IOInterleavedMemoryDescriptor.cpp clearMemoryDescriptors — faithful
   */
  clearMemoryDescriptors(direction: IODirection = 0): void {
    for (const { descriptor } of this.portions) {
      if (this.isPrepared) descriptor.complete(this.getDirection())
      descriptor.release()
    }
    if (direction !== 0) this.flags = ((this.flags & ~kIOMemoryDirectionMask) | direction) >>> 0
    this.portions.length = 0
    this.length = 0
    this.setTag(0)
  }

  /**
   * Adds a portion at the end and retains its descriptor; the same descriptor may be added again. False when
   * there is no room, while it is prepared, and for a portion that does not lie in the descriptor. Thread
   * context. @xnu iokit/Kernel/IOInterleavedMemoryDescriptor.cpp setMemoryDescriptor — faithful
   */
  setMemoryDescriptor(descriptor: IOMemoryDescriptor, offset: number, length: number): boolean {
    if (this.isPrepared || this.portions.length === this.capacity) return false
    if (offset + length > descriptor.getLength()) return false
    descriptor.retain()
    this.portions.push({ descriptor, offset, length })
    this.length += length
    return true
  }

  /**
   * Prepares every portion's descriptor in order. When one fails it is, as in the original, that one which
   * is completed, once for each before it; those stay prepared. Thread context.
   * @xnu iokit/Kernel/IOInterleavedMemoryDescriptor.cpp prepare — faithful
   */
  override prepare(direction = 0): IOReturn {
    const wanted = direction === 0 ? this.getDirection() : direction
    for (const [index, { descriptor }] of this.portions.entries()) {
      const status = descriptor.prepare(wanted)
      if (status === kIOReturnSuccess) continue
      for (let undo = 0; undo < index; undo++) descriptor.complete(wanted)
      return status
    }
    this.isPrepared = true
    return kIOReturnSuccess
  }

  /**
   * Completes every portion's descriptor; the last error is the answer. Thread context.
   * @xnu iokit/Kernel/IOInterleavedMemoryDescriptor.cpp complete — faithful
   */
  override complete(direction = 0): IOReturn {
    const wanted = direction === 0 ? this.getDirection() : direction
    let result: IOReturn = kIOReturnSuccess
    for (const { descriptor } of this.portions) {
      const status = descriptor.complete(wanted)
      if (status !== kIOReturnSuccess) result = status
    }
    this.isPrepared = false
    return result
  }

  /**
   * Runs end with their portion. Address 0 and length 0 from the end on.
   * @xnu iokit/Kernel/IOInterleavedMemoryDescriptor.cpp getPhysicalSegment — faithful
   */
  override getPhysicalSegment(offset: number, options = 0): PhysicalSegment {
    return this.inPortion(offset, (descriptor, at) => descriptor.getPhysicalSegment(at, options))
  }

  /** The same for addresses as they were given. @xnu ours: options of getPhysicalSegment there */
  override getSourceSegment(offset: number): PhysicalSegment {
    return this.inPortion(offset, (descriptor, at) => descriptor.getSourceSegment(at))
  }

  /** Gives every descriptor up. @xnu iokit/Kernel/IOInterleavedMemoryDescriptor.cpp free — faithful */
  override free(): void {
    for (const { descriptor } of this.portions) descriptor.release()
    this.portions.length = 0
    super.free()
  }

  private inPortion(
    offset: number, ask: (descriptor: IOMemoryDescriptor, at: number) => PhysicalSegment,
  ): PhysicalSegment {
    let rest = offset
    for (const portion of this.portions) {
      if (rest < portion.length) {
        const { address, length } = ask(portion.descriptor, portion.offset + rest)
        return { address, length: Math.min(length, portion.length - rest) }
      }
      rest -= portion.length
    }
    return NO_SEGMENT
  }
}
