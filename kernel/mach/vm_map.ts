import {
  KERN_INVALID_ADDRESS, KERN_INVALID_ARGUMENT, KERN_NO_SPACE, KERN_RESOURCE_SHORTAGE, KERN_SUCCESS,
} from '../abi/kern_return.ts'
import { assert } from '../sim/index.ts'
import { kernelTrap, type FaultAccess } from './debug.ts'
import { pageSizeBytes, physicalBus, physicalPages } from './physical.ts'

export const VM_PROT_NONE = 0
export const VM_PROT_READ = 1
export const VM_PROT_WRITE = 2
export const VM_PROT_DEFAULT = 3

/** Where the pages of a region come from. */
export type VmBacking =
  | { readonly kind: 'anonymous' }
  /** Pages that belong to somebody else: device memory, or RAM of a buffer. In order of address. */
  | { readonly kind: 'frames'; readonly frames: readonly number[] }
  /** No access at all. */
  | { readonly kind: 'guard' }

export interface VmRegion {
  readonly start: number
  readonly sizeBytes: number
  protection: number
  readonly backing: VmBacking
  /** Frames by page of the region; -1 where none is there yet. */
  readonly frames: number[]
  /** Cache mode and the like: for `vmmap`-style listings. */
  readonly tag: string
  wired: number
}

export interface VmEnterOptions {
  readonly address?: number
  readonly protection?: number
  readonly tag?: string
}

const USER_BASE = 0x1_0000_0000
const USER_LIMIT = 0x7fff_fffe_0000
const KERNEL_BASE = 0x10_0000_0000
/** Kernel addresses are numbers inside; printed ones lie in the upper half. */
const KERNEL_DISPLAY_BASE = 0xffffff80_00000000n

/**
 * One address space: regions in order of address and their pages.
 * @xnu osfmk/vm/vm_map.c — simplified: no objects, shadows or paging; anonymous pages come when touched and stay
 */
export class VmMap {
  private readonly regions: VmRegion[] = []
  private nextHint: number

  constructor(private readonly isKernel: boolean) {
    this.nextHint = isKernel ? KERNEL_BASE : USER_BASE
  }

  list(): readonly VmRegion[] {
    return this.regions
  }

  /** Address as a report prints it. */
  printed(address: number): bigint {
    return this.isKernel ? KERNEL_DISPLAY_BASE + BigInt(address) : BigInt(address)
  }

  /** Zero-filled memory. */
  allocate(sizeBytes: number, options: VmEnterOptions = {}): { result: number; address: number } {
    return this.enter(sizeBytes, { kind: 'anonymous' }, options)
  }

  /** Enters a region anywhere, or exactly at `options.address`. Sizes are rounded up to pages. */
  enter(sizeBytes: number, backing: VmBacking, options: VmEnterOptions = {}): { result: number; address: number } {
    const page = pageSizeBytes()
    const size = Math.ceil(sizeBytes / page) * page
    if (size === 0 || (options.address ?? 0) % page !== 0) return { result: KERN_INVALID_ARGUMENT, address: 0 }
    const start = options.address ?? this.findSpace(size)
    if (start + size > USER_LIMIT || !this.isFree(start, size)) return { result: KERN_NO_SPACE, address: 0 }
    const frames = backing.kind === 'frames'
      ? backing.frames.slice()
      : new Array<number>(size / page).fill(-1)
    assert(frames.length === size / page, 'a region has one frame for each page')
    const region: VmRegion = {
      start, sizeBytes: size, protection: options.protection ?? VM_PROT_DEFAULT, backing, frames,
      tag: options.tag ?? '', wired: 0,
    }
    this.regions.splice(this.indexAfter(start), 0, region)
    if (options.address === undefined) this.nextHint = start + size + page
    return { result: KERN_SUCCESS, address: start }
  }

  /** Removes the region that starts at `address`. @xnu mach_vm_deallocate — simplified: whole regions only */
  deallocate(address: number): number {
    const index = this.regions.findIndex((region) => region.start === address)
    if (index === -1) return KERN_INVALID_ADDRESS
    this.freeRegion(this.regions.splice(index, 1)[0]!)
    return KERN_SUCCESS
  }

