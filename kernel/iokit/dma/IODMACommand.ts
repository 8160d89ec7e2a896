import {
  kIOReturnBadArgument, kIOReturnBusy, kIOReturnMessageTooLarge, kIOReturnNoResources, kIOReturnNoSpace, kIOReturnNotAligned,
  kIOReturnNotReady, kIOReturnOverrun, kIOReturnSuccess, type IOReturn,
} from '../../abi/index.ts'
import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import { endOfRam, pageSizeBytes } from '../../mach/index.ts'
import { IOBufferMemoryDescriptor, kIODirectionIn, kIODirectionOut, type IOMemoryDescriptor } from '../memory/index.ts'

/** What a device can do with memory. 0 means unlimited (sizes, bits) or 1 (alignments). */
export interface DMASpecification {
  readonly numAddressBits: number
  readonly maxSegmentSize?: number
  readonly maxTransferSize?: number
  readonly alignment?: number
  readonly alignmentLength?: number
}

/** One run of memory as the device sees it. */
export interface DMASegment {
  address: number
  length: number
}

/**
 * A memory descriptor cut into segments that a device can take; memory out of its reach or misaligned goes through a
 * copy buffer. Thread context.
 * @xnu iokit/Kernel/IODMACommand.cpp IODMACommand — simplified: no mapper; what must bounce bounces as a whole
 */
export class IODMACommand extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IODMACommand', IODMACommand, OSObject)

  private descriptor: IOMemoryDescriptor | null = null
  private copy: IOBufferMemoryDescriptor | null = null
  private active = 0
  private offset = 0
  private length = 0

  private specification: DMASpecification = { numAddressBits: 0 }

  /** Null when the specification makes no sense. One reference to the caller. */
  static withSpecification(specification: DMASpecification): IODMACommand | null {
    const { numAddressBits } = specification
    if (numAddressBits !== 0 && 2 ** numAddressBits < pageSizeBytes()) return null
    const command = new IODMACommand()
    command.specification = specification
    return command
  }

  /** Sets the memory (retained) and prepares all of it, unless told not to. */
  setMemoryDescriptor(descriptor: IOMemoryDescriptor | null, autoPrepare = true): IOReturn {
    if (descriptor === this.descriptor) return kIOReturnSuccess
    if (this.active > 0) return kIOReturnBusy
    this.descriptor?.release()
    this.descriptor = descriptor
    descriptor?.retain()
    if (descriptor === null || !autoPrepare) return kIOReturnSuccess
    const result = this.prepare()
    if (result !== kIOReturnSuccess) this.clearMemoryDescriptor()
    return result
  }

  getMemoryDescriptor(): IOMemoryDescriptor | null {
    return this.descriptor
  }

  /** Completes what is active and forgets the memory. */
  clearMemoryDescriptor(): IOReturn {
    while (this.active > 0) this.complete()
    return this.setMemoryDescriptor(null)
  }

  /** Makes a range ready; nested for the same range. @xnu IODMACommand.cpp prepare — faithful */
  prepare(offset = 0, length = 0): IOReturn {
    const { descriptor, specification } = this
    if (descriptor === null) return kIOReturnNotReady
    const wanted = length === 0 ? descriptor.getLength() - offset : length
    const maxTransfer = specification.maxTransferSize ?? 0
    if (maxTransfer > 0 && wanted > maxTransfer) return kIOReturnNoSpace
    if (this.active > 0 && (offset !== this.offset || wanted !== this.length)) return kIOReturnNotReady
    if (this.active++ > 0) return kIOReturnSuccess
    this.offset = offset
    this.length = wanted
    if (wanted % (specification.alignmentLength ?? 1) !== 0) return kIOReturnNotAligned
    return this.needsCopy(descriptor) ? this.makeCopy(descriptor) : kIOReturnSuccess
  }

  /** Undoes one `prepare`; the last copies back what the device wrote. */
  complete(): IOReturn {
    if (this.active < 1) return kIOReturnNotReady
    if (--this.active > 0 || this.copy === null) return kIOReturnSuccess
    const direction = this.descriptor!.getDirection()
    if (direction === 0 || (direction & kIODirectionIn) !== 0) {
      const bytes = new Uint8Array(this.length)
      this.copy.readBytes(0, bytes)
      this.descriptor!.writeBytes(this.offset, bytes)
    }
    this.copy.release()
    this.copy = null
    return kIOReturnSuccess
  }

  /** Segments from `offset` (relative to the prepared range) on, at most `segments.length`; fills them and counts. */
  genIOVMSegments(offset: number, segments: DMASegment[]): { result: IOReturn; offset: number; count: number } {
    if (this.active < 1) return { result: kIOReturnNotReady, offset, count: 0 }
    if (offset >= this.length) return { result: kIOReturnOverrun, offset, count: 0 }
    if (segments.length === 0) return { result: kIOReturnBadArgument, offset, count: 0 }
    const source = this.copy ?? this.descriptor!
    const base = this.copy === null ? this.offset : 0
    const limit = this.specification.maxSegmentSize === undefined || this.specification.maxSegmentSize === 0 ? Infinity : this.specification.maxSegmentSize
    let at = offset
    let count = 0
    while (at < this.length && count < segments.length) {
      const run = source.getPhysicalSegment(base + at)
      if (run.length === 0) return { result: kIOReturnMessageTooLarge, offset: at, count }
      const segment = segments[count++]!
      segment.address = run.address
      segment.length = Math.min(run.length, this.length - at, limit)
      at += segment.length
    }
    return { result: kIOReturnSuccess, offset: at, count }
  }

  override free(): void {
    this.clearMemoryDescriptor()
    super.free()
  }

  private needsCopy(descriptor: IOMemoryDescriptor): boolean {
    const bits = this.specification.numAddressBits
    const limit = bits === 0 || bits >= 53 ? Infinity : 2 ** bits
    const alignment = this.specification.alignment ?? 1
    if (alignment <= 1 && endOfRam() <= limit) return false
    for (let at = 0; at < this.length;) {
      const run = descriptor.getPhysicalSegment(this.offset + at)
      if (run.length === 0) return false
      if (run.address % alignment !== 0 || run.address + run.length > limit) return true
      at += run.length
    }
    return false
  }

  private makeCopy(descriptor: IOMemoryDescriptor): IOReturn {
    const bits = this.specification.numAddressBits
    const mask = (bits === 0 || bits > 32 ? 0xffffffffn : (1n << BigInt(bits)) - 1n) & ~BigInt(pageSizeBytes() - 1)
    this.copy = IOBufferMemoryDescriptor.inTaskWithPhysicalMask(0, this.length, mask)
    if (this.copy === null) return kIOReturnNoResources
    const direction = descriptor.getDirection()
    if (direction === 0 || (direction & kIODirectionOut) !== 0) {
      const bytes = new Uint8Array(this.length)
      descriptor.readBytes(this.offset, bytes)
      this.copy.writeBytes(0, bytes)
    }
    return kIOReturnSuccess
  }
}
