import {
  kIOReturnBadArgument, kIOReturnBusy, kIOReturnMessageTooLarge, kIOReturnNoSpace, kIOReturnNotAligned,
  kIOReturnNotPermitted, kIOReturnNotReady, kIOReturnOverrun, kIOReturnSuccess, type IOReturn,
} from '../../abi/index.ts'
import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import { endOfRam, ml_phys_copy_in, ml_phys_copy_out, pageSizeBytes } from '../../mach/index.ts'
import {
  kIODirectionIn, kIODirectionInOut, kIODirectionOut, kIOMemoryIncoherentIOFlush, kIOMemoryIncoherentIOStore,
  systemMapper, type IOMemoryDescriptor,
} from '../memory/index.ts'
import { BounceBuffers } from './BounceBuffers.ts'
import { mapForDevice, unmapForDevice } from './deviceMapping.ts'
import {
  DMAState, kWalkClient, kWalkComplete, kWalkPreflight, kWalkPrepare, kWalkSyncAlways, kWalkSyncIn,
  kWalkSyncOut,
} from './DMAState.ts'
import { IOMapper } from './IOMapper.ts'
import { SegmentGenerator, type SegmentPosition, type SegmentSink } from './SegmentGenerator.ts'
import {
  is32Bit, kBypassed, kDMAMapTypeMask, kForceDoubleBuffer, kMapped, kNonCoherent, kUnmapped, OutputHost32,
  OutputHost64, type Segment64, type SegmentFunction, type SegmentList, type SegmentOptions,
} from './segments.ts'

/** Which part to make ready, and how; all of it, with caches and copies, unless told. */
export interface PrepareOptions {
  readonly offset?: number
  /** 0: all of the memory. */
  readonly length?: number
  readonly flushCache?: boolean
  readonly synchronize?: boolean
}

/**
 * Memory as a device sees it: made ready, given device addresses where there is a mapper, copied where the
 * device
 * cannot reach it, and cut into segments. Thread context, except for the generation of segments: any context.
 * @xnu iokit/Kernel/IODMACommand.cpp IODMACommand — faithful
 */
