import {
  KERN_FAILURE, KERN_MEMORY_ERROR, KERN_SUCCESS, kIOReturnBadArgument, kIOReturnCannotWire,
  kIOReturnInternalError, kIOReturnNoResources, kIOReturnNotAttached, kIOReturnNotReady, kIOReturnNotWritable,
  kIOReturnOverrun, kIOReturnSuccess, kIOReturnUnsupported, type IOReturn,
} from '../../abi/index.ts'
import { defineMetaClass, toOSObject, type OSMetaClass, type OSSerialize } from '../../libkern/index.ts'
import {
  endOfRam, IOLog, kernel_task, pageSizeBytes, panic, physicalBus, type Task,
} from '../../mach/index.ts'
import type { DescriptorOptions } from './descriptorTypes.ts'
import { systemMapper, type DMAMapper, type IODMAMapSpecification } from './DMAMapper.ts'
import { IOMDDMAWalkSegmentState, type IOMDDMACharacteristics, type IOMDDMAMapArgs } from './dmaOperations.ts'
import {
  IOMemoryDescriptor, NO_SEGMENT, type IOAddressRange, type PhysicalSegment, type PurgeableAnswer,
} from './IOMemoryDescriptor.ts'
import type { IOMemoryMap } from './IOMemoryMap.ts'
import { IOMemoryReference, type IOMemoryEntry } from './IOMemoryReference.ts'
import { entriesOfRanges, physicalEntry } from './memoryEntries.ts'
import { WiredPages, type Upl } from './WiredPages.ts'
import { purgeableStateName, purgeableStateOf } from './purgeable.ts'
import {
  kIOCopybackCache, kIODefaultCache, kIODirectionCompleteWithError, kIODirectionIn, kIODirectionInOut,
  kIODirectionOut, kIODMAMapPageListFullyOccupied, kIODMAMapReadAccess, kIODMAMapWriteAccess, kIOInhibitCache,
  kIOMapAnywhere, kIOMapCacheMask, kIOMapGuardedLarge, kIOMapGuardedSmall, kIOMapPrefault, kIOMapReadOnly,
  kIOMapStatic, kIOMapUnique, kIOMemoryAutoPrepare, kIOMemoryBufferCacheMask, kIOMemoryBufferCacheShift,
  kIOMemoryBufferPageable, kIOMemoryClearEncrypt, kIOMemoryClearEncrypted, kIOMemoryHostOnly,
  kIOMemoryMapCopyOnWrite, kIOMemoryMapperNone, kIOMemoryPersistent, kIOMemoryPreparedReadOnly,
  kIOMemoryPurgeableEmpty, kIOMemoryPurgeableNonVolatile, kIOMemoryPurgeableVolatile, kIOMemoryRemote,
  kIOMemorySetEncrypted, kIOMemoryTypePhysical, kIOMemoryTypeMask, kIOMemoryTypeUIO,
  kIOMemoryTypeUPL, kIOMemoryTypeVirtual, kIOPreparationIDUnprepared, type IODirection,
} from './options.ts'

const GUARDED = (kIOMapGuardedSmall | kIOMapGuardedLarge) >>> 0
const NO_PAGE_LIMIT = 0xffffffff

/**
 * Ranges of a task's addresses, or of physical addresses, as one piece of memory.
 * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOGeneralMemoryDescriptor — faithful
 */
export class IOGeneralMemoryDescriptor extends IOMemoryDescriptor {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOGeneralMemoryDescriptor', IOGeneralMemoryDescriptor, IOMemoryDescriptor)

  protected ranges: IOAddressRange[] = []
  protected task: Task | null = null
  protected memRef: IOMemoryReference | null = null
  protected wireCount = 0
  /** A transfer in this preparation was reported as failed: its pages are then given up, not committed. */
  protected completionError = false
  private wiredDirection: IODirection = 0
  private pages = 0
  private highestPage = 0
  private readonly wired = new WiredPages()
  private mapper: DMAMapper | null = null
  private mappedBase = 0
  private mappedLength = 0
  private isMapped = false
  private mapNumAddressBits = 64
  private mapAlignment = 0
  private readonly segmentWalk = new IOMDDMAWalkSegmentState()

