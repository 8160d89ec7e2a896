import type { IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import type { Task } from '../../mach/index.ts'
import { present } from '../../sim/index.ts'
import {
  IOMemoryDescriptor, NO_SEGMENT, type PhysicalSegment, type PurgeableAnswer,
} from './IOMemoryDescriptor.ts'
import type { IOMemoryMap } from './IOMemoryMap.ts'
import { kIOMemoryThreadSafe } from './options.ts'

/**
 * A part of another descriptor.
 * @xnu iokit/Kernel/IOSubMemoryDescriptor.cpp IOSubMemoryDescriptor — faithful
 */
export class IOSubMemoryDescriptor extends IOMemoryDescriptor {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOSubMemoryDescriptor', IOSubMemoryDescriptor, IOMemoryDescriptor)

  private parent: IOMemoryDescriptor | null = null
  private start = 0
  private parentPreparation = 0

  /**
   * Null when the part does not lie inside. Retains the parent; one reference to the caller.
   * @xnu iokit/Kernel/IOSubMemoryDescriptor.cpp withSubRange — faithful
   */
  static withSubRange(
    parent: IOMemoryDescriptor, offset: number, length: number, options: number,
  ): IOSubMemoryDescriptor | null {
    if (offset < 0 || length < 0 || offset + length > parent.getLength()) return null
    const part = new IOSubMemoryDescriptor()
    parent.retain()
    part.parent = parent
    part.start = offset
    part.length = length
    part.flags = options | kIOMemoryThreadSafe
    part.tag = parent.getTag()
    part.clearPreparationID()
    return part
  }

  /** Counts at the parent. @xnu iokit/Kernel/IOSubMemoryDescriptor.cpp prepare — faithful */
  override prepare(direction?: number): IOReturn {
    return this.of.prepare(direction)
  }

  /** Counts at the parent. @xnu iokit/Kernel/IOSubMemoryDescriptor.cpp complete — faithful */
  override complete(direction?: number): IOReturn {
    return this.of.complete(direction)
  }

  /** @xnu iokit/Kernel/IOSubMemoryDescriptor.cpp getPhysicalSegment — faithful */
  override getPhysicalSegment(offset: number, options = 0): PhysicalSegment {
    if (offset < 0 || offset >= this.length) return NO_SEGMENT
    return this.clipped(this.of.getPhysicalSegment(this.start + offset, options), offset)
  }

  /**
   * The same for addresses as they were given.
   * @xnu iokit/Kernel/IOSubMemoryDescriptor.cpp getPhysicalSegment _kIOMemorySourceSegment — faithful
   */
  override getSourceSegment(offset: number): PhysicalSegment {
    if (offset < 0 || offset >= this.length) return NO_SEGMENT
    return this.clipped(this.of.getSourceSegment(this.start + offset), offset)
  }

  /** The parent's. @xnu iokit/Kernel/IOSubMemoryDescriptor.cpp setPurgeable — faithful */
  override setPurgeable(newState: number): PurgeableAnswer {
    return this.of.setPurgeable(newState)
  }

  /** The parent's. @xnu iokit/Kernel/IOSubMemoryDescriptor.cpp getPageCounts — faithful */
  override getPageCounts(): { result: IOReturn; resident: number; dirty: number } {
    return this.of.getPageCounts()
  }

  /**
   * Another one whenever the parent's has changed.
   * @xnu IOSubMemoryDescriptor.cpp getPreparationID — faithful
   */
  override getPreparationID(): number {
    const parents = this.of.getPreparationID()
    if (parents !== this.parentPreparation) {
      this.parentPreparation = parents
      this.clearPreparationID()
      this.setPreparationID()
    }
    return super.getPreparationID()
  }

  /**
   * Made by, and shared with, the parent.
   * @xnu iokit/Kernel/IOSubMemoryDescriptor.cpp makeMapping — faithful
   */
  override makeMapping(mapping: IOMemoryMap, options: number, extraOffset: number): IOMemoryMap | null {
    return this.of.makeMapping(mapping, options, this.start + extraOffset)
  }

  /** @xnu iokit/Kernel/IOSubMemoryDescriptor.cpp redirect — faithful */
  override redirect(safeTask: Task | null, doRedirect: boolean): IOReturn {
    super.redirect(safeTask, doRedirect)
    return this.of.redirect(safeTask, doRedirect)
  }

  /**
   * Lets the parent go.
   * @xnu iokit/Kernel/IOSubMemoryDescriptor.cpp IOSubMemoryDescriptor::free — faithful
   */
  override free(): void {
    this.parent?.release()
    this.parent = null
    super.free()
  }

  private get of(): IOMemoryDescriptor {
    return present(this.parent, 'a part has a parent')
  }

  private clipped(run: PhysicalSegment, offset: number): PhysicalSegment {
    return { address: run.address, length: Math.min(run.length, this.length - offset) }
  }
}
