import {
  KERN_INVALID_ADDRESS, KERN_INVALID_ARGUMENT, KERN_MEMORY_ERROR, KERN_NO_SPACE, KERN_PROTECTION_FAILURE,
  KERN_SUCCESS,
} from '../abi/kern_return.ts'
import { kernelTrap, type FaultAccess } from './debug.ts'
import { pageSizeBytes, physicalBus } from './physical.ts'
import {
  VM_INHERIT_COPY, VM_PROT_ALL, VM_PROT_DEFAULT, VM_PROT_NONE, VM_PROT_READ, VM_PROT_WRITE, VmMapEntry,
} from './vm_map_entry.ts'
import { VmObject } from './vm_object.ts'

export interface VmEnterOptions {
  /** Exactly here; anywhere unless told. */
  readonly address?: number
  readonly protection?: number
  /** What the protection may be raised to: anything unless told. */
  readonly maximum?: number
  readonly inheritance?: number
  readonly tag?: string
  /** Replaces what lies in the range; needs an address. */
  readonly overwrite?: boolean
  /** Of the place, without an address: a power of two, at least a page. */
  readonly alignment?: number
}

export interface VmEntered {
  readonly result: number
  readonly address: number
}

/** Pages of a range held in place for a transfer. */
export interface VmWiring {
  /** Frame of every page, in order. */
  readonly frames: readonly number[]
  readonly objects: readonly VmObject[]
}

const USER_BASE = 0x1_0000_0000
const USER_LIMIT = 0x7fff_fffe_0000
const KERNEL_BASE = 0x10_0000_0000
/** Kernel addresses are numbers inside; printed ones lie in the upper half. */
const KERNEL_DISPLAY_BASE = 0xffffff80_00000000n
const NO_PLACE = -1

/**
 * One address space: regions in order of address. A region shows a part of an object; maps that show the same
 * object
 * share its pages, so bytes are never copied between a device, a driver and a client.
 * @xnu osfmk/vm/vm_map.c vm_map — simplified: no paging, no submaps
 */
export class VmMap {
  private readonly regions: VmMapEntry[] = []
  private readonly base: number
  private hint: number

  constructor(private readonly isKernel: boolean) {
    this.base = isKernel ? KERNEL_BASE : USER_BASE
    this.hint = this.base
  }

  list(): readonly VmMapEntry[] {
    return this.regions
  }

  /** Address as a report prints it. */
  printed(address: number): bigint {
    const high = this.isKernel && address >= KERNEL_BASE
    return high ? KERNEL_DISPLAY_BASE + BigInt(address) : BigInt(address)
  }

  /** Zero-filled memory. @xnu osfmk/vm/vm_map.c mach_vm_allocate — faithful */
  allocate(sizeBytes: number, options: VmEnterOptions = {}): VmEntered {
    const pageCount = Math.ceil(sizeBytes / pageSizeBytes())
    const object = VmObject.anonymous(pageCount)
    const entered = this.enter(object, 0, sizeBytes, options)
    object.release()
    return entered
  }

  /** A range where every access is a fault. */
  enterGuard(sizeBytes: number, options: VmEnterOptions = {}): VmEntered {
    return this.enter(null, 0, sizeBytes, { ...options, protection: VM_PROT_NONE })
  }

  /**
   * Shows a part of an object, which is retained; sizes are rounded up to pages.
   * @xnu osfmk/vm/vm_map.c vm_map_enter — faithful
   */
  enter(
    object: VmObject | null, firstPage: number, sizeBytes: number, options: VmEnterOptions = {},
  ): VmEntered {
    const page = pageSizeBytes()
    const size = Math.ceil(sizeBytes / page) * page
    const isMisplaced = (options.address ?? 0) % page !== 0
    if (size === 0 || isMisplaced) return { result: KERN_INVALID_ARGUMENT, address: 0 }
    const start = this.placeFor(size, options)
    if (start < 0) return { result: start === NO_PLACE ? KERN_NO_SPACE : KERN_INVALID_ADDRESS, address: 0 }
    object?.retain()
    const entry = new VmMapEntry(start, start + size, { object, firstPage }, {
      protection: options.protection ?? VM_PROT_DEFAULT,
      maximum: options.maximum ?? VM_PROT_ALL,
      inheritance: options.inheritance ?? VM_INHERIT_COPY,
      tag: options.tag ?? '',
    })
    const index = this.indexAfter(start)
    if (index === this.regions.length) this.regions.push(entry)
    else this.regions.splice(index, 0, entry)
    if (options.address === undefined) this.hint = start + size + page
    return { result: KERN_SUCCESS, address: start }
  }

