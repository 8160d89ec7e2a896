import { KERN_INVALID_ADDRESS, KERN_PROTECTION_FAILURE, KERN_RESOURCE_SHORTAGE } from '../abi/kern_return.ts'
import { pageSizeBytes } from './physical.ts'
import type { VmMap } from './vm_map.ts'
import { VM_PROT_WRITE } from './vm_map_entry.ts'
import { VmObject } from './vm_object.ts'

/** A run of pages of one object, as a memory entry names it. */
export interface VmEntryPart {
  readonly object: VmObject
  readonly firstPage: number
  readonly pageCount: number
}

/**
 * A handle on a range of a map that can be entered in other maps: both then show the same pages, or with
 * `copy` the content as it was when the entry was made.
 * @xnu osfmk/vm/vm_user.c vm_named_entry — simplified: not a port; a copy of shared or wired pages is made at
 * once
 */
export class VmMemoryEntry {
  /** Takes over the references that the parts hold. */
  constructor(readonly parts: readonly VmEntryPart[], readonly isWritable: boolean) {}

  get pageCount(): number {
    return this.parts.reduce((sum, part) => sum + part.pageCount, 0)
  }

  /** The part of a page and the page's place in the object; null behind the end. */
  partAt(page: number): { part: VmEntryPart; skip: number } | null {
    let skip = page
    for (const part of this.parts) {
      if (skip < part.pageCount) return { part, skip }
      skip -= part.pageCount
    }
    return null
  }

  release(): void {
    for (const part of this.parts) part.object.release()
  }
}

export interface MemoryEntryRequest {
  readonly write: boolean
  /** The content as it is now, not the pages themselves. */
  readonly copy?: boolean
}

/**
 * Names the pages of a range; a kern_return_t when a page of it is not mapped or may not be written. Thread
 * context; the entry belongs to the caller.
 * @xnu osfmk/vm/vm_user.c mach_make_memory_entry_64 — faithful
 */
export function mach_make_memory_entry(
  map: VmMap, address: number, sizeBytes: number, request: MemoryEntryRequest,
): VmMemoryEntry | number {
  const page = pageSizeBytes()
  const start = address - (address % page)
  const end = Math.ceil((address + sizeBytes) / page) * page
  const parts: VmEntryPart[] = []
  for (let at = start; at < end;) {
    const part = partOf(map, at, end, request)
    if (typeof part === 'number') {
      new VmMemoryEntry(parts, request.write).release()
      return part
    }
    parts.push(part)
    at += part.pageCount * page
  }
  return new VmMemoryEntry(parts, request.write)
}

function partOf(map: VmMap, at: number, end: number, request: MemoryEntryRequest): VmEntryPart | number {
  const entry = map.regionAt(at)
  if (entry?.object == null) return KERN_INVALID_ADDRESS
  if (request.write && (entry.protection & VM_PROT_WRITE) === 0) return KERN_PROTECTION_FAILURE
  const pageCount = (Math.min(end, entry.end) - at) / pageSizeBytes()
  if (request.copy !== true) {
    const object = entry.privateObject()!
    object.retain()
    return { object, firstPage: entry.pageOf(at), pageCount }
  }
  const { object } = entry
  const firstPage = entry.pageOf(at)
  if (object.wireCount > 0 || object.isDevice || (object.referenceCount > 1 && !entry.needsCopy)) {
    const copied = object.copySlowly(firstPage, pageCount)
    return copied === null ? KERN_RESOURCE_SHORTAGE : { object: copied, firstPage: 0, pageCount }
  }
  entry.needsCopy = true
  object.retain()
  return { object: VmObject.shadowOf(object, firstPage, pageCount), firstPage: 0, pageCount }
}
