import { kIOReturnError, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, OSObject, type OSMetaClass } from '../../libkern/index.ts'
import {
  kernel_task, pageSizeBytes, physicalBus, type PhysicalBus, type Task, type VmMap,
} from '../../mach/index.ts'
import { present } from '../../sim/index.ts'
import type { IOMemoryDescriptor, PhysicalSegment } from './IOMemoryDescriptor.ts'
import {
  kIOMapAnywhere, kIOMapCacheMask, kIOMapDefaultCache, kIOMapGuardedLarge, kIOMapGuardedSmall, kIOMapReadOnly,
  kIOMapStatic,
} from './options.ts'

const GUARDED = (kIOMapGuardedSmall | kIOMapGuardedLarge) >>> 0
/** The memory is not one physical run: every access looks its page up. */
const PAGED = -1

/** What a mapping is asked to be. */
export interface MapRequest {
  readonly address: number
  readonly options: number
  readonly offset: number
  readonly length: number
}

/**
 * A descriptor's memory in a task's address space. `read…` and `write…` are what compiled code does through
 * the address: what is not there, or may not be done, is a page fault. Register access is at any context;
 * nothing blocks or allocates.
 *
 * The descriptor keeps every mapping in a set, so a mapping has two references and goes when fewer are left.
 * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryMap — faithful
 * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryMap::wireRange — absent: prepare the descriptor
 */