  /**
   * Physical ranges; null where they cannot be. One reference to the caller.
   * @xnu ours: `withAddressRanges` without a task
   */
  static withPhysicalRanges(
    ranges: readonly IOAddressRange[], direction: IODirection = kIODirectionInOut,
  ): IOGeneralMemoryDescriptor | null {
    return IOGeneralMemoryDescriptor.withRanges(ranges, direction, null)
  }

  /**
   * What the makers of `IOMemoryDescriptor` call. One reference to the caller.
   * @xnu ours: the original's makers name this class themselves
   */
  static withRanges(
    ranges: readonly IOAddressRange[], options: number, task: Task | null,
  ): IOGeneralMemoryDescriptor | null {
    const made = new IOGeneralMemoryDescriptor()
    const type = task === null ? kIOMemoryTypePhysical : kIOMemoryTypeVirtual
    if (made.initWithOptions(ranges, { task, options: (options & ~kIOMemoryTypeMask) | type })) return made
    made.release()
    return null
  }

  /**
   * Pages that a task gave: prepared by their maker.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp initWithOptions kIOMemoryTypeUPL — faithful
   */
  static withUpl(upl: Upl, options: number): IOGeneralMemoryDescriptor {
    const made = new IOGeneralMemoryDescriptor()
    made.initWithUpl(upl, options)
    return made
  }

  /**
   * A descriptor of the same memory entries: the original itself where they can be used again; null unless it
   * is
   * persistent.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp withPersistentMemoryDescriptor — faithful
   */
  static withPersistentMemoryDescriptor(original: IOMemoryDescriptor): IOMemoryDescriptor | null {
    if (!(original instanceof IOGeneralMemoryDescriptor)) return null
    if ((original.flags & kIOMemoryPersistent) === 0 || original.memRef === null) return null
    original.retain()
    return original
  }

  /**
   * Makes it describe these ranges; what it described before is let go. False where that cannot be.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOGeneralMemoryDescriptor::initWithOptions — faithful
   */
  initWithOptions(ranges: readonly IOAddressRange[], described: DescriptorOptions): boolean {
    const { task, options, mapper = null } = described
    const type = options & kIOMemoryTypeMask
    const isVirtual = type === kIOMemoryTypeVirtual || type === kIOMemoryTypeUIO
    if (!isVirtual && type !== kIOMemoryTypePhysical) return false
    if (isVirtual === (task === null)) return false
    this.letGo()
    const hostOnly = (options & (kIOMemoryHostOnly | kIOMemoryRemote)) !== 0 ? kIOMemoryMapperNone : 0
    this.flags = (options | hostOnly) & ~kIOMemoryPreparedReadOnly
    this.mapper = (this.flags & kIOMemoryMapperNone) !== 0 ? null : mapper ?? systemMapper()
    this.task = task
    this.ranges = ranges.map(({ address, length }) => ({ address, length }))
    if (!this.measure()) return false
    if (!isVirtual) {
      this.wireCount = 1
      return true
    }
    if (this.pages * pageSizeBytes() > endOfRam()) return false
    const needsReference = (this.flags & kIOMemoryPersistent) !== 0 && this.memRef === null
    if (needsReference && this.createReference(false) !== null) return false
    return (this.flags & kIOMemoryAutoPrepare) === 0 || this.prepare() === kIOReturnSuccess
  }

  /** @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOGeneralMemoryDescriptor::prepare — faithful */
  override prepare(forDirection = 0): IOReturn {
    if (this.isPhysical) return kIOReturnSuccess
    if ((this.flags & kIOMemoryRemote) !== 0) return kIOReturnNotAttached
    if ((this.flags & kIOMemoryTypeMask) !== kIOMemoryTypeUPL) {
      const result = this.wireVirtual(forDirection)
      if (result !== kIOReturnSuccess) return result
    }
    this.wireCount++
    if (this.wireCount === 1 && (this.flags & kIOMemoryClearEncrypt) !== 0) {
      this.performOperation(kIOMemoryClearEncrypted, 0, this.length)
    }
    return kIOReturnSuccess
  }

