import {
  kIOReturnInternalError, kIOReturnSuccess, kIOReturnUnderrun, type IOReturn,
} from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { pageSizeBytes } from '../../mach/index.ts'
import {
  IOMemoryDescriptor, NO_SEGMENT, type PhysicalSegment, type PurgeableAnswer,
} from './IOMemoryDescriptor.ts'
import type { IOMemoryMap } from './IOMemoryMap.ts'
import { allocatePlace, freePlace } from './IOMemoryReference.ts'
import {
  kIOMapAnywhere, kIOMapOverwrite, kIOMemoryBufferPageable, kIOMemoryPurgeableEmpty,
  kIOMemoryPurgeableNonVolatile, kIOMemoryPurgeableVolatile, kIOPreparationIDUnprepared,
  kIOPreparationIDUnsupported, type IODirection,
} from './options.ts'

/**
 * Several descriptors one after another.
 * @xnu iokit/Kernel/IOMultiMemoryDescriptor.cpp IOMultiMemoryDescriptor — faithful
 */
export class IOMultiMemoryDescriptor extends IOMemoryDescriptor {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOMultiMemoryDescriptor', IOMultiMemoryDescriptor, IOMemoryDescriptor)

  private parts: readonly IOMemoryDescriptor[] = []
  private partPreparations: readonly number[] = []

  /**
   * Retains each part; null when pageable and other memory are mixed. One reference to the caller.
   * @xnu iokit/Kernel/IOMultiMemoryDescriptor.cpp withDescriptors — faithful
   */
  static withDescriptors(
    parts: readonly IOMemoryDescriptor[], direction: IODirection,
  ): IOMultiMemoryDescriptor | null {
    const pageable = (part: IOMemoryDescriptor): number => part.getFlags() & kIOMemoryBufferPageable
    if (parts.some((part) => pageable(part) !== pageable(parts[0]!))) return null
    const multi = new IOMultiMemoryDescriptor()
    for (const part of parts) part.retain()
    multi.parts = [...parts]
    multi.length = parts.reduce((sum, part) => sum + part.getLength(), 0)
    multi.flags = direction | (parts[0] === undefined ? 0 : pageable(parts[0]))
    multi.tag = parts.find((part) => part.getTag() !== 0)?.getTag() ?? 0
    return multi
  }

  /**
   * In order; when one fails the earlier ones are completed again.
   * @xnu IOMultiMemoryDescriptor.cpp prepare — faithful
   */
  override prepare(direction = 0): IOReturn {
    const wanted = direction === 0 ? this.getDirection() : direction
    let result: IOReturn = kIOReturnInternalError
    for (const [index, part] of this.parts.entries()) {
      result = part.prepare(wanted)
      if (result === kIOReturnSuccess) continue
      for (const earlier of this.parts.slice(0, index)) earlier.complete(wanted)
      return result
    }
    return result
  }

  /** @xnu iokit/Kernel/IOMultiMemoryDescriptor.cpp complete — faithful */
  override complete(direction = 0): IOReturn {
    const wanted = direction === 0 ? this.getDirection() : direction
    let result: IOReturn = kIOReturnSuccess
    for (const part of this.parts) {
      const answer = part.complete(wanted)
      if (answer !== kIOReturnSuccess) result = answer
    }
    return result
  }

  /**
   * Runs never go across parts.
   * @xnu iokit/Kernel/IOMultiMemoryDescriptor.cpp getPhysicalSegment — faithful
   */
  override getPhysicalSegment(offset: number, options = 0): PhysicalSegment {
    return this.inPart(offset, (part, at) => part.getPhysicalSegment(at, options))
  }

  /**
   * The same for addresses as they were given.
   * @xnu iokit/Kernel/IOMultiMemoryDescriptor.cpp getPhysicalSegment _kIOMemorySourceSegment — faithful
   */
  override getSourceSegment(offset: number): PhysicalSegment {
    return this.inPart(offset, (part, at) => part.getSourceSegment(at))
  }