export class IOMemoryMap extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOMemoryMap', IOMemoryMap, OSObject)

  /** The fields below belong to this folder; drivers use the methods. */
  fAddress = 0
  fLength = 0
  fOffset = 0
  fOptions = 0
  fAddressTask: Task | null = null
  fAddressMap: VmMap | null = null
  fMemory: IOMemoryDescriptor | null = null
  fSuperMap: IOMemoryMap | null = null
  /** Physical start of memory in one run; else every access asks the address map. */
  private base = PAGED
  private readonly bus: PhysicalBus = physicalBus()
  private fUserClientUnmap = false

  /** @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryMap::init — faithful */
  initMapping(task: Task | null, request: MapRequest): boolean {
    if (task === null) return false
    this.fAddressTask = task
    this.fAddressMap = task.map
    this.fOptions = request.options
    this.fLength = request.length
    this.fOffset = request.offset
    this.fAddress = request.address
    return true
  }

  /** Bytes mapped. @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryMap::getLength — faithful */
  getLength(): number {
    return this.fLength
  }

  /** The options it was made with. @xnu iokit/Kernel/IOMemoryDescriptor.cpp getMapOptions — faithful */
  getMapOptions(): number {
    return this.fOptions
  }

  /**
   * Address in the task; 0 once it is unmapped.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp getVirtualAddress — faithful
   */
  getVirtualAddress(): number {
    return this.fAddress
  }

  /**
   * The same as `getVirtualAddress`.
   * @xnu iokit/IOKit/IOMemoryDescriptor.h IOMemoryMap::getAddress — faithful
   */
  getAddress(): number {
    return this.fAddress
  }

  /** The same as `getLength`. @xnu iokit/IOKit/IOMemoryDescriptor.h IOMemoryMap::getSize — faithful */
  getSize(): number {
    return this.fLength
  }

  /**
   * The task it is mapped in; null once that died.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp getAddressTask — faithful
   */
  getAddressTask(): Task | null {
    return this.fSuperMap === null ? this.fAddressTask : this.fSuperMap.getAddressTask()
  }

  /** Not retained. @xnu iokit/Kernel/IOMemoryDescriptor.cpp getMemoryDescriptor — faithful */
  getMemoryDescriptor(): IOMemoryDescriptor | null {
    return this.fMemory
  }

  /**
   * Physical address of the first byte.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryMap::getPhysicalAddress — faithful
   */
  getPhysicalAddress(): number {
    return this.getPhysicalSegment(0).address
  }

  /**
   * The run of the descriptor behind a place of the map.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryMap::getPhysicalSegment — faithful
   */
  getPhysicalSegment(offset: number, options = 0): PhysicalSegment {
    return present(this.fMemory, 'a map shows memory').getPhysicalSegment(this.fOffset + offset, options)
  }

  /**
   * Takes the mapping away: the address is 0 from now on. Always succeeds. Thread context.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryMap::unmap — faithful
   */
  unmap(): IOReturn {
    const isOwn = this.fSuperMap === null && (this.fOptions & kIOMapStatic) === 0
    if (this.fAddress !== 0 && this.fAddressMap !== null && isOwn) this.fMemory?.doUnmap(this)
    this.fAddressMap = null
    this.fAddress = 0
    this.base = PAGED
    return kIOReturnSuccess
  }

  /**
   * From now on the end of the task takes the mapping out.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp userClientUnmap — faithful
   */
  userClientUnmap(): IOReturn {
    this.fUserClientUnmap = true
    return kIOReturnSuccess
  }

  /** The task is gone: the address is 0. @xnu iokit/Kernel/IOMemoryDescriptor.cpp taskDied — faithful */
  taskDied(): void {
    if (this.fUserClientUnmap) this.unmap()
    this.fAddressMap = null
    this.fAddressTask = null
    this.fAddress = 0
    this.base = PAGED
  }

  /**
   * Shows other memory at the same address. Without memory: the pages are taken out, and touching them is a
   * fault.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryMap::redirect — simplified: an access to pages
   * that were taken out faults, where the kernel lets it wait for the new ones
   */
  redirect(memory: IOMemoryDescriptor | null, _options = 0, offset = 0): IOReturn {
    if (this.fAddress === 0 || this.fAddressMap === null) return kIOReturnSuccess
    if (memory === null) {
      this.fMemory?.hidePages(this)
      this.base = PAGED
      return kIOReturnSuccess
    }
    if (memory === this.fMemory) return kIOReturnSuccess
    this.fOffset = offset
    if (memory.replaceMapping(this) !== kIOReturnSuccess) return kIOReturnError
    return kIOReturnSuccess
  }

  /**
   * The mapping that already serves a request: itself, or the request laid over a part of it; null where it
   * does not fit.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryMap::copyCompatible — faithful
   */
  copyCompatible(wanted: IOMemoryMap): IOMemoryMap | null {
    const task = wanted.getAddressTask()
    const differs = (this.fOptions ^ wanted.fOptions) >>> 0
    if (task === null || this.fAddressMap === null || this.fAddressMap !== task.map) return null
    if ((differs & (kIOMapReadOnly | GUARDED)) !== 0) return null
    const asksCache = (wanted.fOptions & kIOMapCacheMask) !== kIOMapDefaultCache
    if (asksCache && (differs & kIOMapCacheMask) !== 0) return null
    if ((wanted.fOptions & kIOMapAnywhere) === 0 && this.fAddress !== wanted.fAddress) return null
    const skip = wanted.fOffset - this.fOffset
    if (skip < 0 || skip + wanted.fLength > this.fLength) return null
    if (this.fLength === wanted.fLength && skip === 0) {
      this.retain()
      return this
    }
    this.retain()
    wanted.fSuperMap = this
    wanted.fOffset = this.fOffset + skip
    wanted.fAddress = this.fAddress + skip
    wanted.resolve()
    return wanted
  }

  /**
   * Takes the memory, retained; false when the part does not lie inside.
   * @xnu IOMemoryDescriptor.cpp setMemoryDescriptor — faithful
   */
  setMemoryDescriptor(memory: IOMemoryDescriptor, offset: number): boolean {
    if (this.fSuperMap === null) {
      if (offset + this.fLength > memory.getLength()) return false
      this.fOffset = offset
    }
    memory.retain()
    if (this.fMemory !== null && this.fMemory !== memory) this.fMemory.removeMapping(this)
    this.fMemory?.release()
    this.fMemory = memory
    this.resolve()
    return true
  }

  /**
   * Finds out whether the mapped pages are one physical run of a device or of a buffer.
   * @xnu ours: accesses go past the address map then
   */
  resolve(): void {
    this.base = PAGED
    if (this.fAddressMap === null || this.fAddress === 0 || this.fLength === 0) return
    const region = this.fAddressMap.regionAt(this.fAddress)
    const start = region?.object?.physicalBase ?? PAGED
    if (region === null || start < 0 || this.fAddress + this.fLength > region.end) return
    if (region.protection === 0) return
    this.base = start + region.pageOf(this.fAddress) * pageSizeBytes() + (this.fAddress % pageSizeBytes())
  }

  /** Reads a byte. Any context. @xnu ours: a load of compiled code */
  read8(offset: number): number {
    return this.bus.read(this.at(offset, 1), 1)
  }

  /** Reads 16 bits, little-endian. Any context. @xnu ours: a load of compiled code */
  read16(offset: number): number {
    const address = this.at(offset, 2)
    return address >= 0 ? this.bus.read(address, 2) : this.read8(offset) | (this.read8(offset + 1) << 8)
  }

  /** Reads 32 bits, little-endian, unsigned. Any context. @xnu ours: a load of compiled code */
  read32(offset: number): number {
    const address = this.at(offset, 4)
    if (address >= 0) return this.bus.read(address, 4)
    return (this.read16(offset) | (this.read16(offset + 2) << 16)) >>> 0
  }

  /** Reads 64 bits, little-endian. Any context. @xnu ours: a load of compiled code */
  read64(offset: number): bigint {
    const address = this.at(offset, 8)
    if (address >= 0) return this.bus.read64(address)
    return BigInt(this.read32(offset)) | (BigInt(this.read32(offset + 4)) << 32n)
  }

  /** Writes a byte. Any context. @xnu ours: a store of compiled code */
  write8(offset: number, value: number): void {
    this.bus.write(this.at(offset, 1, true), 1, value)
  }

  /** Writes 16 bits, little-endian. Any context. @xnu ours: a store of compiled code */
  write16(offset: number, value: number): void {
    const address = this.at(offset, 2, true)
    if (address >= 0) return this.bus.write(address, 2, value)
    this.write8(offset, value & 0xff)
    this.write8(offset + 1, (value >>> 8) & 0xff)
  }

  /** Writes 32 bits, little-endian. Any context. @xnu ours: a store of compiled code */
  write32(offset: number, value: number): void {
    const address = this.at(offset, 4, true)
    if (address >= 0) return this.bus.write(address, 4, value)
    this.write16(offset, value & 0xffff)
    this.write16(offset + 2, value >>> 16)
  }

  /** Writes 64 bits, little-endian. Any context. @xnu ours: a store of compiled code */
  write64(offset: number, value: bigint): void {
    const address = this.at(offset, 8, true)
    if (address >= 0) return this.bus.write64(address, value)
    this.write32(offset, Number(value & 0xffffffffn))
    this.write32(offset + 4, Number((value >> 32n) & 0xffffffffn))
  }

  /**
   * Fewer than two references are none: the descriptor's set holds one. Thread context.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryMap::taggedRelease — faithful
   */
  override release(when = 2): void {
    super.release(when)
  }

  /** The same with a tag. @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryMap::taggedRelease — faithful */
  override taggedRelease(tag: OSMetaClass | null, when = 2): void {
    super.taggedRelease(tag, when)
  }

  /**
   * Unmaps, leaves the descriptor's set, lets descriptor and the mapping it lies in go.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryMap::free — faithful
   */
  override free(): void {
    this.unmap()
    this.fMemory?.removeMapping(this)
    this.fMemory?.release()
    this.fMemory = null
    this.fSuperMap?.release()
    this.fSuperMap = null
    super.free()
  }

  /** Physical address of an access; -1 when it crosses a page that is looked up on its own. */
  private at(offset: number, width: number, isWrite = false): number {
    if (this.base >= 0 && offset >= 0 && offset + width <= this.fLength) {
      if (!isWrite || (this.fOptions & kIOMapReadOnly) === 0) return this.base + offset
    }
    return this.lookUp(offset, width, isWrite)
  }

  private lookUp(offset: number, width: number, isWrite: boolean): number {
    const address = Math.max(0, this.fAddress + offset)
    const map = this.fAddressMap ?? kernel_task().map
    const crosses = (address % pageSizeBytes()) + width > pageSizeBytes()
    if (crosses && width > 1) return -1
    return map.fault(address, isWrite ? 'write' : 'read')
  }
}