  /**
   * Undoes one `prepare`. The last one takes device addresses away and lets the pages go; a transfer that
   * failed changes nothing in them, as an abort that dumps no page.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOGeneralMemoryDescriptor::complete — faithful
   */
  override complete(forDirection = 0): IOReturn {
    if (this.isPhysical) return kIOReturnSuccess
    if ((this.flags & kIOMemoryRemote) !== 0) return kIOReturnNotAttached
    if (this.wireCount === 0) return kIOReturnSuccess
    if ((forDirection & kIODirectionCompleteWithError) !== 0) this.completionError = true
    const isLast = this.wireCount === 1
    if (isLast && (this.flags & kIOMemoryClearEncrypt) !== 0) {
      this.performOperation(kIOMemorySetEncrypted, 0, this.length)
    }
    if (--this.wireCount > 0) return kIOReturnSuccess
    if (this.dmaReferences > 0) panic('complete() while dma active')
    this.unmapDevice()
    this.wired.unwire()
    this.clearPreparationID()
    this.flags &= ~kIOMemoryPreparedReadOnly
    this.completionError = false
    return kIOReturnSuccess
  }

  /**
   * Names this preparation; kIOPreparationIDUnprepared without one. Any context.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOGeneralMemoryDescriptor::getPreparationID — faithful
   */
  override getPreparationID(): number {
    return this.wireCount === 0 ? kIOPreparationIDUnprepared : this.setPreparationID()
  }

  /** @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOGeneralMemoryDescriptor::getPhysicalSegment — faithful */
  override getPhysicalSegment(offset: number, options = 0): PhysicalSegment {
    if (offset < 0 || offset >= this.length) return NO_SEGMENT
    const walk = this.segmentWalk
    walk.reset(offset, (options & kIOMemoryMapperNone) === 0 && (this.flags & kIOMemoryMapperNone) === 0)
    if (this.walkSegments(walk) !== kIOReturnSuccess || walk.fIOVMAddr === 0) return NO_SEGMENT
    return { address: walk.fIOVMAddr, length: walk.fLength }
  }

  /**
   * The run of the ranges as they were given; ranges that touch count as one. Any context.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp getPhysicalSegment _kIOMemorySourceSegment — faithful
   */
  override getSourceSegment(offset: number): PhysicalSegment {
    if ((this.flags & kIOMemoryTypeMask) === kIOMemoryTypeUPL) return super.getSourceSegment(offset)
    if (offset < 0 || offset >= this.length) return NO_SEGMENT
    let index = 0
    let skip = offset
    while (skip >= this.ranges[index]!.length) skip -= this.ranges[index++]!.length
    const address = this.ranges[index]!.address + skip
    let length = this.ranges[index]!.length - skip
    for (index++; index < this.ranges.length && this.ranges[index]!.address === address + length; index++) {
      length += this.ranges[index]!.length
    }
    return { address, length }
  }

  /**
   * With memory entries: their pages, and where in the first one the memory begins. Any context.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp memoryReferenceGetDMAMapLength — faithful
   */
  override getDMAMapLength(): { length: number; offset: number } {
    if (this.memRef === null) return super.getDMAMapLength()
    const page = pageSizeBytes()
    const pages = this.memRef.entries.reduce((sum, { entry }) => sum + entry.pageCount, 0)
    return { length: pages * page, offset: this.memRef.entries[0]?.skip ?? 0 }
  }

  /** @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOGeneralMemoryDescriptor::setPurgeable — faithful */
  override setPurgeable(newState: number): PurgeableAnswer {
    if ((this.flags & kIOMemoryRemote) !== 0) return { result: kIOReturnNotAttached, oldState: 0 }
    const isPageable = (this.flags & kIOMemoryBufferPageable) !== 0
    if (this.memRef === null) {
      if (this.task === kernel_task() && isPageable) return { result: kIOReturnNotReady, oldState: 0 }
      if (this.task === null) return { result: kIOReturnUnsupported, oldState: 0 }
    }
    const state = purgeableStateOf(newState)
    if (state === undefined) return { result: kIOReturnBadArgument, oldState: 0 }
    if (this.memRef !== null) return this.setEntriesPurgeable(state)
    const answer = this.task!.map.purgableControl(this.ranges[0]!.address, state)
    return { result: answer.result, oldState: purgeableStateName(answer.former) }
  }