  regionAt(address: number): VmRegion | null {
    const region = this.regions[this.indexAfter(address) - 1]
    return region !== undefined && address < region.start + region.sizeBytes ? region : null
  }

  /** Whether every page of the range can be resolved. */
  covers(address: number, sizeBytes: number): boolean {
    for (let at = address; at < address + sizeBytes;) {
      const region = this.regionAt(at)
      if (region === null || region.backing.kind === 'guard') return false
      at = region.start + region.sizeBytes
    }
    return true
  }

  /** Physical address behind a virtual one, bringing the page in; -1 when there is none, -2 without memory. */
  translate(address: number): number {
    const region = this.regionAt(address)
    if (region === null || region.backing.kind === 'guard') return -1
    const page = pageSizeBytes()
    const index = Math.floor((address - region.start) / page)
    let frame = region.frames[index]!
    if (frame === -1) {
      const taken = physicalPages().allocate(page)
      if (taken === null) return -2
      physicalBus().copyIn(taken, new Uint8Array(page))
      frame = taken
      region.frames[index] = taken
    }
    return frame + (address % page)
  }

  /** Wires a range and gives its page frames; a kern_return_t on failure. */
  wire(address: number, sizeBytes: number): readonly number[] | number {
    const page = pageSizeBytes()
    const frames: number[] = []
    for (let at = address - (address % page); at < address + sizeBytes; at += page) {
      const physical = this.translate(at)
      if (physical < 0) {
        this.unwire(address, frames.length * page - (address % page))
        return physical === -1 ? KERN_INVALID_ADDRESS : KERN_RESOURCE_SHORTAGE
      }
      this.regionAt(at)!.wired++
      frames.push(physical)
    }
    return frames
  }

  unwire(address: number, sizeBytes: number): void {
    const page = pageSizeBytes()
    for (let at = address - (address % page); at < address + sizeBytes; at += page) {
      const region = this.regionAt(at)
      if (region !== null && region.wired > 0) region.wired--
    }
  }

  /** Reads bytes; null when a page is missing or may not be read. */
  read(address: number, target: Uint8Array): boolean {
    return this.walk(address, target.length, VM_PROT_READ, (physical, done, size) => {
      physicalBus().copyOut(physical, target.subarray(done, done + size))
    })
  }

  write(address: number, source: Uint8Array): boolean {
    return this.walk(address, source.length, VM_PROT_WRITE, (physical, done, size) => {
      physicalBus().copyIn(physical, source.subarray(done, done + size))
    })
  }

  /** Physical address for an access by kernel code; what is not there is a page fault and stops the machine. */
  fault(address: number, access: FaultAccess): number {
    const region = this.regionAt(address)
    const wanted = access === 'write' ? VM_PROT_WRITE : VM_PROT_READ
    const physical = region !== null && (region.protection & wanted) !== 0 ? this.translate(address) : -1
    if (physical < 0) kernelTrap({ kind: 'page-fault', address: this.printed(address), access })
    return physical
  }

  destroy(): void {
    for (const region of this.regions.splice(0)) this.freeRegion(region)
  }

  private walk(
    address: number, sizeBytes: number, protection: number,
    visit: (physical: number, done: number, size: number) => void,
  ): boolean {
    const page = pageSizeBytes()
    for (let done = 0; done < sizeBytes;) {
      const at = address + done
      const region = this.regionAt(at)
      if (region === null || (region.protection & protection) === 0) return false
      const physical = this.translate(at)
      if (physical < 0) return false
      const size = Math.min(sizeBytes - done, page - (at % page))
      visit(physical, done, size)
      done += size
    }
    return true
  }

  private freeRegion(region: VmRegion): void {
    if (region.backing.kind !== 'anonymous') return
    const page = pageSizeBytes()
    for (const frame of region.frames) if (frame !== -1) physicalPages().free(frame, page)
  }

  private findSpace(size: number): number {
    return this.nextHint + size <= USER_LIMIT ? this.nextHint : USER_LIMIT
  }

  private isFree(start: number, size: number): boolean {
    const index = this.indexAfter(start)
    const before = this.regions[index - 1]
    const after = this.regions[index]
    return (before === undefined || before.start + before.sizeBytes <= start)
      && (after === undefined || start + size <= after.start)
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
