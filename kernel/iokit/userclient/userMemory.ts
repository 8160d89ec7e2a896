import { kIOReturnBadArgument, kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import type { Task } from '../../mach/index.ts'
import { kernelState } from '../../sim/index.ts'
import { IOMemoryDescriptor, type IOMemoryMap } from '../memory/index.ts'
import type { IOUserClient } from './IOUserClient.ts'

/** Memory of a task for the time of one call: wired while it lives. */
export interface TaskRange {
  readonly descriptor: IOMemoryDescriptor
  /** Unwires the pages and lets the descriptor go. */
  release(): void
}

/** Describes a range of a task's memory; null when a page of it is missing. */
export function wireTaskRange(
  task: Task, address: number, sizeBytes: number, direction: 1 | 2,
): TaskRange | null {
  const descriptor = IOMemoryDescriptor.withAddressRange(address, sizeBytes, direction, task)
  if (descriptor === null) return null
  if (descriptor.prepare() !== kIOReturnSuccess) {
    descriptor.release()
    return null
  }
  return {
    descriptor,
    release() {
      descriptor.complete()
      descriptor.release()
    },
  }
}

interface UserMapping {
  readonly client: IOUserClient
  readonly task: Task
  readonly map: IOMemoryMap
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
 * @xnu iokit/Kernel/IOUserClient.cpp mapClientMemory64 — simplified: the mapping is kept here, not behind a
 * port
 */
export function mapForTask({ client, task, memory, options, address }: MapRequest): MappedMemory {
  const map = memory.createMappingInTask(task, { address, options })
  if (map === null) return NOT_MAPPED
  mappings().add({ client, task, map })
  return { result: kIOReturnSuccess, address: map.getVirtualAddress(), sizeBytes: map.getLength() }
}

/** Takes a mapping out again, by its address. */
export function unmapFromTask(client: IOUserClient, task: Task, address: number): IOReturn {
  for (const known of mappings()) {
    if (known.client !== client || known.task !== task || known.map.getVirtualAddress() !== address) continue
    drop(known)
    return kIOReturnSuccess
  }
  return kIOReturnBadArgument
}

/** Lets go of what was mapped through a client that is gone. */
export function forgetMappingsOf(client: IOUserClient): void {
  for (const known of mappings()) if (known.client === client) drop(known)
}

function drop(known: UserMapping): void {
  mappings().delete(known)
  known.map.release()
}