  /**
   * Sums over the memory entries; kIOReturnNotReady without them.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp memoryReferenceGetPageCounts — simplified: every page counts as
   * changed
   */
  override getPageCounts(): { result: IOReturn; resident: number; dirty: number } {
    if ((this.flags & kIOMemoryRemote) !== 0) return { result: kIOReturnNotAttached, resident: 0, dirty: 0 }
    if (this.memRef === null) return super.getPageCounts()
    let resident = 0
    for (const { entry } of this.memRef.entries) {
      for (const { object, firstPage, pageCount } of entry.parts) {
        for (let page = 0; page < pageCount; page++) if (object.frame(firstPage + page) >= 0) resident++
      }
    }
    return { result: kIOReturnSuccess, resident, dirty: resident }
  }

  /** @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOGeneralMemoryDescriptor::dmaCommandOperation — faithful */
  override getDMACharacteristics(answer: IOMDDMACharacteristics): IOReturn {
    answer.fLength = this.length
    answer.fSGCount = this.ranges.length
    answer.fPages = this.pages
    answer.fDirection = this.getDirection()
    answer.fIsPrepared = this.wireCount > 0
    answer.fHighestPage = this.wireCount > 0 ? this.highestPage : 0
    answer.fPageAlign = this.wireCount > 0 ? this.wired.pageAlign : -1
    return kIOReturnSuccess
  }

  /**
   * The segment at the walk's place: kIOReturnOverrun at the end, kIOReturnInternalError behind it, a panic
   * where nothing is wired. Allocates nothing; any context.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp dmaCommandOperation kIOMDWalkSegments — faithful
   */
  override walkSegments(walk: IOMDDMAWalkSegmentState): IOReturn {
    if (walk.fMapped && (this.flags & kIOMemoryRemote) !== 0) return kIOReturnNotAttached
    const isMapped = walk.fMapped && this.mapForDevice()
    if (walk.fOffset >= this.length) {
      return walk.fOffset === this.length ? kIOReturnOverrun : kIOReturnInternalError
    }
    const goesOn = !walk.isFirst && walk.fOffset > 0
      && (walk.fOffset === walk.nextOffset || walk.offset2Index <= walk.fOffset)
    if (!goesOn) {
      walk.index = 0
      walk.offset2Index = 0
    }
    walk.isFirst = false
    if (this.isPhysical) this.walkPhysical(walk, isMapped)
    else {
      if (this.wireCount === 0) panic('IOGMD: not wired for the IODMACommand')
      this.wired.walk(walk, this.length, isMapped ? this.mappedBase : -1)
    }
    walk.nextOffset = walk.fOffset + walk.fLength
    return kIOReturnSuccess
  }

  /**
   * Counts one DMA command more. Any context.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp dmaCommandOperation kIOMDSetDMAActive — faithful
   */
  override setDMAActive(): IOReturn {
    this.dmaReferences++
    return kIOReturnSuccess
  }

  /**
   * Counts one DMA command less; a panic below zero. Any context.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp dmaCommandOperation kIOMDSetDMAInactive — faithful
   */
  override setDMAInactive(): IOReturn {
    if (this.dmaReferences === 0) panic('_dmaReferences underflow')
    this.dmaReferences--
    return kIOReturnSuccess
  }

  /**
   * The narrowest address and the widest alignment of all count. Any context.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp dmaCommandOperation kIOMDAddDMAMapSpec — faithful
   */
  override addDMAMapSpec(specification: IODMAMapSpecification): IOReturn {
    this.mapNumAddressBits = Math.min(this.mapNumAddressBits, specification.numAddressBits)
    this.mapAlignment = Math.max(this.mapAlignment, specification.alignment)
    return kIOReturnSuccess
  }