  /**
   * Every part; the first error stops.
   * @xnu iokit/Kernel/IOMultiMemoryDescriptor.cpp setPurgeable — faithful
   */
  override setPurgeable(newState: number): PurgeableAnswer {
    let oldState = kIOMemoryPurgeableNonVolatile
    for (const part of this.parts) {
      const answer = part.setPurgeable(newState)
      if (answer.result !== kIOReturnSuccess) return { result: answer.result, oldState }
      if (answer.oldState === kIOMemoryPurgeableEmpty) oldState = kIOMemoryPurgeableEmpty
      else if (answer.oldState === kIOMemoryPurgeableVolatile && oldState !== kIOMemoryPurgeableEmpty) {
        oldState = kIOMemoryPurgeableVolatile
      }
    }
    return { result: kIOReturnSuccess, oldState }
  }

  /** Sums of the parts. @xnu iokit/Kernel/IOMultiMemoryDescriptor.cpp getPageCounts — faithful */
  override getPageCounts(): { result: IOReturn; resident: number; dirty: number } {
    const total = { result: kIOReturnSuccess as IOReturn, resident: 0, dirty: 0 }
    for (const part of this.parts) {
      const counts = part.getPageCounts()
      if (counts.result !== kIOReturnSuccess) return { ...total, result: counts.result }
      total.resident += counts.resident
      total.dirty += counts.dirty
    }
    return total
  }

  /**
   * Another one whenever a part's has changed.
   * @xnu IOMultiMemoryDescriptor.cpp getPreparationID — faithful
   */
  override getPreparationID(): number {
    const now = this.parts.map((part) => part.getPreparationID())
    if (now.includes(kIOPreparationIDUnsupported)) return kIOPreparationIDUnsupported
    if (now.includes(kIOPreparationIDUnprepared)) return kIOPreparationIDUnprepared
    const known = this.partPreparations
    if (now.length !== known.length || now.some((id, index) => id !== known[index])) {
      this.partPreparations = now
      this.clearPreparationID()
    }
    return this.setPreparationID()
  }

  /**
   * Takes the whole place and maps the parts one behind the other.
   * @xnu IOMultiMemoryDescriptor.cpp doMap — faithful
   */
  override doMap(mapping: IOMemoryMap, options: number): IOReturn {
    const map = mapping.fAddressMap
    if (map === null) return kIOReturnUnderrun
    const page = pageSizeBytes()
    const size = Math.ceil(mapping.fLength / page) * page
    const place = allocatePlace(map, size, mapping.fAddress, options)
    if (typeof place !== 'number') return place.result
    mapping.fAddress = place
    const result = this.mapParts(mapping, options, place)
    if (result !== kIOReturnSuccess && (options & kIOMapOverwrite) === 0) freePlace(map, place, size, options)
    return result
  }

  /**
   * Lets every part go.
   * @xnu iokit/Kernel/IOMultiMemoryDescriptor.cpp IOMultiMemoryDescriptor::free — faithful
   */
  override free(): void {
    for (const part of this.parts) part.release()
    this.parts = []
    super.free()
  }

  private mapParts(mapping: IOMemoryMap, options: number, place: number): IOReturn {
    const partOptions = ((options & ~kIOMapAnywhere) | kIOMapOverwrite) >>> 0
    let offset = mapping.fOffset
    let remaining = mapping.fLength
    let address = place
    for (const part of this.parts) {
      if (remaining === 0) break
      const whole = part.getLength()
      if (offset >= whole) {
        offset -= whole
        continue
      }
      const length = Math.min(whole - offset, remaining)
      const wanted = { address, options: partOptions, offset, length }
      const map = part.createMappingInTask(mapping.fAddressTask, wanted)
      if (map === null) break
      map.release()
      remaining -= length
      address += length
      offset = 0
    }
    return remaining === 0 ? kIOReturnSuccess : kIOReturnUnderrun
  }

  private inPart(
    offset: number, ask: (part: IOMemoryDescriptor, at: number) => PhysicalSegment,
  ): PhysicalSegment {
    let skip = offset
    for (const part of this.parts) {
      if (skip < part.getLength()) return skip < 0 ? NO_SEGMENT : ask(part, skip)
      skip -= part.getLength()
    }
    return NO_SEGMENT
  }
}
