import {
  KERN_SUCCESS, kIOReturnBadArgument, kIOReturnNotAttached, kIOReturnNotReady, kIOReturnSuccess,
  kIOReturnUnderrun, kIOReturnUnsupported, type IOReturn,
} from '../../abi/index.ts'
import { defineMetaClass, OSObject, OSSet, type OSMetaClass } from '../../libkern/index.ts'
import {
  bzero_phys, kernel_task, ml_phys_copy_in, ml_phys_copy_out, pageSizeBytes, panic, type Task,
} from '../../mach/index.ts'
import { kernelState, present } from '../../sim/index.ts'
import type { IOAddressRange, MappingOptions, PhysicalSegment, PurgeableAnswer } from './descriptorTypes.ts'
import type { IODMAMapSpecification } from './DMAMapper.ts'
import { IOMDDMAWalkSegmentState, type IOMDDMACharacteristics, type IOMDDMAMapArgs } from './dmaOperations.ts'
import { IOMemoryMap } from './IOMemoryMap.ts'
import { freePlace } from './IOMemoryReference.ts'
import {
  kIODMAMapReadAccess, kIODMAMapWriteAccess, kIOMapAnywhere, kIOMapOverwrite, kIOMapReference, kIOMapStatic,
  kIOMapUnique, kIOMemoryAutoPrepare, kIOMemoryClearEncrypted, kIOMemoryDirectionMask,
  kIOMemoryIncoherentIOFlush, kIOMemoryIncoherentIOStore, kIOMemoryMapperNone, kIOMemoryPreparedReadOnly,
  kIOMemoryRedirected, kIOMemoryRemote, kIOMemorySetEncrypted, kIOPreparationIDUnprepared,
  kIOPreparationIDUnsupported, type IODirection,
} from './options.ts'

export {
  NO_SEGMENT, type IOAddressRange, type MappingOptions, type PhysicalSegment, type PurgeableAnswer,
} from './descriptorTypes.ts'

const identifiers = kernelState(() => ({ preparation: 0x1_0000_0000, descriptor: 1 }))

/** The makers of `IOGeneralMemoryDescriptor`, which this class cannot import. */
interface GeneralMaker {
  withRanges(ranges: readonly IOAddressRange[], options: number, task: Task | null): IOMemoryDescriptor | null
}

/**
 * Memory by description: which bytes, in which direction, wired or not. Abstract. Thread context unless told.
 * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryDescriptor — faithful
 * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryDescriptor::setOwnership — absent: nobody is charged
 * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryDescriptor::setVMTags — absent: nothing is counted by tag
 */