  /** @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOGeneralMemoryDescriptor::dmaMap — faithful */
  override dmaMap(args: IOMDDMAMapArgs): IOReturn {
    args.fAlloc = 0
    if ((this.flags & kIOMemoryHostOnly) !== 0) return kIOReturnSuccess
    if ((this.flags & kIOMemoryRemote) !== 0) return kIOReturnNotAttached
    if (this.isPhysical || args.fOffset !== 0 || args.fLength !== this.length || this.wired.isEmpty) {
      return super.dmaMap(args)
    }
    const pageOffset = this.wired.firstOffset
    const isFull = this.length === this.pages * pageSizeBytes() && pageOffset === 0
    const answer = args.fMapper.iovmMapMemory({
      memory: this, offset: 0, length: args.fLength, command: args.fCommand,
      options: this.dmaAccess | (isFull ? kIODMAMapPageListFullyOccupied : 0),
      specification: { numAddressBits: this.mapNumAddressBits, alignment: this.mapAlignment },
      pageList: { pageOffset, frames: this.wired.frames() },
    })
    args.fAlloc = answer.address
    args.fAllocLength = answer.length
    if (answer.result === kIOReturnSuccess && args.fCommand !== null) this.dmaReferences++
    return answer.result
  }

  /** @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOGeneralMemoryDescriptor::doMap — faithful */
  override doMap(mapping: IOMemoryMap, options: number): IOReturn {
    const { fOffset: offset, fLength: length } = mapping
    if (offset >= this.length || offset + length > this.length) return kIOReturnBadArgument
    if ((this.flags & kIOMemoryRemote) !== 0) {
      mapping.fAddress = 0
      return kIOReturnSuccess
    }
    if (this.isStaticFor(mapping, options)) {
      mapping.fAddress = this.ranges[0]!.address
      mapping.fOptions |= kIOMapStatic
      return kIOReturnSuccess
    }
    if (this.memRef === null) {
      const failure = this.createReference((options & kIOMapReadOnly) === 0)
      if (failure !== null) return failure
    }
    const isUnwired = !this.isPhysical && this.wireCount === 0
    if ((options & kIOMapPrefault) !== 0 && isUnwired) return kIOReturnBadArgument
    const skip = this.getSourceSegment(offset).address % pageSizeBytes()
    const result = this.memRef!.map(mapping, { offset, length, skip, options })
    if (result !== kIOReturnSuccess || !this.isPhysical) return result
    if ((options & kIOMapCacheMask) === 0) mapping.fOptions |= this.bufferCacheMode
    return result
  }

  /**
   * An array of `address` and `length`, one per range: what `IODeviceMemory` shows.
   * @xnu IOMemoryDescriptor.cpp serialize — faithful
   */
  override serialize(serializer: OSSerialize): boolean {
    const described = toOSObject(this.ranges.map(({ address, length }) => new Map([
      ['address', { number: address, bits: 64 }], ['length', { number: length, bits: 64 }],
    ])))
    const done = described.serialize(serializer)
    described.release()
    return done
  }

  /**
   * What is still prepared is completed; then the memory entries go.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOGeneralMemoryDescriptor::free — faithful
   */
  override free(): void {
    if (this.isPhysical) this.unmapDevice()
    else while (this.wireCount > 0) this.complete()
    this.memRef?.release()
    this.memRef = null
    super.free()
  }

  protected get isPhysical(): boolean {
    return (this.flags & kIOMemoryTypeMask) === kIOMemoryTypePhysical
  }

  /**
   * Length of the range that memory entries are made for: a buffer's capacity, whatever its length is now.
   */
  protected entryLength(range: IOAddressRange): number {
    return range.length
  }

  /** Memory entries over the ranges; null when done, else why not. */
  protected createReference(mayWrite: boolean): IOReturn | null {
    if (this.isPhysical || (this.flags & kIOMemoryTypeMask) === kIOMemoryTypeUPL) {
      this.memRef = new IOMemoryReference([this.pagerEntry()], true)
      return null
    }
    const isWritable = mayWrite || this.getDirection() !== kIODirectionOut
      || this.bufferCacheMode !== kIODefaultCache || (this.flags & kIOMemoryBufferPageable) !== 0
    const entries = this.entriesOf(isWritable, false)
    if (typeof entries === 'number') return entries
    const reference = new IOMemoryReference(entries, isWritable)
    if ((this.flags & kIOMemoryMapCopyOnWrite) !== 0) {
      const copies = this.entriesOf(isWritable, true)
      if (typeof copies === 'number') {
        reference.release()
        return copies
      }
      reference.mapRef = new IOMemoryReference(copies, isWritable)
    }
    this.memRef = reference
    return null
  }

