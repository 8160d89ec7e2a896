import { kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import { ml_phys_copy_in, ml_phys_copy_out } from '../../mach/index.ts'
import { IOMemoryMap } from './IOMemoryMap.ts'
import { kIODirectionInOut, type IODirection } from './options.ts'

/** A run of physical memory; length 0 means there is none at that place. */
export interface PhysicalSegment {
  readonly address: number
  readonly length: number
}

/** Largest length: what `getPhysicalSegment` may be asked without a limit of its own. */
export const kIOMemoryUnlimited = Number.MAX_SAFE_INTEGER

const NO_SEGMENT: PhysicalSegment = { address: 0, length: 0 }

/**
 * Memory by description: which bytes, in which direction, wired or not. Abstract.
 * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryDescriptor — simplified: kernel addresses are physical addresses
 */
export abstract class IOMemoryDescriptor extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOMemoryDescriptor', IOMemoryDescriptor, OSObject, { abstract: true })

  protected length = 0
  protected direction: IODirection = kIODirectionInOut
  protected tag = 0
  protected wireCount = 0

  /** Bytes described. Any context. */
  getLength(): number {
    return this.length
  }

  getDirection(): IODirection {
    return this.direction
  }

  getTag(): number {
    return this.tag
  }

  setTag(tag: number): void {
    this.tag = tag
  }

  /** Wires the memory; nested, each needs a `complete`. Thread context. */
  prepare(_direction?: IODirection): IOReturn {
    this.wireCount++
    return kIOReturnSuccess
  }

  /** Undoes one `prepare`; without one nothing happens. */
  complete(_direction?: IODirection): IOReturn {
    if (this.wireCount > 0) this.wireCount--
    return kIOReturnSuccess
  }

  /** The physical run that begins `offset` bytes in, as long as it goes on. Length 0 behind the end. Any context. */
  abstract getPhysicalSegment(offset: number): PhysicalSegment

  /** Copies out of the memory; answers how many bytes came. 0 when the range does not lie inside. */
  readBytes(offset: number, target: Uint8Array): number {
    return this.copy(offset, target, ml_phys_copy_out)
  }

  /** Copies into the memory; answers how many bytes went. 0 when the range does not lie inside. */
  writeBytes(offset: number, source: Uint8Array): number {
    return this.copy(offset, source, ml_phys_copy_in)
  }

  /** Maps all of it for the kernel; null for a zero-length descriptor. The caller owns the map. */
  map(options = 0): IOMemoryMap | null {
    return this.createMappingInTask(options, 0, this.length)
  }

  /** Maps a part of it; null when the part does not lie inside. Length 0 asks for the whole length. */
  createMappingInTask(options: number, offset: number, length: number): IOMemoryMap | null {
    const wanted = length === 0 ? this.length : length
    if (offset >= this.length || offset + wanted > this.length) return null
    return IOMemoryMap.withDescriptor(this, options, { offset, length: wanted })
  }

  private copy(offset: number, bytes: Uint8Array, move: (address: number, bytes: Uint8Array) => void): number {
    if (offset < 0 || offset + bytes.length > this.length) return 0
    let done = 0
    while (done < bytes.length) {
      const segment = this.getPhysicalSegment(offset + done)
      if (segment.length === 0) return done
      const count = Math.min(segment.length, bytes.length - done)
      move(segment.address, bytes.subarray(done, done + count))
      done += count
    }
    return done
  }
}

export { NO_SEGMENT }
