import { kIOReturnSuccess } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { kernel_task, pageSizeBytes, physicalBus, type Task } from '../../mach/index.ts'
import { systemMapper, type IODMAMapSpecification } from './DMAMapper.ts'
import { IOGeneralMemoryDescriptor } from './IOGeneralMemoryDescriptor.ts'
import type { IOAddressRange } from './IOMemoryDescriptor.ts'
import type { IOMemoryMap } from './IOMemoryMap.ts'
import { allocateKernelMemory, type KernelMemory } from './kernelMemory.ts'
import {
  kIODirectionInOut, kIOMapAnywhere, kIOMapCacheMask, kIOMapCacheShift, kIOMapPrefault, kIOMemoryAsReference,
  kIOMemoryAutoPrepare, kIOMemoryBufferCacheShift, kIOMemoryBufferPageable, kIOMemoryBufferPurgeable,
  kIOMemoryClearEncrypt, kIOMemoryDirectionMask, kIOMemoryHostPhysicallyContiguous, kIOMemoryMapperNone,
  kIOMemoryPageable, kIOMemoryPersistent, kIOMemoryPhysicallyContiguous, kIOMemoryPurgeable,
  kIOMemorySharingTypeMask, kIOMemoryThreadSafe, kIOMemoryTypeVirtual, kIOMemoryUnshared, kIOMemoryUseReserve,
  type IODirection,
} from './options.ts'

/** Options of a buffer that its descriptor gets as they are. */
const DESCRIPTOR_FLAGS = kIOMemoryDirectionMask | kIOMemoryAutoPrepare | kIOMemoryThreadSafe
  | kIOMemoryClearEncrypt | kIOMemoryMapperNone | kIOMemoryUseReserve

/** What a buffer is asked to be. */
interface BufferRequest {
  readonly task: Task | null
  readonly options: number
  readonly capacity: number
  readonly alignment?: number
  readonly mask?: bigint
  readonly hasGuards?: boolean
}

/**
 * Memory that is allocated with its descriptor: zero-filled. Wired kernel memory is prepared from the start;
 * pageable memory must be prepared.
 * @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp IOBufferMemoryDescriptor — simplified: small buffers have
 * pages of their own
 */
export class IOBufferMemoryDescriptor extends IOGeneralMemoryDescriptor {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOBufferMemoryDescriptor', IOBufferMemoryDescriptor, IOGeneralMemoryDescriptor)

  private capacity = 0
  private memory: KernelMemory | null = null
  /** The mapping of pageable memory in its task. */
  private ownMap: IOMemoryMap | null = null

  /**
   * A buffer in the kernel; null for no capacity or when there is no memory. One reference to the caller, as
   * with all
   * makers. Thread context.
   * @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp withOptions — faithful
   */
  static withOptions(options: number, capacity: number, alignment = 1): IOBufferMemoryDescriptor | null {
    return IOBufferMemoryDescriptor.make({ task: kernel_task(), options, capacity, alignment })
  }

  /**
   * A buffer for a task; one that is not the kernel's, or none, has pageable memory only.
   * @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp inTaskWithOptions — faithful
   */
  static inTaskWithOptions(
    task: Task | null, options: number, capacity: number, alignment = 1,
  ): IOBufferMemoryDescriptor | null {
    return IOBufferMemoryDescriptor.make({ task, options, capacity, alignment })
  }

  /**
   * A buffer that ends at or below a physical mask; its lowest set bit is the alignment.
   * @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp inTaskWithPhysicalMask — faithful
   */
  static inTaskWithPhysicalMask(
    task: Task | null, options: number, capacity: number, mask: bigint,
  ): IOBufferMemoryDescriptor | null {
    return IOBufferMemoryDescriptor.make({ task, options, capacity, mask })
  }

  /**
   * A buffer of whole pages with a page before and behind that faults.
   * @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp inTaskWithGuardPages — faithful
   */
  static inTaskWithGuardPages(
    task: Task | null, options: number, capacity: number,
  ): IOBufferMemoryDescriptor | null {
    const page = pageSizeBytes()
    const rounded = Math.ceil(capacity / page) * page
    const request = { task, options, capacity: rounded, alignment: page, hasGuards: true }
    return IOBufferMemoryDescriptor.make(request)
  }

