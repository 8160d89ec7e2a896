import {
  mach_make_memory_entry, pageSizeBytes, VmMemoryEntry, VmObject, type Task,
} from '../../mach/index.ts'
import type { IOAddressRange } from './descriptorTypes.ts'
import type { IOMemoryDescriptor } from './IOMemoryDescriptor.ts'
import type { IOMemoryEntry } from './IOMemoryReference.ts'
import { kIOMemoryMapperNone } from './options.ts'

/** How entries over ranges are made. */
export interface EntryRequest {
  readonly task: Task
  readonly isWritable: boolean
  /** The content as it is now, not the pages themselves. */
  readonly isCopy: boolean
  /** A range at address 0 is memory that is yet to be made. */
  readonly isPageable: boolean
  /** Length of the range that an entry is made for. */
  lengthOf(range: IOAddressRange): number
}

/** Memory entries over ranges of a task, or the kern_return_t why there are none. */
export function entriesOfRanges(
  ranges: readonly IOAddressRange[], request: EntryRequest,
): IOMemoryEntry[] | number {
  const { task, isWritable: write, isCopy: copy } = request
  const entries: IOMemoryEntry[] = []
  let mdOffset = 0
  for (let index = 0; index < ranges.length;) {
    const { address } = ranges[index]!
    let length = request.lengthOf(ranges[index]!)
    let described = ranges[index]!.length
    for (index++; ranges[index]?.address === address + length; index++) {
      length += ranges[index]!.length
      described += ranges[index]!.length
    }
    const made = address === 0 && request.isPageable
      ? newEntry(length) : mach_make_memory_entry(task.map, address, length, { write, copy })
    if (typeof made === 'number') {
      for (const { entry } of entries) entry.release()
      return made
    }
    const skip = address % pageSizeBytes()
    entries.push({ entry: made, mdOffset, skip, offset: mdOffset - skip })
    mdOffset += described
  }
  return entries
}

/** The device pager's object: the physical pages one after another. */
export function physicalEntry(memory: IOMemoryDescriptor): IOMemoryEntry {
  const page = pageSizeBytes()
  const skip = memory.getPhysicalSegment(0, kIOMemoryMapperNone).address % page
  const parts: { object: VmObject; firstPage: number; pageCount: number }[] = []
  for (let at = 0; at < memory.getLength();) {
    const run = memory.getPhysicalSegment(at, kIOMemoryMapperNone)
    if (run.length === 0) break
    const start = run.address - (run.address % page)
    const pageCount = Math.ceil((run.address + run.length) / page) - start / page
    parts.push({ object: VmObject.physical(start, pageCount), firstPage: 0, pageCount })
    at += run.length
  }
  return { entry: new VmMemoryEntry(parts, true), mdOffset: 0, skip, offset: -skip }
}

function newEntry(length: number): VmMemoryEntry {
  const pageCount = Math.ceil(length / pageSizeBytes())
  return new VmMemoryEntry([{ object: VmObject.anonymous(pageCount), firstPage: 0, pageCount }], true)
}
