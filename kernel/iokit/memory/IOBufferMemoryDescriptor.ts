import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { ml_phys_copy_in, pageSizeBytes, physicalBus, physicalPages } from '../../mach/index.ts'
import { IOGeneralMemoryDescriptor } from './IOGeneralMemoryDescriptor.ts'
import type { PhysicalSegment } from './IOMemoryDescriptor.ts'
import { kIODirectionInOut, kIOMemoryHostPhysicallyContiguous, kIOMemoryPhysicallyContiguous, type IODirection } from './options.ts'

/** Highest address of the physical mask: none. */
const NO_MASK = Number.MAX_SAFE_INTEGER

interface Allocation {
  readonly capacity: number
  readonly alignment: number
  readonly contiguous: boolean
  readonly maxAddress: number
}

/**
 * Memory that the kernel allocates: zero-filled, wired, in page frames of the simulated RAM.
 * @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp IOBufferMemoryDescriptor — simplified: whole page frames only; no pageable memory
 */
export class IOBufferMemoryDescriptor extends IOGeneralMemoryDescriptor {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOBufferMemoryDescriptor', IOBufferMemoryDescriptor, IOGeneralMemoryDescriptor)

  private capacity = 0
  private frames: readonly PhysicalSegment[] = []

  /** A buffer; null for no capacity or when there is no memory. One reference to the caller. Thread context. */
  static withOptions(options: number, capacity: number, alignment = 1): IOBufferMemoryDescriptor | null {
    const contiguous = (options & (kIOMemoryPhysicallyContiguous | kIOMemoryHostPhysicallyContiguous)) !== 0 || alignment > pageSizeBytes()
    return IOBufferMemoryDescriptor.allocate((options & 3) as IODirection, { capacity, alignment, contiguous, maxAddress: NO_MASK })
  }

  /** A buffer below a physical mask, whose lowest set bit is the alignment. */
  static inTaskWithPhysicalMask(options: number, capacity: number, mask: bigint): IOBufferMemoryDescriptor | null {
    const alignment = Number(mask & -mask)
    const maxAddress = mask > BigInt(NO_MASK) ? NO_MASK : Number(mask) + alignment - 1
    const contiguous = alignment > pageSizeBytes() || (options & kIOMemoryPhysicallyContiguous) !== 0
    return IOBufferMemoryDescriptor.allocate((options & 3) as IODirection, { capacity, alignment, contiguous, maxAddress })
  }

  /** A contiguous buffer aligned to its capacity. */
  static withCapacity(capacity: number, direction: IODirection = kIODirectionInOut): IOBufferMemoryDescriptor | null {
    return IOBufferMemoryDescriptor.allocate(direction, { capacity, alignment: capacity, contiguous: true, maxAddress: NO_MASK })
  }

  /** A buffer that holds a copy of `bytes`. */
  static withBytes(bytes: Uint8Array, direction: IODirection = kIODirectionInOut): IOBufferMemoryDescriptor | null {
    const made = IOBufferMemoryDescriptor.allocate(direction, { capacity: bytes.length, alignment: 1, contiguous: false, maxAddress: NO_MASK })
    made?.writeBytes(0, bytes)
    return made
  }

  private static allocate(direction: IODirection, wanted: Allocation): IOBufferMemoryDescriptor | null {
    if (wanted.capacity <= 0) return null
    const pageSize = pageSizeBytes()
    const size = Math.ceil(wanted.capacity / pageSize) * pageSize
    const frames = framesFor(size, wanted)
    if (frames === null) return null
    const zeros = new Uint8Array(pageSize)
    for (const { address, length } of frames) {
      for (let at = 0; at < length; at += pageSize) ml_phys_copy_in(address + at, zeros)
    }
    const buffer = new IOBufferMemoryDescriptor()
    buffer.frames = frames
    buffer.capacity = wanted.capacity
    buffer.initWithPhysicalRanges(frames, direction === 0 ? kIODirectionInOut : direction)
    buffer.length = wanted.capacity
    return buffer
  }

  getCapacity(): number {
    return this.capacity
  }

  /** Sets how much of the capacity counts; more than the capacity is ignored. */
  setLength(length: number): void {
    if (length >= 0 && length <= this.capacity) this.length = length
  }

  setDirection(direction: IODirection): void {
    this.direction = direction
  }

  /** Appends as much as still fits. @xnu IOBufferMemoryDescriptor.cpp appendBytes — faithful */
  appendBytes(bytes: Uint8Array): boolean {
    const count = Math.min(bytes.length, this.capacity - this.length)
    const start = this.length
    this.length += count
    this.writeBytes(start, bytes.subarray(0, count))
    return true
  }

  /** The bytes themselves, where the host holds them in one piece; else null: use `readBytes` and `writeBytes`. */
  getBytes(): Uint8Array | null {
    const first = this.getPhysicalSegment(0)
    return first.length < this.length ? null : physicalBus().span(first.address, this.length)
  }

  override free(): void {
    for (const { address, length } of this.frames) physicalPages().free(address, length)
    this.frames = []
    super.free()
  }
}

function framesFor(size: number, wanted: Allocation): PhysicalSegment[] | null {
  const pages = physicalPages()
  const request = { maxAddress: wanted.maxAddress, alignment: wanted.alignment > pages.pageSizeBytes ? powerOfTwo(wanted.alignment) : pages.pageSizeBytes }
  const whole = pages.allocate(size, request)
  if (whole !== null) return [{ address: whole, length: size }]
  if (wanted.contiguous) return null
  const single = pages.allocatePages(size / pages.pageSizeBytes, request)
  return single === null ? null : single.map((address) => ({ address, length: pages.pageSizeBytes }))
}

function powerOfTwo(size: number): number {
  let power = 1
  while (power < size) power *= 2
  return power
}