  /**
   * A buffer; contiguous ones are aligned to their capacity.
   * @xnu IOBufferMemoryDescriptor.cpp withCapacity — faithful
   */
  static withCapacity(
    capacity: number, direction: IODirection = kIODirectionInOut, isContiguous = false,
  ): IOBufferMemoryDescriptor | null {
    const options = direction | kIOMemoryUnshared | (isContiguous ? kIOMemoryPhysicallyContiguous : 0)
    return IOBufferMemoryDescriptor.withOptions(options, capacity, isContiguous ? capacity : 1)
  }

  /**
   * A buffer that holds a copy of `bytes`.
   * @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp withBytes — faithful
   */
  static withBytes(
    bytes: Uint8Array, direction: IODirection = kIODirectionInOut, isContiguous = false,
  ): IOBufferMemoryDescriptor | null {
    const options = direction | kIOMemoryUnshared | (isContiguous ? kIOMemoryPhysicallyContiguous : 0)
    const alignment = Math.min(bytes.length, pageSizeBytes())
    const made = IOBufferMemoryDescriptor.withOptions(options, bytes.length, alignment)
    made?.setLength(0)
    made?.appendBytes(bytes)
    return made
  }

  /**
   * A pageable buffer in `task` with a copy of a range of another task's memory.
   * @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp withCopy — simplified: the bytes are copied at once
   */
  static withCopy(
    task: Task, options: number, source: { readonly task: Task; readonly address: number }, length: number,
  ): IOBufferMemoryDescriptor | null {
    const bytes = new Uint8Array(length)
    if ((options & kIOMemoryPageable) === 0 || !source.task.map.read(source.address, bytes)) return null
    const made = IOBufferMemoryDescriptor.inTaskWithOptions(task, options, length, pageSizeBytes())
    if (made !== null) task.map.write(made.getBytesNoCopy(), bytes)
    return made
  }

  private static make(request: BufferRequest): IOBufferMemoryDescriptor | null {
    const made = new IOBufferMemoryDescriptor()
    if (made.initWithPhysicalMask(request)) return made
    made.release()
    return null
  }

  /**
   * Bytes that it can hold. Any context.
   * @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp getCapacity — faithful
   */
  getCapacity(): number {
    return this.capacity
  }

  /**
   * How much of the capacity counts; more than the capacity is ignored.
   * @xnu IOBufferMemoryDescriptor.cpp setLength — faithful
   */
  setLength(length: number): void {
    if (length < 0 || length > this.capacity) return
    this.length = length
    this.ranges[0] = { address: this.ranges[0]!.address, length }
  }

  /** @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp setDirection — faithful */
  setDirection(direction: IODirection): void {
    this.flags = (this.flags & ~kIOMemoryDirectionMask) | direction
  }

  /**
   * Appends as much as still fits; always true.
   * @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp appendBytes — faithful
   */
  appendBytes(bytes: Uint8Array): boolean {
    const count = Math.min(bytes.length, this.capacity - this.length)
    const start = this.length
    const piece = bytes.subarray(0, count)
    this.setLength(start + count)
    if (this.task === kernel_task()) this.task.map.write(this.ranges[0]!.address + start, piece)
    else this.writeBytes(start, piece)
    return true
  }

  /**
   * Address of the buffer in its task; with a range that does not lie inside the length: 0. Any context.
   * @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp getBytesNoCopy — faithful
   */
  getBytesNoCopy(start?: number, length = 0): number {
    const { address } = this.ranges[0]!
    if (start === undefined) return address
    return start < this.length && start + length <= this.length ? address + start : 0
  }

  /**
   * The bytes themselves, where the host holds them in one piece; else null: use `readBytes` and
   * `writeBytes`. Any context. @xnu ours: there is no pointer to the bytes
   */
  getBytes(): Uint8Array | null {
    const first = this.getPhysicalSegment(0, kIOMemoryMapperNone)
    return first.length < this.length ? null : physicalBus().span(first.address, this.length)
  }

  /**
   * The mapping goes first, then the wiring, then the memory.
   * @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp IOBufferMemoryDescriptor::free — faithful
   */
  override free(): void {
    this.ownMap?.release()
    this.ownMap = null
    super.free()
    this.memory?.free()
    this.memory = null
  }