  /**
   * Takes pages out; holes are fine. Without a size: the region that starts there.
   * @xnu osfmk/vm/vm_map.c vm_map_remove — faithful
   */
  deallocate(address: number, sizeBytes?: number): number {
    const region = this.regionAt(address)
    if (sizeBytes === undefined && region?.start !== address) return KERN_INVALID_ADDRESS
    const cut = this.cut(address, sizeBytes ?? region!.sizeBytes)
    if (cut.length === 0) return KERN_SUCCESS
    if (cut.at(-1) === this.regions.at(-1)) this.regions.length -= cut.length
    else this.regions.splice(this.regions.indexOf(cut[0]!), cut.length)
    for (const entry of cut) entry.dispose()
    return KERN_SUCCESS
  }

  /**
   * Changes rights, or the most that they may be; every page must be there. KERN_PROTECTION_FAILURE for more
   * than some page may have, then none is changed.
   * @xnu osfmk/vm/vm_map.c vm_map_protect — simplified: no `VM_PROT_COPY`, no code signing
   */
  protect(address: number, sizeBytes: number, protection: number, setsMaximum = false): number {
    let start = address - (address % pageSizeBytes())
    while (start < address + sizeBytes) {
      const region = this.regionAt(start)
      if (region === null) return KERN_INVALID_ADDRESS
      if ((protection & ~region.maximum) !== 0) return KERN_PROTECTION_FAILURE
      start = region.end
    }
    for (const entry of this.cut(address, sizeBytes)) {
      if (setsMaximum) entry.maximum = protection
      entry.protection = setsMaximum ? entry.protection & protection : protection
    }
    return KERN_SUCCESS
  }

  /** Changes what children get. @xnu osfmk/vm/vm_map.c vm_map_inherit — faithful */
  inherit(address: number, sizeBytes: number, inheritance: number): number {
    for (const entry of this.cut(address, sizeBytes)) entry.inheritance = inheritance
    return KERN_SUCCESS
  }

  /**
   * Reads or sets the state of the purgeable object at an address; answers the former one, negative on
   * failure.
   * @xnu osfmk/vm/vm_map.c vm_map_purgable_control — simplified: emptied at once, never behind the owner's
   * back
   */
  purgableControl(address: number, state: number | null): { result: number; former: number } {
    const object = this.regionAt(address)?.object ?? null
    if (object === null) return { result: KERN_INVALID_ADDRESS, former: 0 }
    if (object.isDevice) return { result: KERN_INVALID_ARGUMENT, former: 0 }
    const former = object.purgeState
    if (state !== null) object.setPurgeState(state)
    return { result: KERN_SUCCESS, former }
  }

  regionAt(address: number): VmMapEntry | null {
    const region = this.regions[this.indexAfter(address) - 1]
    return region !== undefined && address < region.end ? region : null
  }

  /** Whether every page of the range can be resolved. */
  covers(address: number, sizeBytes: number): boolean {
    for (let at = address; at < address + sizeBytes;) {
      const region = this.regionAt(at)
      if (region?.object == null) return false
      at = region.end
    }
    return true
  }

  /**
   * Physical address behind a virtual one, bringing the page in; -1 when there is none, -2 without memory.
   */
  translate(address: number, isWrite = false): number {
    const region = this.regionAt(address)
    return region === null ? -1 : physicalIn(region, address, isWrite)
  }

  /**
   * Holds the pages of a range in place; a kern_return_t on failure. The pages stay when the range is
   * unmapped, until
   * `unwire`.
   * @xnu osfmk/vm/vm_pageout.c vm_map_create_upl — simplified: no page is locked against other users
   */
  wire(address: number, sizeBytes: number, isWrite = false): VmWiring | number {
    const page = pageSizeBytes()
    const wiring = { frames: [] as number[], objects: [] as VmObject[] }
    for (let at = address - (address % page); at < address + sizeBytes; at += page) {
      const result = this.wirePage(at, isWrite, wiring)
      if (result === KERN_SUCCESS) continue
      this.unwire(wiring)
      return result
    }
    return wiring
  }

  /** Lets wired pages go. */
  unwire(wiring: VmWiring): void {
    for (const object of wiring.objects) {
      object.wireCount--
      object.release()
    }
  }

  /** Reads bytes; false when a page is missing or may not be read. */
  read(address: number, target: Uint8Array): boolean {
    const page = pageSizeBytes()
    for (let done = 0; done < target.length;) {
      const physical = this.access(address + done, false)
      if (physical < 0) return false
      const size = Math.min(target.length - done, page - ((address + done) % page))
      physicalBus().copyOut(physical, size === target.length ? target : target.subarray(done, done + size))
      done += size
    }
    return true
  }