  protected override descriptorForUnique(offset: number, length: number): IOMemoryDescriptor | null {
    if (!this.isPhysical) return this
    const run = this.getPhysicalSegment(offset, kIOMemoryMapperNone)
    if (run.length < length || run.address === 0) return null
    const options = this.getDirection() | kIOMemoryMapperNone
    return IOGeneralMemoryDescriptor.withRanges([{ address: run.address, length }], options, null)
  }

  private get dmaAccess(): number {
    const direction = this.wiredDirection
    if (direction === kIODirectionOut) return kIODMAMapReadAccess
    return direction === kIODirectionIn ? kIODMAMapWriteAccess : kIODMAMapReadAccess | kIODMAMapWriteAccess
  }

  private get bufferCacheMode(): number {
    return (this.flags & kIOMemoryBufferCacheMask) >>> kIOMemoryBufferCacheShift
  }

  private letGo(): void {
    if (!this.isPhysical) while (this.wireCount > 0) this.complete()
    this.wireCount = 0
    this.memRef?.release()
    this.memRef = null
  }

  private initWithUpl(upl: Upl, options: number): void {
    this.flags = (options & ~kIOMemoryTypeMask) | kIOMemoryTypeUPL
    const direction = options & kIODirectionInOut
    if (direction === 0 || direction === kIODirectionInOut) panic(`bad dir for upl 0x${options.toString(16)}`)
    const page = pageSizeBytes()
    if (upl.wiring.frames.length * page < upl.length + upl.offset) panic('short external upl')
    this.length = upl.length
    this.wiredDirection = direction as IODirection
    this.mapper = (options & kIOMemoryMapperNone) === 0 ? systemMapper() : null
    this.pages = this.wired.adopt(upl)
    this.highestPage = this.wired.highestPage
    this.wireCount = 1
  }

  /** Adds the ranges up; false for one that the task's map does not have or that is too large to be. */
  private measure(): boolean {
    const page = pageSizeBytes()
    this.length = 0
    this.pages = 0
    this.highestPage = 0
    for (const { address, length } of this.ranges) {
      const end = address + length
      if (!Number.isSafeInteger(end) || address < 0 || length < 0) return false
      const isLocal = this.task === null && (this.flags & kIOMemoryRemote) === 0
      if (isLocal && end / page > NO_PAGE_LIMIT) return false
      this.length += length
      this.pages += Math.ceil(end / page) - Math.floor(address / page)
      if (this.task === null) this.highestPage = Math.max(this.highestPage, Math.floor((end - 1) / page))
    }
    return Number.isSafeInteger(this.length)
  }

  /** @xnu iokit/Kernel/IOMemoryDescriptor.cpp wireVirtual — simplified: one UPL per range */
  private wireVirtual(forDirection: number): IOReturn {
    const asked = forDirection & kIODirectionInOut
    const direction = (asked === 0 ? this.getDirection() : asked) as IODirection
    const isReadOnly = direction === kIODirectionOut
    if (this.wireCount > 0) {
      if ((this.flags & kIOMemoryPreparedReadOnly) === 0 || isReadOnly) return kIOReturnSuccess
      IOLog(`IOMemoryDescriptor 0x${this.getDescriptorID().toString(16)} prepared read only\n`)
      return kIOReturnNotWritable
    }
    this.wiredDirection = direction
    const { ranges, length, task, memRef: reference } = this
    const result = this.wired.wire({ ranges, length, task, reference, isWrite: !isReadOnly })
    if (result === KERN_FAILURE) return kIOReturnCannotWire
    if (result === KERN_MEMORY_ERROR) return kIOReturnNoResources
    if (result !== KERN_SUCCESS) return result
    this.highestPage = this.wired.highestPage
    if (isReadOnly) this.flags |= kIOMemoryPreparedReadOnly
    return kIOReturnSuccess
  }