  protected override entryLength(range: IOAddressRange): number {
    return Math.max(this.capacity, range.length)
  }

  /** @xnu iokit/Kernel/IOBufferMemoryDescriptor.cpp initWithPhysicalMask — faithful */
  private initWithPhysicalMask(request: BufferRequest): boolean {
    const plan = planBuffer(request)
    if (plan === null) return false
    const { task, options } = request
    const isPageable = (options & kIOMemoryPageable) !== 0
    const cacheMode = (options & kIOMapCacheMask) >>> kIOMapCacheShift
    this.capacity = request.capacity
    let flags = kIOMemoryTypeVirtual | kIOMemoryAsReference | (options & DESCRIPTOR_FLAGS)
      | (cacheMode << kIOMemoryBufferCacheShift)
    if (isPageable) {
      flags |= kIOMemoryBufferPageable | ((options & kIOMemoryPurgeable) !== 0 ? kIOMemoryBufferPurgeable : 0)
    } else {
      flags |= kIOMemoryAutoPrepare
      this.memory = allocateKernelMemory(plan)
      if (this.memory === null) return false
    }
    if (isPageable || cacheMode !== 0) flags |= kIOMemoryPersistent
    const range = { address: this.memory?.address ?? 0, length: this.capacity }
    if (!this.initWithOptions([range], { task: task ?? kernel_task(), options: flags })) return false
    if (this.addDMAMapSpec(plan.specification) !== kIOReturnSuccess) return false
    if (isPageable && task !== null && !this.mapInto(task, options)) return false
    this.setLength(this.capacity)
    return true
  }

  /** Pageable memory has its address from a mapping, which must not keep the buffer alive. */
  private mapInto(task: Task, options: number): boolean {
    const map = this.createMappingInTask(task, {
      options: kIOMapAnywhere | (options & (kIOMapPrefault | kIOMapCacheMask)),
    })
    if (map === null) return false
    this.ownMap = map
    this.release()
    map.retain()
    this.removeMapping(map)
    this.ranges[0] = { address: map.getVirtualAddress(), length: this.capacity }
    return true
  }
}

interface BufferPlan {
  /** Bytes to allocate. */
  readonly size: number
  readonly alignment: number
  readonly isContiguous: boolean
  readonly maxAddress: number
  readonly hasGuards: boolean
  readonly specification: IODMAMapSpecification
}

/** Alignment, limits and size of the memory behind a request; null where it makes no sense. */
function planBuffer(request: BufferRequest): BufferPlan | null {
  const { task, options, capacity, mask = 0n, hasGuards = false } = request
  const page = pageSizeBytes()
  const isPageable = (options & kIOMemoryPageable) !== 0
  if (capacity <= 0 || !Number.isSafeInteger(capacity)) return null
  let alignment = Math.max(1, request.alignment ?? 1)
  let highest = 0n
  if (mask !== 0n && alignment <= 1) {
    const below = ~mask & (mask - 1n)
    highest = BigInt.asUintN(64, mask | below)
    alignment = Math.max(Number(below + 1n), page)
  }
  if ((options & (kIOMemorySharingTypeMask | kIOMapCacheMask | kIOMemoryClearEncrypt)) !== 0) {
    alignment = Math.max(alignment, page)
  }
  const size = alignment >= page ? Math.ceil(capacity / page) * page : capacity
  if (task !== kernel_task() && !isPageable) return null
  if (isPageable && hasGuards) return null
  const isMapped = (options & kIOMemoryMapperNone) === 0 && systemMapper() !== null
  const numAddressBits = highest !== 0n && isMapped ? highest.toString(2).length : 64
  const wantsContiguous = (options & kIOMemoryPhysicallyContiguous) !== 0 || alignment > page
  const isContiguous = (options & kIOMemoryHostPhysicallyContiguous) !== 0 || (wantsContiguous && !isMapped)
  const maxAddress = highest === 0n || isMapped || highest > BigInt(Number.MAX_SAFE_INTEGER)
    ? Number.MAX_SAFE_INTEGER : Number(highest)
  const isRestricted = isContiguous || maxAddress < Number.MAX_SAFE_INTEGER || alignment > page
  if (hasGuards && isRestricted) return null
  const specification = { alignment, numAddressBits }
  return { size, alignment, isContiguous, maxAddress, hasGuards, specification }
}
