import { kIOReturnNoMemory, kIOReturnNotAligned, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import {
  IOMDDMAWalkSegmentState, IORangeAllocator, kIODMAMapReadAccess, kIODMAMapWriteAccess, type DMAMapAnswer,
  type DMAMapRequest,
} from '../memory/index.ts'

/** The page tables of an IOMMU, as its driver writes them. */
export interface PageTableWriter {
  /** Enters one page; false without memory for a table. */
  setPage(deviceAddress: number, physicalAddress: number, access: number): boolean
  clearPage(deviceAddress: number): void
  /** Pages were entered where there were none. */
  entered(deviceAddress: number, length: number): void
  /** Makes the hardware forget what it knows of a range. */
  invalidate(deviceAddress: number, length: number): void
}

const NOTHING: DMAMapAnswer = { result: kIOReturnNoMemory, address: 0, length: 0 }
const ACCESS = kIODMAMapReadAccess | kIODMAMapWriteAccess

/**
 * Device addresses that an IOMMU's driver gives out. Memory keeps its place in its first page; when its inner
 * pieces
 * fill pages it is one run, else every piece has pages of its own and the answer tells their whole length.
 */
export class DeviceAddressSpace {
  private readonly free: IORangeAllocator
  private readonly walk = new IOMDDMAWalkSegmentState()
  /** Physical page by device page. */
  private readonly pages = new Map<number, number>()

  /** Addresses from `base` to `end` inclusive; address 0 is never given out. */
  constructor(
    readonly pageSize: number, range: { readonly base: number; readonly end: number },
    private readonly tables: PageTableWriter,
  ) {
    this.free = IORangeAllocator.withRange(0, pageSize, 16)
    const base = Math.max(range.base, pageSize)
    this.free.deallocate(base, range.end + 1 - base)
  }

  /** Bytes not given out. */
  get freeBytes(): number {
    return this.free.getFreeCount()
  }

  map(request: DMAMapRequest): DMAMapAnswer {
    const plan = this.measure(request)
    if (plan === null) return { ...NOTHING, result: kIOReturnNotAligned }
    const alignment = Math.max(this.pageSize, powerOfTwo(request.specification.alignment))
    const base = this.free.allocate(plan.length, alignment)
    if (base === null) return NOTHING
    const bits = request.specification.numAddressBits
    const isTooHigh = bits > 0 && bits < 53 && base + plan.length > 2 ** bits
    if (isTooHigh || !this.enter(request, base)) {
      this.unmap(base, plan.length)
      return NOTHING
    }
    this.tables.entered(base, plan.length)
    const length = plan.isOneRun ? request.length : plan.length
    return { result: kIOReturnSuccess, address: base + plan.pageOffset, length }
  }

  unmap(address: number, length: number): IOReturn {
    const base = address - (address % this.pageSize)
    const size = Math.ceil((address + length - base) / this.pageSize) * this.pageSize
    for (let at = base; at < base + size; at += this.pageSize) {
      if (this.pages.delete(at)) this.tables.clearPage(at)
    }
    this.tables.invalidate(base, size)
    this.free.deallocate(base, size)
    return kIOReturnSuccess
  }

  insert(options: number, address: number, physicalAddress: number, length: number): IOReturn {
    if (address % this.pageSize !== 0 || physicalAddress % this.pageSize !== 0) return kIOReturnNotAligned
    for (let done = 0; done < length; done += this.pageSize) {
      if (!this.setPage(address + done, physicalAddress + done, options & ACCESS)) return kIOReturnNoMemory
    }
    this.tables.entered(address, length)
    return kIOReturnSuccess
  }

  /** Takes a range that firmware promised to devices, mapped to itself. False where it is in use. */
  reserve(address: number, length: number, access: number): boolean {
    const isFree = this.free.allocateRange(address, length)
    return isFree && this.insert(access, address, address, length) === kIOReturnSuccess
  }

  toPhysical(address: number): number {
    const inPage = address % this.pageSize
    const page = this.pages.get(address - inPage)
    return page === undefined ? 0 : page + inPage
  }

  /** Device pages that a request needs; null for memory that is not there. */
  private measure(request: DMAMapRequest): { length: number; pageOffset: number; isOneRun: boolean } | null {
    const { memory } = request
    if (memory === null) return { length: request.length, pageOffset: 0, isOneRun: true }
    let length = 0
    let pageOffset = 0
    let isOneRun = true
    for (let done = 0; done < request.length;) {
      const size = this.step(request, done)
      if (size === 0) return null
      const inPage = this.walk.fIOVMAddr % this.pageSize
      if (done === 0) pageOffset = inPage
      const ends = done + size >= request.length
      if ((done > 0 && inPage !== 0) || (!ends && (inPage + size) % this.pageSize !== 0)) isOneRun = false
      length += Math.ceil((inPage + size) / this.pageSize) * this.pageSize
      done += size
    }
    return { length, pageOffset, isOneRun }
  }

  private enter(request: DMAMapRequest, base: number): boolean {
    if (request.memory === null) return true
    let at = base
    for (let done = 0; done < request.length;) {
      const size = this.step(request, done)
      const first = this.walk.fIOVMAddr - (this.walk.fIOVMAddr % this.pageSize)
      const end = this.walk.fIOVMAddr + size
      for (let page = first; page < end; page += this.pageSize, at += this.pageSize) {
        if (!this.setPage(at, page, request.options & ACCESS)) return false
      }
      done += size
    }
    return true
  }

  /** Steps to the run `done` bytes into the request; answers how much of it counts. */
  private step(request: DMAMapRequest, done: number): number {
    this.walk.reset(request.offset + done, false)
    if (request.memory?.walkSegments(this.walk) !== kIOReturnSuccess) return 0
    return Math.min(this.walk.fLength, request.length - done)
  }

  private setPage(address: number, physical: number, access: number): boolean {
    if (!this.tables.setPage(address, physical, access)) return false
    this.pages.set(address, physical)
    return true
  }
}

function powerOfTwo(size: number): number {
  let power = 1
  while (power < size) power *= 2
  return power
}