export class IODMACommand extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IODMACommand', IODMACommand, OSObject)

  /** The owner's. */
  refCon: unknown = null
  private readonly state = new DMAState()
  private readonly generator = new SegmentGenerator(this.state)
  private readonly bounces = new BounceBuffers(this.state, this.generator)
  private readonly client = new ClientOutput(this, this.state)
  private readonly copier = new TransferCopy(this.state)

  /**
   * Null when the specification makes no sense. `mapper`: a mapper, or the device whose mapper it is; the
   * system
   * mapper unless told. One reference to the caller.
   * @xnu iokit/Kernel/IODMACommand.cpp withSpecification — faithful
   */
  static withSpecification(
    outSegFunc: SegmentFunction | null, options: SegmentOptions | null, mappingOptions = kMapped,
    mapper: OSObject | null = null,
  ): IODMACommand | null {
    const command = new IODMACommand()
    const result = command.setSpecification(outSegFunc, options, mappingOptions, mapper)
    if (result === kIOReturnSuccess) return command
    command.release()
    return null
  }

  /**
   * A command without a specification: `prepareWithSpecification` gives it one.
   * @xnu IODMACommand.cpp withRefCon — faithful
   */
  static withRefCon(refCon: unknown): IODMACommand {
    const command = new IODMACommand()
    command.refCon = refCon
    return command
  }

  /**
   * A command of the same specification, but for the alignments of lengths and inner segments: they are
   * swapped, as
   * in the kernel. One reference to the caller.
   * @xnu iokit/Kernel/IODMACommand.cpp cloneCommand — faithful
   */
  cloneCommand(refCon: unknown = null): IODMACommand | null {
    const { state } = this
    const options: SegmentOptions = {
      fNumAddressBits: state.numAddressBits,
      fMaxSegmentSize: finiteOrZero(state.maxSegmentSize),
      fMaxTransferSize: finiteOrZero(state.maxTransferSize),
      fAlignment: state.alignment,
      fAlignmentLength: state.alignmentInternal,
      fAlignmentInternalSegments: state.alignmentLength,
    }
    const mapper = state.mapper instanceof IOMapper ? state.mapper : null
    const clone = IODMACommand.withSpecification(state.outSeg, options, state.mappingOptions, mapper)
    if (clone !== null) clone.refCon = refCon
    return clone
  }

  /**
   * Sets what the device can do.
   * @xnu iokit/Kernel/IODMACommand.cpp setSpecification — simplified: a system mapper is not waited for
   */
  setSpecification(
    outSegFunc: SegmentFunction | null, options: SegmentOptions | null, mappingOptions = kMapped,
    mapper: OSObject | null = null,
  ): IOReturn {
    const { state } = this
    if (outSegFunc === null || options === null) return kIOReturnBadArgument
    let numAddressBits = options.fNumAddressBits
    if (is32Bit(outSegFunc)) {
      if (numAddressBits > 32) return kIOReturnBadArgument
      if (numAddressBits === 0) numAddressBits = 32
    }
    if (numAddressBits !== 0 && 2 ** numAddressBits < pageSizeBytes()) return kIOReturnBadArgument
    const type = mappingOptions & kDMAMapTypeMask
    const own = mapper instanceof IOMapper ? mapper : null
    const used = own ?? (type === kUnmapped ? null : systemMapper())
    state.outSeg = outSegFunc
    state.setAddressBits(numAddressBits)
    state.maxSegmentSize = options.fMaxSegmentSize === 0 ? Infinity : options.fMaxSegmentSize
    state.maxTransferSize = options.fMaxTransferSize === 0 ? Infinity : options.fMaxTransferSize
    state.mappingOptions = mappingOptions
    state.alignment = Math.max(1, options.fAlignment)
    state.alignmentLength = Math.max(1, options.fAlignmentLength)
    state.alignmentInternal = Math.max(1, options.fAlignmentInternalSegments || state.alignment)
    if (type > kUnmapped || (type === kBypassed && used !== null)) return kIOReturnBadArgument
    if (used !== state.mapper) this.replaceMapper(used)
    state.device = own === null ? mapper : null
    return kIOReturnSuccess
  }

  /**
   * Sets the memory (retained) and prepares all of it, unless told not to; null only clears.
   * @xnu iokit/Kernel/IODMACommand.cpp setMemoryDescriptor — faithful
   */
  setMemoryDescriptor(memory: IOMemoryDescriptor | null, autoPrepare = true): IOReturn {
    const { state } = this
    if (memory === state.memory) {
      if (!autoPrepare) while (state.active > 0) this.complete()
      return kIOReturnSuccess
    }
    if (state.memory !== null) {
      if (state.active > 0) return kIOReturnBusy
      this.clearMemoryDescriptor()
    }
    if (memory === null) return kIOReturnSuccess
    const result = memory.getDMACharacteristics(state.summary)
    if (result !== kIOReturnSuccess) return result
    state.checkAddressing = !state.isMapped && this.reachesTooFar()
    state.newMD = true
    memory.retain()
    state.memory = memory
    state.activeNoMapper = state.mapper === null
    if (state.activeNoMapper) memory.setDMAActive()
    if (!autoPrepare) return kIOReturnSuccess
    const prepared = this.prepare()
    if (prepared !== kIOReturnSuccess) this.clearMemoryDescriptor()
    return prepared
  }

  /**
   * Forgets the memory; with `autoComplete` after completing what is active, else only an inactive command
   * does.
   * @xnu iokit/Kernel/IODMACommand.cpp clearMemoryDescriptor — faithful
   */
  clearMemoryDescriptor(autoComplete = true): IOReturn {
    const { state } = this
    if (state.active > 0 && !autoComplete) return kIOReturnNotReady
    if (state.memory === null) return kIOReturnSuccess
    while (state.active > 0) this.complete()
    if (state.activeNoMapper) state.memory.setDMAInactive()
    state.memory.release()
    state.memory = null
    return kIOReturnSuccess
  }

  /** The memory, not retained. @xnu iokit/Kernel/IODMACommand.cpp getMemoryDescriptor — faithful */
  getMemoryDescriptor(): IOMemoryDescriptor | null {
    return this.state.memory
  }

  /**
   * What the device transfers with: the copy, where there is one.
   * @xnu IODMACommand.cpp getIOMemoryDescriptor — faithful
   */
  getIOMemoryDescriptor(): IOMemoryDescriptor | null {
    return this.state.copyMD ?? this.state.memory
  }

  /** @xnu iokit/Kernel/IODMACommand.cpp getNumAddressBits — faithful */
  getNumAddressBits(): number {
    return this.state.numAddressBits
  }

  /** @xnu iokit/Kernel/IODMACommand.cpp getAlignment — faithful */
  getAlignment(): number {
    return this.state.alignment
  }

  /** @xnu iokit/Kernel/IODMACommand.cpp getAlignmentLength — faithful */
  getAlignmentLength(): number {
    return this.state.alignmentLength
  }

  /** @xnu iokit/Kernel/IODMACommand.cpp getAlignmentInternalSegments — faithful */
  getAlignmentInternalSegments(): number {
    return this.state.alignmentInternal
  }

  /**
   * Sets another specification and prepares; an active command refuses.
   * @xnu IODMACommand.cpp prepareWithSpecification — faithful
   */
  prepareWithSpecification(
    specification: {
      readonly outSegFunc: SegmentFunction; readonly options: SegmentOptions
      readonly mappingOptions?: number; readonly mapper?: OSObject | null
    },
    wanted: PrepareOptions = {},
  ): IOReturn {
    if (this.state.active > 0) return kIOReturnNotPermitted
    const { outSegFunc, options, mappingOptions, mapper } = specification
    const result = this.setSpecification(outSegFunc, options, mappingOptions, mapper)
    return result === kIOReturnSuccess ? this.prepare(wanted) : result
  }

  /**
   * Makes a range ready; nested for the same range. Also a refused nested or misaligned `prepare` counts and
   * needs a
   * `complete`.
   * @xnu iokit/Kernel/IODMACommand.cpp prepare — faithful
   */
  prepare(wanted: PrepareOptions = {}): IOReturn {
    const { offset = 0, length: asked = 0, flushCache = true, synchronize = true } = wanted
    const { state } = this
    if (state.outSeg === null) return kIOReturnNotReady
    const length = asked === 0 ? state.summary.fLength : asked
    if (length > state.maxTransferSize) return kIOReturnNoSpace
    if (state.active++ > 0) {
      const isSame = state.preparedOffset === offset && state.preparedLength === length
      return isSame ? kIOReturnSuccess : kIOReturnNotReady
    }
    if (length % state.alignmentLength !== 0) return kIOReturnNotAligned
    state.startPreparation(offset, length)
    const isMapped = state.mapper !== null
    state.sourceAlignment = isMapped ? Math.min(state.alignment, pageSizeBytes()) : state.alignment
    state.cursor = state.iterateOnly || (!state.checkAddressing && this.isAlignedThroughout())
    let result: IOReturn = kIOReturnSuccess
    if (!state.cursor) {
      result = this.bounces.walkAll(kWalkPrepare | kWalkPreflight | (synchronize ? kWalkSyncOut : 0))
    }
    if (flushCache) this.storeCache()
    if (state.mapper !== null) result = mapForDevice(state, this)
    if (result === kIOReturnSuccess) state.prepared = true
    return result
  }

  /**
   * Undoes one `prepare`; the last copies back what the device wrote and takes the device addresses away.
   * @xnu iokit/Kernel/IODMACommand.cpp complete — faithful
   */
  complete(invalidateCache = true, synchronize = true): IOReturn {
    const { state } = this
    if (state.active < 1) return kIOReturnNotReady
    if (--state.active > 0) return kIOReturnSuccess
    if (invalidateCache) this.flushCache()
    const unmapFrom = state.copyMD ?? state.memory
    unmapFrom?.retain()
    let result: IOReturn = kIOReturnSuccess
    if (!state.cursor) result = this.bounces.walkAll(kWalkComplete | (synchronize ? kWalkSyncIn : 0))
    if (state.localMapperAllocValid && unmapFrom !== null) result = unmapForDevice(state, this, unmapFrom)
    unmapFrom?.release()
    state.prepared = false
    return result
  }

  /**
   * What is prepared; not ready while nothing is.
   * @xnu iokit/Kernel/IODMACommand.cpp getPreparedOffsetAndLength — faithful
   */
  getPreparedOffsetAndLength(): { result: IOReturn; offset: number; length: number } {
    const { active, preparedOffset, preparedLength } = this.state
    if (active < 1) return { result: kIOReturnNotReady, offset: 0, length: 0 }
    return { result: kIOReturnSuccess, offset: preparedOffset, length: preparedLength }
  }

  /**
   * Copies between the memory and its copies in one direction, or with kForceDoubleBuffer puts a copy between
   * memory
   * and device.
   * @xnu iokit/Kernel/IODMACommand.cpp synchronize — faithful
   */
  synchronize(options: number): IOReturn {
    const { state } = this
    if ((options & kIODirectionInOut) === kIODirectionInOut) return kIOReturnBadArgument
    if (state.active < 1) return kIOReturnNotReady
    if ((options & kForceDoubleBuffer) !== 0) {
      if (state.doubleBuffer) return kIOReturnSuccess
      this.complete(false, true)
      state.cursor = false
      state.forceDoubleBuffer = true
      const { preparedOffset: offset, preparedLength: length } = state
      return this.prepare({ offset, length, flushCache: false, synchronize: true })
    }
    if (state.cursor) return kIOReturnSuccess
    if ((options & kIODirectionIn) !== 0) return this.bounces.walkAll(kWalkSyncIn | kWalkSyncAlways)
    return this.bounces.walkAll((options & kIODirectionOut) !== 0 ? kWalkSyncOut | kWalkSyncAlways : 0)
  }

  /**
   * Copies out of the prepared range as the device sees it; answers how much.
   * @xnu IODMACommand.cpp readBytes — faithful
   */
  readBytes(offset: number, target: Uint8Array): number {
    return this.transfer(offset, target, false)
  }

  /**
   * Copies into the prepared range as the device sees it; answers how much.
   * @xnu IODMACommand.cpp writeBytes — faithful
   */
  writeBytes(offset: number, source: Uint8Array): number {
    return this.transfer(offset, source, true)
  }

  /**
   * Segments from `position.offset` (of the prepared range) on, at most `position.count`; both are moved on,
   * unless
   * an error is answered. Any context; allocates nothing.
   * @xnu iokit/Kernel/IODMACommand.cpp genIOVMSegments — faithful
   */
  genIOVMSegments(position: SegmentPosition, segments: SegmentList): IOReturn {
    return this.genIOVMSegmentsWith(this.state.outSeg, position, segments)
  }

  /**
   * 32-bit segments of the host, whatever the specification's format.
   * @xnu iokit/IOKit/IODMACommand.h gen32IOVMSegments — faithful
   */
  gen32IOVMSegments(position: SegmentPosition, segments: Segment64[]): IOReturn {
    return this.genIOVMSegmentsWith(OutputHost32, position, segments)
  }

  /**
   * 64-bit segments of the host, whatever the specification's format.
   * @xnu iokit/IOKit/IODMACommand.h gen64IOVMSegments — faithful
   */
  gen64IOVMSegments(position: SegmentPosition, segments: Segment64[]): IOReturn {
    return this.genIOVMSegmentsWith(OutputHost64, position, segments)
  }

  /** Segments through another function. @xnu iokit/Kernel/IODMACommand.cpp genIOVMSegments — faithful */
  genIOVMSegmentsWith(
    outSegFunc: SegmentFunction | null, position: SegmentPosition, segments: SegmentList,
  ): IOReturn {
    this.client.output = outSegFunc
    this.client.list = segments
    return this.generator.generate(kWalkClient, this.client, position)
  }

  /**
   * Memory that is still set is not released: the driver's mistake leaks it.
   * @xnu IODMACommand.cpp free — faithful
   */
  override free(): void {
    this.replaceMapper(null)
    super.free()
  }

  private replaceMapper(mapper: DMAState['mapper']): void {
    const former = this.state.mapper
    if (mapper instanceof OSObject) mapper.retain()
    this.state.mapper = mapper
    if (former instanceof OSObject) former.release()
  }

  /**
   * Whether the memory's highest page is out of the device's reach; a page that is not known may be anywhere.
   */
  private reachesTooFar(): boolean {
    const { numAddressBits, summary } = this.state
    if (numAddressBits === 0 || numAddressBits > 52) return false
    const page = pageSizeBytes()
    const highest = summary.fHighestPage === 0 ? Math.floor((endOfRam() - 1) / page) : summary.fHighestPage
    return highest >= 2 ** numAddressBits / page
  }

  private isAlignedThroughout(): boolean {
    const { sourceAlignment, summary } = this.state
    return sourceAlignment === 1 || (summary.fPageAlign >= 0 && summary.fPageAlign % sourceAlignment === 0)
  }

  private storeCache(): void {
    const { state } = this
    if ((state.mappingOptions & kDMAMapTypeMask) !== kNonCoherent) return
    const offset = state.copyMD === null ? state.preparedOffset : 0
    state.source.performOperation(kIOMemoryIncoherentIOStore, offset, state.preparedLength)
  }

  private flushCache(): void {
    const { state } = this
    if ((state.mappingOptions & kDMAMapTypeMask) !== kNonCoherent || state.memory === null) return
    const offset = state.copyMD === null ? state.preparedOffset : 0
    state.source.performOperation(kIOMemoryIncoherentIOFlush, offset, state.preparedLength)
  }

  /** @xnu iokit/Kernel/IODMACommand.cpp transfer — faithful */
  private transfer(offset: number, bytes: Uint8Array, isWrite: boolean): number {
    const { state } = this
    if (state.active < 1 || offset >= state.preparedLength) return 0
    const length = Math.min(bytes.length, state.preparedLength - offset)
    const { copier } = this
    copier.start(bytes, length, isWrite)
    this.generator.generate(kWalkClient, copier, { offset, count: Infinity })
    return length - copier.remaining
  }
}

