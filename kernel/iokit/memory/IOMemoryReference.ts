import {
  KERN_SUCCESS, kIOReturnBadArgument, kIOReturnNotAligned, kIOReturnOverrun, kIOReturnSuccess, type IOReturn,
} from '../../abi/index.ts'
import {
  pageSizeBytes, VM_INHERIT_NONE, VM_PROT_READ, VM_PROT_WRITE, type VmMap, type VmMemoryEntry,
} from '../../mach/index.ts'
import type { IOMemoryMap } from './IOMemoryMap.ts'
import {
  kIOMapAnywhere, kIOMapGuardedLarge, kIOMapGuardedSmall, kIOMapGuardSizeLarge, kIOMapOverwrite,
  kIOMapReadOnly,
} from './options.ts'

const GUARDED = (kIOMapGuardedSmall | kIOMapGuardedLarge) >>> 0

/**
 * One memory entry of a descriptor and the place of its first page in the descriptor; negative for an in-page
 * start.
 */
export interface IOMemoryEntry {
  readonly entry: VmMemoryEntry
  /** Place of its memory in the descriptor, and where in the first page that begins. */
  readonly mdOffset: number
  readonly skip: number
  /** Place of the first page: before the memory's. */
  readonly offset: number
}

/** Where a mapping goes: `skip` bytes into its first page is where the descriptor's byte lies. */
export interface PlaceRequest {
  readonly offset: number
  readonly length: number
  readonly skip: number
  readonly options: number
}

/**
 * A descriptor's memory as memory entries: what mappings in other address spaces are made from. Shared by the
 * descriptors of one persistent memory.
 * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryReference — faithful
 */
export class IOMemoryReference {
  private references = 1
  /** The content as it was when the reference was made: what kIOMemoryMapCopyOnWrite maps. */
  mapRef: IOMemoryReference | null = null

  /** Takes over the entries. */
  constructor(readonly entries: readonly IOMemoryEntry[], readonly isWritable: boolean) {}

  /** One user more. @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryReference::refCount — faithful */
  retain(): void {
    this.references++
  }

  /**
   * One user less; the last lets the entries go, and those of the copy.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp memoryReferenceRelease — faithful
   */
  release(): void {
    if (--this.references > 0) return
    for (const { entry } of this.entries) entry.release()
    this.mapRef?.release()
  }

  /**
   * Enters a part into the mapping's address map and tells the mapping its address.
   * @xnu iokit/Kernel/IOMemoryDescriptor.cpp memoryReferenceMap — faithful
   */
  map(mapping: IOMemoryMap, request: PlaceRequest): IOReturn {
    if (this.mapRef !== null) return this.mapRef.map(mapping, request)
    const map = mapping.fAddressMap
    if (map === null) return kIOReturnBadArgument
    const page = pageSizeBytes()
    const size = Math.ceil((request.length + request.skip) / page) * page
    const place = allocatePlace(map, size, mapping.fAddress - request.skip, request.options)
    if (typeof place !== 'number') return place.result
    const result = this.enterPages(map, place, size, request)
    if (result === kIOReturnSuccess) mapping.fAddress = place + request.skip
    else if ((request.options & kIOMapOverwrite) === 0) freePlace(map, place, size, request.options)
    return result
  }

  private enterPages(map: VmMap, place: number, size: number, request: PlaceRequest): IOReturn {
    const page = pageSizeBytes()
    const wantsWrite = (request.options & kIOMapReadOnly) === 0 && this.isWritable
    const protection = VM_PROT_READ | (wantsWrite ? VM_PROT_WRITE : 0)
    const options = {
      protection, maximum: protection, inheritance: VM_INHERIT_NONE, tag: 'IOKit',
      overwrite: true,
    }
    let index = this.entries.findLastIndex(({ offset }) => request.offset >= offset)
    let offset = request.offset - request.skip
    for (let done = 0; done < size; index++) {
      const found = this.entries[index]
      if (found === undefined) return kIOReturnOverrun
      const entryOffset = offset - found.offset
      if (entryOffset % page !== 0) return kIOReturnNotAligned
      const first = entryOffset / page
      let at = first
      while (done < size && at < found.entry.pageCount) {
        const { part, skip } = found.entry.partAt(at)!
        const count = Math.min(part.pageCount - skip, (size - done) / page)
        const exactly = { ...options, address: place + done }
        const entered = map.enter(part.object, part.firstPage + skip, count * page, exactly)
        if (entered.result !== KERN_SUCCESS) return entered.result
        at += count
        done += count * page
      }
      offset += (at - first) * page
    }
    return kIOReturnSuccess
  }
}

/**
 * Takes address space for a mapping, guards around it if asked; the place of its first page.
 * @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryDescriptorMapAlloc — faithful
 */
export function allocatePlace(
  map: VmMap, size: number, address: number, options: number,
): number | { result: IOReturn } {
  const guard = guardSize(options)
  const isAnywhere = (options & kIOMapAnywhere) !== 0
  if ((options & kIOMapOverwrite) !== 0) return address
  if (guard !== 0 && !isAnywhere) return { result: kIOReturnBadArgument }
  const place = isAnywhere ? {} : { address }
  const entered = map.enterGuard(size + 2 * guard, { ...place, inheritance: VM_INHERIT_NONE, tag: 'IOKit' })
  return entered.result === KERN_SUCCESS ? entered.address + guard : { result: entered.result }
}

/**
 * Gives a mapping's address space back, guards too.
 * @xnu IOMemoryDescriptor.cpp IOMemoryDescriptorMapDealloc — faithful
 */
export function freePlace(map: VmMap, place: number, size: number, options: number): void {
  const guard = guardSize(options)
  map.deallocate(place - guard, size + 2 * guard)
}

/** Bytes of each guard. @xnu iokit/Kernel/IOMemoryDescriptor.cpp IOMemoryDescriptorMapGuardSize — faithful */
function guardSize(options: number): number {
  if ((options & GUARDED) === 0) return 0
  return (options & kIOMapGuardedSmall) !== 0 ? pageSizeBytes() : kIOMapGuardSizeLarge
}
