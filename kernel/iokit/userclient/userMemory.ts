import { KERN_SUCCESS, kIOReturnBadArgument, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { VM_PROT_DEFAULT, VM_PROT_READ, pageSizeBytes, type Task } from '../../mach/index.ts'
import { kernelState } from '../../sim/index.ts'
import { IOGeneralMemoryDescriptor, type IOMemoryDescriptor, type PhysicalSegment } from '../memory/index.ts'
import type { IOUserClient } from './IOUserClient.ts'

export const kIOMapAnywhere = 0x00000001
export const kIOMapUserOptionsMask = 0x00000fff
export const kIOMapReadOnly = 0x00001000
export const kIOMapUnique = 0x04000000

/** Memory of a task for the time of one call: wired while it lives. */
export interface TaskRange {
  readonly descriptor: IOMemoryDescriptor
  /** Unwires the pages and lets the descriptor go. */
  release(): void
}

/** Describes a range of a task's memory; null when a page of it is missing. */
export function wireTaskRange(task: Task, address: number, sizeBytes: number, direction: 1 | 2): TaskRange | null {
  const frames = task.map.wire(address, sizeBytes)
  if (typeof frames === 'number') return null
  const page = pageSizeBytes()
  const ranges: PhysicalSegment[] = []
  let left = sizeBytes
  for (const [index, frame] of frames.entries()) {
    const skip = index === 0 ? address % page : 0
    const length = Math.min(left, page - skip)
    ranges.push({ address: index === 0 ? frame - (frame % page) + skip : frame, length })
    left -= length
  }
  const descriptor = IOGeneralMemoryDescriptor.withPhysicalRanges(ranges, direction)
  return {
    descriptor,
    release() {
      descriptor.release()
      task.map.unwire(address, sizeBytes)
    },
  }
}

interface UserMapping {
  readonly client: IOUserClient
  readonly task: Task
  readonly memory: IOMemoryDescriptor
  readonly address: number
  /** Start of the pages; the memory begins inside the first one. */
  readonly regionAddress: number
}

const mappings = kernelState(() => new Set<UserMapping>())

export interface MappedMemory {
  readonly result: IOReturn
  readonly address: number
  readonly sizeBytes: number
}

const NOT_MAPPED: MappedMemory = { result: kIOReturnBadArgument, address: 0, sizeBytes: 0 }

export interface MapRequest {
  readonly client: IOUserClient
  readonly task: Task
  readonly memory: IOMemoryDescriptor
  readonly options: number
  /** Used without kIOMapAnywhere. */
  readonly address: number
}

/**
 * Maps a client's memory into a task: the same memory again gives the same address unless it is to be unique.
 * @xnu iokit/Kernel/IOMemoryDescriptor.cpp createMappingInTask — simplified: the descriptor's page frames are entered
 */
export function mapForTask(request: MapRequest): MappedMemory {
  const { client, task, memory, options } = request
  const sizeBytes = memory.getLength()
  if ((options & kIOMapUnique) === 0) {
    for (const known of mappings()) {
      if (known.task === task && known.memory === memory) return { result: kIOReturnSuccess, address: known.address, sizeBytes }
    }
  }
  const frames = framesOf(memory)
  if (frames === null) return NOT_MAPPED
  const page = pageSizeBytes()
  const skip = memory.getPhysicalSegment(0).address % page
  const protection = (options & kIOMapReadOnly) !== 0 ? VM_PROT_READ : VM_PROT_DEFAULT
  const fixed = (options & kIOMapAnywhere) === 0 ? { address: request.address } : {}
  const entered = task.map.enter(frames.length * page, { kind: 'frames', frames }, { protection, tag: 'IOKit', ...fixed })
  if (entered.result !== KERN_SUCCESS) return NOT_MAPPED
  memory.retain()
  const address = entered.address + skip
  mappings().add({ client, task, memory, address, regionAddress: entered.address })
  return { result: kIOReturnSuccess, address, sizeBytes }
}

/** Takes a mapping out again, by its address. */
export function unmapFromTask(client: IOUserClient, task: Task, address: number): IOReturn {
  for (const known of mappings()) {
    if (known.client !== client || known.task !== task || known.address !== address) continue
    drop(known)
    return kIOReturnSuccess
  }
  return kIOReturnBadArgument
}

/** Lets go of what a dead task had mapped; its address space goes with it. */
export function forgetMappingsOf(task: Task): void {
  for (const known of mappings()) if (known.task === task) drop(known)
}

function drop(mapping: UserMapping): void {
  mappings().delete(mapping)
  mapping.task.map.deallocate(mapping.regionAddress)
  mapping.memory.release()
}

/** Page frames of a descriptor whose pieces all begin and end on pages, but for the first's begin and last's end. */
function framesOf(memory: IOMemoryDescriptor): number[] | null {
  const page = pageSizeBytes()
  const length = memory.getLength()
  const frames: number[] = []
  for (let offset = 0; offset < length;) {
    const { address, length: run } = memory.getPhysicalSegment(offset)
    if (run === 0 || (offset > 0 && address % page !== 0)) return null
    for (let at = address - (address % page); at < address + run; at += page) frames.push(at)
    offset += run
    if (offset < length && (address + run) % page !== 0) return null
  }
  return frames.length === 0 ? null : frames
}