function finiteOrZero(size: number): number {
  return size === Infinity ? 0 : size
}

/**
 * Hands segments to the driver's function.
 * @xnu iokit/Kernel/IODMACommand.cpp clientOutputSegment — faithful
 */
class ClientOutput implements SegmentSink {
  output: SegmentFunction | null = null
  list: SegmentList = []

  constructor(private readonly command: IODMACommand, private readonly state: DMAState) {}

  take(segment: Readonly<Segment64>, index: number): IOReturn {
    const { state } = this
    const isTooHigh = segment.fIOVMAddr + segment.fLength - 1 > state.maxPhys && state.limitsAddresses
    const isTaken = this.output?.(this.command, segment, this.list, index) ?? false
    return isTooHigh || !isTaken ? kIOReturnMessageTooLarge : kIOReturnSuccess
  }
}

/** Copies between segments and bytes. @xnu iokit/Kernel/IODMACommand.cpp transferSegment — faithful */
class TransferCopy implements SegmentSink {
  remaining = 0
  private bytes: Uint8Array = new Uint8Array(0)
  private done = 0
  private isWrite = false

  constructor(private readonly state: DMAState) {}

  start(bytes: Uint8Array, length: number, isWrite: boolean): void {
    this.bytes = bytes
    this.remaining = length
    this.done = 0
    this.isWrite = isWrite
  }

  take(segment: Readonly<Segment64>): IOReturn {
    const page = pageSizeBytes()
    const length = Math.min(segment.fLength, this.remaining)
    this.remaining -= length
    for (let moved = 0; moved < length;) {
      const address = segment.fIOVMAddr + moved
      const size = this.state.isMapped ? Math.min(length - moved, page - (address % page)) : length - moved
      const physical = this.state.isMapped ? this.state.mapper!.mapToPhysicalAddress(address) : address
      const piece = this.bytes.subarray(this.done, this.done + size)
      if (this.isWrite) ml_phys_copy_in(physical, piece)
      else ml_phys_copy_out(physical, piece)
      this.done += size
      moved += size
    }
    return this.remaining > 0 ? kIOReturnSuccess : kIOReturnOverrun
  }
}