  /** Writes bytes; false when a page is missing or may not be written. */
  write(address: number, source: Uint8Array): boolean {
    const page = pageSizeBytes()
    for (let done = 0; done < source.length;) {
      const physical = this.access(address + done, true)
      if (physical < 0) return false
      const size = Math.min(source.length - done, page - ((address + done) % page))
      physicalBus().copyIn(physical, size === source.length ? source : source.subarray(done, done + size))
      done += size
    }
    return true
  }

  /**
   * Physical address for an access by kernel code; what is not there is a page fault and stops the machine.
   */
  fault(address: number, access: FaultAccess): number {
    const physical = this.access(address, access === 'write')
    if (physical < 0) kernelTrap({ kind: 'page-fault', address: this.printed(address), access })
    return physical
  }

  destroy(): void {
    for (const region of this.regions.splice(0)) region.dispose()
  }

  private access(address: number, isWrite: boolean): number {
    const region = this.regionAt(address)
    const wanted = isWrite ? VM_PROT_WRITE : VM_PROT_READ
    return region !== null && (region.protection & wanted) !== 0 ? physicalIn(region, address, isWrite) : -1
  }

  private wirePage(at: number, isWrite: boolean, wiring: { frames: number[]; objects: VmObject[] }): number {
    const region = this.regionAt(at)
    if (region?.object == null) return KERN_INVALID_ADDRESS
    const wanted = isWrite ? VM_PROT_WRITE : VM_PROT_READ
    if ((region.protection & wanted) === 0) return KERN_PROTECTION_FAILURE
    const object = isWrite ? region.privateObject()! : region.object
    const frame = object.fault(region.pageOf(at), isWrite)
    if (frame < 0) return KERN_MEMORY_ERROR
    wiring.frames.push(frame)
    if (wiring.objects.at(-1) !== object) {
      object.retain()
      object.wireCount++
      wiring.objects.push(object)
    }
    return KERN_SUCCESS
  }

  /** The regions of a page range, cut so that none reaches out of it. */
  private cut(address: number, sizeBytes: number): VmMapEntry[] {
    const page = pageSizeBytes()
    const start = address - (address % page)
    const end = Math.ceil((address + sizeBytes) / page) * page
    this.cutAt(start)
    this.cutAt(end)
    const first = this.indexAfter(start - 1)
    let last = first
    while (last < this.regions.length && this.regions[last]!.start < end) last++
    return this.regions.slice(first, last)
  }

  private cutAt(address: number): void {
    const index = this.indexAfter(address) - 1
    const region = this.regions[index]
    if (region === undefined || region.start === address || region.end <= address) return
    this.regions.splice(index + 1, 0, region.clip(address))
  }

  /** Where a region of this size goes; NO_PLACE, or -2 outside of the map's bounds. */
  private placeFor(size: number, options: VmEnterOptions): number {
    if (options.address === undefined) return this.findSpace(size, options.alignment ?? 1)
    const start = options.address
    if (start < this.base || start + size > USER_LIMIT) return -2
    if (options.overwrite === true) this.deallocate(start, size)
    return this.isFree(start, size) ? start : NO_PLACE
  }

  /** The first gap behind the last place given out, then from the bottom. */
  private findSpace(size: number, alignment: number): number {
    const found = this.gapFrom(this.hint, size, alignment)
    return found !== NO_PLACE || this.hint === this.base ? found : this.gapFrom(this.base, size, alignment)
  }

  private gapFrom(from: number, size: number, alignment: number): number {
    let start = from
    let index = this.indexAfter(start)
    const before = this.regions[index - 1]
    if (before !== undefined && before.end > start) start = before.end
    start = Math.ceil(start / alignment) * alignment
    while (index < this.regions.length && this.regions[index]!.start < start + size) {
      start = Math.ceil(this.regions[index++]!.end / alignment) * alignment
    }
    return start + size <= USER_LIMIT ? start : NO_PLACE
  }

  private isFree(start: number, size: number): boolean {
    const index = this.indexAfter(start)
    const before = this.regions[index - 1]
    const after = this.regions[index]
    const isBehind = before === undefined || before.end <= start
    return isBehind && (after === undefined || start + size <= after.start)
  }

  /** Index of the first region that starts behind `address`. */
  private indexAfter(address: number): number {
    let low = 0
    let high = this.regions.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.regions[middle]!.start <= address) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Physical address behind an address of a region, as `translate` has it. */
function physicalIn(region: VmMapEntry, address: number, isWrite: boolean): number {
  const object = isWrite ? region.privateObject() : region.object
  if (object === null) return -1
  const frame = object.fault(region.pageOf(address), isWrite)
  return frame < 0 ? frame : frame + (address % pageSizeBytes())
}
