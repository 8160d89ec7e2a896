import { KERN_MEMORY_ERROR, KERN_SUCCESS, type IOReturn } from '../../abi/index.ts'
import { pageSizeBytes, panic, type Task, type VmObject, type VmWiring } from '../../mach/index.ts'
import type { IOMDDMAWalkSegmentState } from './dmaOperations.ts'
import type { IOAddressRange } from './IOMemoryDescriptor.ts'
import type { IOMemoryEntry, IOMemoryReference } from './IOMemoryReference.ts'

/** Wired pages of one range: a UPL. */
interface WiredBlock {
  /** Place of its first byte in the descriptor. */
  readonly mdOffset: number
  /** Where in the first page that byte lies. */
  readonly pageOffset: number
  /** Page of the device address range where it begins. */
  readonly mappedPage: number
  readonly wiring: VmWiring
  readonly isForeign: boolean
}

/** Pages that a task gave: what kIOMemoryTypeUPL describes. */
export interface Upl {
  readonly wiring: VmWiring
  readonly length: number
  readonly offset: number
}

/** What is to be wired: ranges of a task, or the memory entries made of them. */
export interface WireRequest {
  readonly ranges: readonly IOAddressRange[]
  readonly length: number
  readonly task: Task | null
  readonly reference: IOMemoryReference | null
  readonly isWrite: boolean
}

/**
 * The pages of a prepared descriptor, range by range.
 * @xnu iokit/Kernel/IOMemoryDescriptor.cpp ioGMDData — simplified: one UPL per range
 */
export class WiredPages {
  /** Highest page number among them. */
  highestPage = 0
  private blocks: WiredBlock[] = []

  get isEmpty(): boolean {
    return this.blocks.length === 0
  }

  /** In-page start of memory that is one range; -1 for others. */
  get pageAlign(): number {
    return this.blocks.length === 1 ? this.blocks[0]!.pageOffset % pageSizeBytes() : -1
  }

  /** In-page start of the first range. */
  get firstOffset(): number {
    return this.blocks[0]?.pageOffset ?? 0
  }

  /** Every frame, in order. */
  frames(): number[] {
    return this.blocks.flatMap(({ wiring }) => wiring.frames)
  }

  /** Wires every range, or none and answers the kern_return_t why not. */
  wire(request: WireRequest): IOReturn {
    const page = pageSizeBytes()
    let mdOffset = 0
    let mappedPage = 0
    let highest = 0
    const { ranges, reference, task, isWrite } = request
    for (let index = 0; mdOffset < request.length; index++) {
      const entry = reference?.entries[index]
      const range = ranges[index]
      if (reference !== null && entry === undefined) panic('memRefEntry')
      if (entry === undefined && range === undefined) break
      const wiring = entry === undefined ? wireRange(range!, task!, isWrite) : wireEntry(entry, isWrite)
      if (typeof wiring === 'number') {
        this.unwire()
        return wiring
      }
      const pageOffset = entry === undefined ? range!.address % page : entry.skip
      this.blocks.push({ mdOffset, pageOffset, mappedPage, wiring, isForeign: false })
      for (const frame of wiring.frames) if (frame > highest) highest = frame
      mappedPage += wiring.frames.length
      mdOffset = entry === undefined
        ? mdOffset + range!.length : reference?.entries[index + 1]?.mdOffset ?? request.length
    }
    this.highestPage = Math.floor(highest / page)
    return KERN_SUCCESS
  }

  /** Pages that somebody else has wired and will let go. Answers how many there are. */
  adopt(upl: Upl): number {
    const page = pageSizeBytes()
    const first = Math.floor(upl.offset / page)
    const frames = upl.wiring.frames.slice(first, Math.ceil((upl.offset + upl.length) / page))
    this.highestPage = Math.max(...frames) / page
    this.blocks = [{
      mdOffset: 0, pageOffset: upl.offset % page, mappedPage: 0, isForeign: true,
      wiring: { frames, objects: [] },
    }]
    return frames.length
  }

  /** Lets the pages go; a foreign UPL stays. */
  unwire(): void {
    if (this.blocks[0]?.isForeign === true) return
    for (const { wiring } of this.blocks) releaseObjects(wiring.objects)
    this.blocks = []
  }

  /** The run at the walk's place; with a mapped base (else -1) its device address. */
  walk(walk: IOMDDMAWalkSegmentState, length: number, mappedBase: number): void {
    const { blocks } = this
    const page = pageSizeBytes()
    let { index } = walk
    while (index < blocks.length && walk.fOffset >= blocks[index]!.mdOffset) index++
    const block = blocks[index - 1]!
    const limit = (index < blocks.length ? blocks[index]!.mdOffset : length) - walk.fOffset
    const inside = walk.fOffset - block.mdOffset + block.pageOffset
    walk.index = index
    walk.offset2Index = block.mdOffset
    if (mappedBase >= 0) {
      walk.fIOVMAddr = mappedBase - (mappedBase % page) + block.mappedPage * page + inside
      walk.fLength = limit
      return
    }
    const { frames } = block.wiring
    let at = Math.floor(inside / page)
    const inPage = inside - at * page
    const first = frames[at]
    if (first === undefined) panic('!pageList phys_addr')
    let run = page - inPage
    for (let frame = first; run < limit && frames[at + 1] === frame + page; run += page) {
      frame += page
      at++
    }
    walk.fIOVMAddr = first + inPage
    walk.fLength = Math.min(run, limit)
  }
}

function wireRange(range: IOAddressRange, task: Task, isWrite: boolean): VmWiring | number {
  return range.length === 0
    ? { frames: [], objects: [] } : task.map.wire(range.address, range.length, isWrite)
}

function wireEntry(reference: IOMemoryEntry, isWrite: boolean): VmWiring | number {
  const frames: number[] = []
  const objects: VmObject[] = []
  for (const { object, firstPage, pageCount } of reference.entry.parts) {
    object.retain()
    object.wireCount++
    objects.push(object)
    for (let page = 0; page < pageCount; page++) frames.push(object.fault(firstPage + page, isWrite))
  }
  if (!frames.some((frame) => frame < 0)) return { frames, objects }
  releaseObjects(objects)
  return KERN_MEMORY_ERROR
}

function releaseObjects(objects: readonly VmObject[]): void {
  for (const object of objects) {
    object.wireCount--
    object.release()
  }
}