export abstract class IOMemoryDescriptor extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOMemoryDescriptor', IOMemoryDescriptor, OSObject, { abstract: true })

  private static general: GeneralMaker | null = null

  /** Options and direction. */
  protected flags = 0
  protected length = 0
  protected tag = 0
  /** DMA commands that use the memory now. */
  protected dmaReferences = 0
  private mappings: OSSet | null = null
  private context: OSObject | null = null
  private preparationID: number | null = null
  private descriptorID = 0
  private mapperOptions = 0
  private readonly copyWalk = new IOMDDMAWalkSegmentState()

  /** Once, when the class behind the makers is loaded. @xnu ours: one class cannot import the other */
  static setGeneralMaker(maker: GeneralMaker): void {
    IOMemoryDescriptor.general = maker
  }

  /**
   * Kernel memory, prepared from the start. One reference to the caller, as with all makers.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp withAddress — faithful
   */
  static withAddress(address: number, length: number, direction: IODirection): IOMemoryDescriptor | null {
    const options = direction | kIOMemoryAutoPrepare
    return IOMemoryDescriptor.withAddressRanges([{ address, length }], options, kernel_task())
  }

  /**
   * One range of a task, or physical without a task.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp withAddressRange — faithful
   */
  static withAddressRange(
    address: number, length: number, options: number, task: Task | null,
  ): IOMemoryDescriptor | null {
    return IOMemoryDescriptor.withAddressRanges([{ address, length }], options, task)
  }

  /**
   * Ranges of a task, or physical without a task; null where they cannot be.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp withAddressRanges — faithful
   */
  static withAddressRanges(
    ranges: readonly IOAddressRange[], options: number, task: Task | null,
  ): IOMemoryDescriptor | null {
    return present(IOMemoryDescriptor.general, 'the class is loaded').withRanges(ranges, options, task)
  }

  /** One physical range. @xnu iokit/Kernel/IOMemoryDescriptor.cpp withPhysicalAddress — faithful */
  static withPhysicalAddress(
    address: number, length: number, direction: IODirection = 3,
  ): IOMemoryDescriptor | null {
    return IOMemoryDescriptor.withAddressRanges([{ address, length }], direction, null)
  }

  /** Bytes described. Any context. @xnu iokit/Kernel/IOMemoryDescriptor.cpp getLength — faithful */
  getLength(): number {
    return this.length
  }

  /**
   * Direction of the transfer, seen from memory. Any context.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp getDirection — faithful
   */
  getDirection(): IODirection {
    return (this.flags & kIOMemoryDirectionMask & 3) as IODirection
  }

  /** Options and direction. Any context. @xnu iokit/Kernel/IOMemoryDescriptor.cpp getFlags — faithful */
  getFlags(): number {
    return this.flags
  }

  /** A number of the owner's. Any context. @xnu iokit/Kernel/IOMemoryDescriptor.cpp getTag — faithful */
  getTag(): number {
    return this.tag
  }

  /** @xnu iokit/Kernel/IOMemoryDescriptor.cpp setTag — faithful */
  setTag(tag: number): void {
    this.tag = tag
  }

  /**
   * The owner's object, retained for the caller; null when there is none.
   * @xnu IOMemoryDescriptor.cpp copyContext — faithful
   */
  copyContext(): OSObject | null {
    this.context?.retain()
    return this.context
  }

  /**
   * Replaces the owner's object; it is retained until then.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp setContext — faithful
   */
  setContext(context: OSObject | null): void {
    const former = this.context
    context?.retain()
    this.context = context
    former?.release()
  }

  /**
   * What a mapper is told beyond a map's own options.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp getMapperOptions — faithful
   */
  getMapperOptions(): number {
    return this.mapperOptions
  }

  /** @xnu iokit/Kernel/IOMemoryDescriptor.cpp setMapperOptions — faithful */
  setMapperOptions(options: number): void {
    this.mapperOptions = options
  }

  /**
   * Wires the memory; nested, each needs a `complete`.
   * @xnu iokit/IOKit/IOMemoryDescriptor.h prepare — faithful
   */
  abstract prepare(direction?: number): IOReturn

  /**
   * Undoes one `prepare`; without one nothing happens.
   * @xnu iokit/IOKit/IOMemoryDescriptor.h complete — faithful
   */
  abstract complete(direction?: number): IOReturn

  /**
   * The run that begins `offset` bytes in, as long as it goes on; a device address where there is a system
   * mapper,
   * unless kIOMemoryMapperNone is given. Length 0 behind the end.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp getPhysicalSegment — faithful
   */
  abstract getPhysicalSegment(offset: number, options?: number): PhysicalSegment

  /**
   * Where the first byte lies; 0 for none.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryDescriptor::getPhysicalAddress — faithful
   */
  getPhysicalAddress(): number {
    return this.getPhysicalSegment(0).address
  }

  /**
   * Copies out of the memory; answers how many bytes came. 0 when the range does not lie inside.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp readBytes — faithful
   */
  readBytes(offset: number, target: Uint8Array): number {
    if (!this.mayCopy(offset, target.length)) return 0
    let done = 0
    for (let size = 0; done < target.length; done += size) {
      size = this.copySegment(offset + done, target.length - done)
      if (size === 0) break
      const whole = size === target.length
      ml_phys_copy_out(this.copyWalk.fIOVMAddr, whole ? target : target.subarray(done, done + size))
    }
    return done
  }

  /**
   * Copies into the memory, zeros without a source; answers how many bytes went. 0 when the range does not
   * lie inside
   * or the memory was prepared to be read only.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp writeBytes — faithful
   */
  writeBytes(offset: number, source: Uint8Array | null, length = source?.length ?? 0): number {
    if ((this.flags & kIOMemoryPreparedReadOnly) !== 0 || !this.mayCopy(offset, length)) return 0
    let done = 0
    for (let size = 0; done < length; done += size) {
      size = this.copySegment(offset + done, length - done)
      if (size === 0) break
      const whole = size === source?.length
      if (source === null) bzero_phys(this.copyWalk.fIOVMAddr, size)
      else ml_phys_copy_in(this.copyWalk.fIOVMAddr, whole ? source : source.subarray(done, done + size))
    }
    return done
  }

  /**
   * Cache maintenance on a part. Our caches are coherent: only the answer matters.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp performOperation — simplified: no cache to act on; arm64's short
   * cut
   * for coherent I/O is taken on every machine
   */
  performOperation(options: number, offset: number, length: number): IOReturn {
    if ((this.flags & kIOMemoryRemote) !== 0) return kIOReturnNotAttached
    const isCache = options === kIOMemoryIncoherentIOFlush || options === kIOMemoryIncoherentIOStore
    if (isCache) return kIOReturnSuccess
    if (options !== kIOMemorySetEncrypted && options !== kIOMemoryClearEncrypted) return kIOReturnUnsupported
    let remaining = Math.min(length, this.length - offset)
    for (let at = offset; remaining > 0;) {
      const run = this.getPhysicalSegment(at, kIOMemoryMapperNone)
      if (run.address === 0) return kIOReturnUnderrun
      const size = Math.min(run.length, remaining)
      at += size
      remaining -= size
    }
    return kIOReturnSuccess
  }

  /**
   * Reads or sets whether the memory may be thrown away.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp setPurgeable — faithful
   */
  setPurgeable(_newState: number): PurgeableAnswer {
    return { result: kIOReturnNotReady, oldState: 0 }
  }

  /**
   * Pages that are there and that were changed.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp getPageCounts — simplified: every page counts as changed
   */
  getPageCounts(): { result: IOReturn; resident: number; dirty: number } {
    return { result: kIOReturnNotReady, resident: 0, dirty: 0 }
  }

  /**
   * How much device address space the memory needs, in whole pages, and where in its first page it begins.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp getDMAMapLength — faithful
   */
  getDMAMapLength(): { length: number; offset: number } {
    const page = pageSizeBytes()
    let total = 0
    let offset = 0
    for (let at = 0; at < this.length;) {
      const { address, length } = this.getSourceSegment(at)
      if (length === 0 || address === 0) break
      if (at === 0) offset = address % page
      total += Math.ceil((address + length) / page) * page - (address - (address % page))
      at += length
    }
    return total === 0 ? { length: this.length, offset: 0 } : { length: total, offset }
  }

  /**
   * The run of addresses as they were given, wired or not.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp _kIOMemorySourceSegment — faithful
   */
  getSourceSegment(offset: number): PhysicalSegment {
    return this.getPhysicalSegment(offset, kIOMemoryMapperNone)
  }

  /**
   * Names this state of preparation: another number after each cycle of prepare and complete.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp getPreparationID — faithful
   */
  getPreparationID(): number {
    return this.preparationID ?? kIOPreparationIDUnsupported
  }

  /** Names the descriptor. @xnu iokit/Kernel/IOMemoryDescriptor.cpp getDescriptorID — faithful */
  getDescriptorID(): number {
    if (this.descriptorID === 0) this.descriptorID = identifiers().descriptor++
    return this.descriptorID
  }

  /**
   * Maps all of it for the kernel; null for a zero-length descriptor. One reference to the caller.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp map — faithful
   */
  map(options = 0): IOMemoryMap | null {
    return this.createMappingInTask(kernel_task(), { options: options | kIOMapAnywhere })
  }

  /**
   * A mapping that says where the memory is already.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp setMapping — faithful
   */
  setMapping(task: Task, address: number, options: number): IOMemoryMap | null {
    return this.createMappingInTask(task, { address, options: options | kIOMapStatic })
  }

  /**
   * Maps a part of it into a task; null when the part does not lie inside or the address is taken. One
   * reference to
   * the caller.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp createMappingInTask — faithful
   */
  createMappingInTask(task: Task | null, wanted: MappingOptions = {}): IOMemoryMap | null {
    const { address = 0, options = kIOMapAnywhere, offset = 0, length = 0 } = wanted
    const mapping = new IOMemoryMap()
    const request = { address, options: options >>> 0, offset, length: length === 0 ? this.length : length }
    if (mapping.initMapping(task, request)) return this.makeMapping(mapping, mapping.fOptions, 0)
    mapping.release()
    return null
  }

  /**
   * Finds or makes the mapping that a request asks for; the request itself is used up.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp makeMapping — faithful
   */
  makeMapping(mapping: IOMemoryMap, options: number, extraOffset: number): IOMemoryMap | null {
    mapping.fOffset += extraOffset
    if ((options & kIOMapStatic) !== 0) {
      this.addMapping(mapping)
      mapping.setMemoryDescriptor(this, 0)
      return mapping
    }
    if ((options & kIOMapUnique) === 0) {
      const found = this.findCompatible(mapping)
      if (found !== null || (options & kIOMapReference) !== 0) {
        if (found !== mapping) mapping.release()
        return found
      }
      return this.enterMapping(this, mapping, options)
    }
    const described = this.descriptorForUnique(mapping.fOffset, mapping.fLength)
    if (described === null) {
      mapping.release()
      return null
    }
    if (described !== this) mapping.fOffset = 0
    const result = this.enterMapping(described, mapping, options)
    if (described !== this) described.release()
    return result
  }

  /**
   * Enters the mapping's pages into its address map.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp doMap — faithful
   */
  doMap(_mapping: IOMemoryMap, _options: number): IOReturn {
    return kIOReturnUnsupported
  }

  /** Takes the mapping's pages out. @xnu iokit/Kernel/IOMemoryDescriptor.cpp doUnmap — faithful */
  doUnmap(mapping: IOMemoryMap): IOReturn {
    if (mapping.fAddressMap === null || (mapping.fOptions & kIOMapOverwrite) !== 0) return kIOReturnSuccess
    const page = pageSizeBytes()
    const start = mapping.fAddress - (mapping.fAddress % page)
    const size = Math.ceil((mapping.fAddress + mapping.fLength - start) / page) * page
    freePlace(mapping.fAddressMap, start, size, mapping.fOptions)
    return kIOReturnSuccess
  }

  /**
   * Takes the pages away but keeps the place: every access is a fault.
   * @xnu ours: a part of `redirect`
   */
  hidePages(mapping: IOMemoryMap): void {
    const page = pageSizeBytes()
    const start = mapping.fAddress - (mapping.fAddress % page)
    const size = mapping.fAddress + mapping.fLength - start
    mapping.fAddressMap?.enterGuard(size, { address: start, overwrite: true, tag: 'IOKit' })
  }

  /**
   * Puts this memory's pages where the mapping's former memory was; kIOReturnUnsupported where they do not
   * reach. @xnu ours: a part of `redirect`
   */
  replaceMapping(mapping: IOMemoryMap): IOReturn {
    if (mapping.fOffset + mapping.fLength > this.length) return kIOReturnUnsupported
    const options = (mapping.fOptions & ~(kIOMapAnywhere | kIOMapStatic)) | kIOMapOverwrite | kIOMapUnique
    const result = this.doMap(mapping, options >>> 0)
    if (result !== KERN_SUCCESS) return result
    this.addMapping(mapping)
    mapping.setMemoryDescriptor(this, mapping.fOffset)
    return kIOReturnSuccess
  }

  /**
   * Puts a mapping into the set, which holds a reference.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp addMapping — faithful
   */
  addMapping(mapping: IOMemoryMap): void {
    this.mappings ??= OSSet.withCapacity(1)
    this.mappings.setObject(mapping)
  }

  /** Takes a mapping out of the set. @xnu iokit/Kernel/IOMemoryDescriptor.cpp removeMapping — faithful */
  removeMapping(mapping: IOMemoryMap): void {
    this.mappings?.removeObject(mapping)
  }

  /**
   * Hides the memory from every task but `safeTask`, or shows it again: accesses in between are faults.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryDescriptor::redirect — simplified: an access faults,
   * nobody waits
   */
  redirect(safeTask: Task | null, doRedirect: boolean): IOReturn {
    if (doRedirect) this.flags |= kIOMemoryRedirected
    else this.flags &= ~kIOMemoryRedirected
    for (const mapping of this.mappings?.values() ?? []) {
      if (!(mapping instanceof IOMemoryMap) || mapping.fAddressMap === null) continue
      if (mapping.fAddressTask === safeTask || (mapping.fOptions & kIOMapStatic) !== 0) continue
      if (doRedirect) this.hidePages(mapping)
      else this.replaceMapping(mapping)
      mapping.resolve()
    }
    return kIOReturnSuccess
  }

  // What a DMA command asks: the operations of `dmaCommandOperation`.

  /**
   * What there is to transfer.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp kIOMDGetCharacteristics — faithful
   */
  getDMACharacteristics(answer: IOMDDMACharacteristics): IOReturn {
    answer.fLength = this.length
    answer.fSGCount = 0
    answer.fPages = 0
    answer.fPageAlign = -1
    answer.fHighestPage = 0
    answer.fDirection = this.getDirection()
    answer.fIsPrepared = true
    return kIOReturnSuccess
  }

  /**
   * The segment at the walk's place; kIOReturnOverrun at the end. Allocates nothing.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp kIOMDWalkSegments — faithful
   */
  walkSegments(walk: IOMDDMAWalkSegmentState): IOReturn {
    if (walk.fMapped) {
      panic(`fMapped ${this.getDescriptorID()} ${this.getMetaClass().className} ${this.length.toString(16)}`)
    }
    const first = this.getPhysicalSegment(walk.fOffset, kIOMemoryMapperNone)
    let { length } = first
    for (let at = walk.fOffset + length; length > 0 && at < this.length;) {
      const next = this.getPhysicalSegment(at, kIOMemoryMapperNone)
      if (first.address + length !== next.address || next.length === 0) break
      length += next.length
      at += next.length
    }
    walk.isFirst = false
    walk.fIOVMAddr = first.address
    walk.fLength = length
    return kIOReturnSuccess
  }

  /**
   * A DMA command begins to use the memory.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp kIOMDSetDMAActive — faithful
   */
  setDMAActive(): IOReturn {
    return kIOReturnBadArgument
  }

  /**
   * A DMA command is done with the memory.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp kIOMDSetDMAInactive — faithful
   */
  setDMAInactive(): IOReturn {
    return kIOReturnBadArgument
  }

  /**
   * What device addresses must satisfy from now on.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp kIOMDAddDMAMapSpec — faithful
   */
  addDMAMapSpec(_specification: IODMAMapSpecification): IOReturn {
    return kIOReturnUnsupported
  }

  /**
   * Gives a part device addresses.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryDescriptor::dmaMap — faithful
   */
  dmaMap(args: IOMDDMAMapArgs): IOReturn {
    const writable = (this.flags & kIOMemoryPreparedReadOnly) === 0 ? kIODMAMapWriteAccess : 0
    const answer = args.fMapper.iovmMapMemory({
      memory: this, offset: args.fOffset, length: args.fLength, options: kIODMAMapReadAccess | writable,
      specification: args.fMapSpec, command: args.fCommand, pageList: null,
    })
    args.fAlloc = answer.address
    args.fAllocLength = answer.length
    if (answer.result === kIOReturnSuccess && args.fCommand !== null) this.dmaReferences++
    return answer.result
  }

  /** Takes device addresses away. @xnu iokit/Kernel/IOMemoryDescriptor.cpp dmaUnmap — faithful */
  dmaUnmap(args: Pick<IOMDDMAMapArgs, 'fMapper' | 'fCommand' | 'fAlloc' | 'fAllocLength'>): IOReturn {
    if (args.fCommand !== null) {
      if (this.dmaReferences === 0) panic('_dmaReferences underflow')
      this.dmaReferences--
    }
    if (args.fAllocLength === 0) return kIOReturnSuccess
    return args.fMapper.iovmUnmapMemory(args.fAlloc, args.fAllocLength)
  }

  /**
   * The set of mappings and the owner's object go.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryDescriptor::free — faithful
   */
  override free(): void {
    this.mappings?.release()
    this.mappings = null
    this.setContext(null)
    super.free()
  }

  /** Issues the identifier of this state of preparation, if it has none. */
  protected setPreparationID(): number {
    if (this.preparationID === null || this.preparationID === kIOPreparationIDUnprepared) {
      this.preparationID = identifiers().preparation++
    }
    return this.preparationID
  }

  /** Forgets the identifier: the next question issues another. */
  protected clearPreparationID(): void {
    this.preparationID = kIOPreparationIDUnprepared
  }

  /** The descriptor that a unique mapping of a part shows; null where it cannot be mapped alone. */
  protected descriptorForUnique(_offset: number, _length: number): IOMemoryDescriptor | null {
    return this
  }

  private findCompatible(wanted: IOMemoryMap): IOMemoryMap | null {
    for (const known of this.mappings?.values() ?? []) {
      const found = known instanceof IOMemoryMap ? known.copyCompatible(wanted) : null
      if (found === null) continue
      this.addMapping(found)
      found.setMemoryDescriptor(this, wanted.fOffset)
      return found
    }
    return null
  }

  private enterMapping(shown: IOMemoryDescriptor, mapping: IOMemoryMap, options: number): IOMemoryMap | null {
    const offset = mapping.fOffset
    if (shown.doMap(mapping, options) !== kIOReturnSuccess) {
      mapping.release()
      return null
    }
    shown.addMapping(mapping)
    mapping.setMemoryDescriptor(shown, offset)
    return mapping
  }

  private mayCopy(offset: number, length: number): boolean {
    const inside = offset >= 0 && offset < this.length && offset + length <= this.length
    return inside && (this.flags & kIOMemoryRemote) === 0
  }

  /** Steps to the segment at `offset`; answers how much of it counts, 0 at an end. */
  private copySegment(offset: number, remaining: number): number {
    const walk = this.copyWalk
    walk.fOffset = offset
    walk.fMapped = false
    walk.isFirst = true
    if (this.walkSegments(walk) !== kIOReturnSuccess) return 0
    return Math.min(walk.fLength, remaining)
  }
}