  /** Memory entries over the ranges, or the kern_return_t why there are none. */
  private entriesOf(isWritable: boolean, isCopy: boolean): IOMemoryEntry[] | number {
    const { ranges, task } = this
    return entriesOfRanges(ranges, {
      task: task!, isWritable, isCopy, isPageable: (this.flags & kIOMemoryBufferPageable) !== 0,
      lengthOf: (range) => this.entryLength(range),
    })
  }

  /** The device pager's object; the pages' cache mode is known from then on. */
  private pagerEntry(): IOMemoryEntry {
    if (this.bufferCacheMode === kIODefaultCache) {
      const first = this.getPhysicalSegment(0, kIOMemoryMapperNone).address
      const mode = physicalBus().isMemory(first) ? kIOCopybackCache : kIOInhibitCache
      this.flags |= mode << kIOMemoryBufferCacheShift
    }
    return physicalEntry(this)
  }

  /** Whether the task that asks has the memory already, in one range: then nothing is entered. */
  private isStaticFor(mapping: IOMemoryMap, options: number): boolean {
    const [range] = this.ranges
    return this.task !== null && range !== undefined && mapping.fAddressTask === this.task
      && (options & kIOMapAnywhere) !== 0 && (options & (kIOMapUnique | GUARDED)) === 0
      && this.ranges.length === 1 && mapping.fOffset === 0 && range.address !== 0
      && mapping.fLength <= range.length
  }

  /** Gives the memory device addresses at the system mapper, once; false where there is none for it. */
  private mapForDevice(): boolean {
    if (this.isMapped) return true
    const mapper = this.mapper ?? (this.isPhysical ? systemMapper() : null)
    if (systemMapper() === null || mapper === null || (this.flags & kIOMemoryHostOnly) !== 0) return false
    const args = {
      fMapper: mapper, fCommand: null, fOffset: 0, fLength: this.length, fAlloc: 0, fAllocLength: 0,
      fMapSpec: { numAddressBits: this.mapNumAddressBits, alignment: this.mapAlignment },
    }
    if (this.dmaMap(args) !== kIOReturnSuccess) return false
    this.mapper = mapper
    this.mappedBase = args.fAlloc
    this.mappedLength = args.fAllocLength
    this.isMapped = true
    return true
  }

  private unmapDevice(): void {
    if (!this.isMapped || this.mapper === null) return
    this.isMapped = false
    const { mapper: fMapper, mappedBase: fAlloc, mappedLength: fAllocLength } = this
    this.dmaUnmap({ fMapper, fCommand: null, fAlloc, fAllocLength })
  }

  private setEntriesPurgeable(state: number | null): PurgeableAnswer {
    let oldState = kIOMemoryPurgeableNonVolatile
    for (const { entry } of this.memRef!.entries) {
      for (const { object } of entry.parts) {
        if (object.isDevice) return { result: kIOReturnBadArgument, oldState: 0 }
        const former = purgeableStateName(object.purgeState)
        const isEmpty = former === kIOMemoryPurgeableEmpty
        if (isEmpty || (former === kIOMemoryPurgeableVolatile && oldState !== kIOMemoryPurgeableEmpty)) {
          oldState = former
        }
        if (state !== null) object.setPurgeState(state)
      }
    }
    return { result: kIOReturnSuccess, oldState }
  }

  private walkPhysical(walk: IOMDDMAWalkSegmentState, isMapped: boolean): void {
    const { ranges } = this
    let { index, offset2Index } = walk
    let length = 0
    for (; offset2Index <= walk.fOffset; index++) {
      length = ranges[index]!.length
      offset2Index += length
    }
    walk.fLength = offset2Index - walk.fOffset
    walk.fIOVMAddr = ranges[index - 1]!.address + length - walk.fLength
    if (isMapped) walk.fIOVMAddr = this.mappedBase + walk.fOffset
    else {
      while (index < ranges.length && walk.fIOVMAddr + walk.fLength === ranges[index]!.address) {
        ({ length } = ranges[index++]!)
        walk.fLength += length
        offset2Index += length
      }
    }
    walk.index = index - 1
    walk.offset2Index = offset2Index - length
  }
}

IOMemoryDescriptor.setGeneralMaker(IOGeneralMemoryDescriptor)
