import { pageSizeBytes } from '../mach/physical.ts'

/** Two zones for each power of two from here on. */
const firstStepBytes = 32
/** Below this, the answer is the same on all machines. */
const smallEndBytes = 4096
const intelPageBytes = 4096
/** Largest zone of Intel and of Apple silicon; above that, whole pages. */
const intelLargestZoneBytes = 0x4000
const armLargestZoneBytes = 0x8000

/** What a pointer and a dictionary's pair take. */
export const pointerBytes = 8
export const pairBytes = 16
const unsignedMax = 0xffffffff

/**
 * Bytes that a request for `sizeBytes` gets when it takes its zone's element whole (`Z_FULLSIZE`): 16, 32, 48,
 * 64, 96, 128 and so on, then whole pages. Bytes of `OSData` are pages from one page on where Intel's are:
 * `mayBeCopiedIn`. @xnu osfmk/kern/kalloc.c kalloc_zone_for_size_with_flags — faithful
 */
export function kallocSize(sizeBytes: number, mayBeCopiedIn = false): number {
  if (sizeBytes < smallEndBytes || sizeBytes <= largestZoneBytes(mayBeCopiedIn)) return zoneBytes(sizeBytes)
  const page = pageSizeBytes()
  return Math.ceil(sizeBytes / page) * page
}

/**
 * Places of `entryBytes` that a request for `count` of them gets. @xnu libkern/libkern/c++/OSLib.h
 * kallocp_type_container — faithful
 */
export function containerCapacity(count: number, entryBytes: number): number {
  return Math.min(Math.floor(kallocSize(count * entryBytes) / entryBytes), unsignedMax)
}

/** Whether a container may be asked to have room for `count`. */
export function isContainerCapacity(count: number, entryBytes: number): boolean {
  return count <= Math.floor(unsignedMax / entryBytes)
}

function zoneBytes(sizeBytes: number): number {
  if (sizeBytes <= firstStepBytes) return sizeBytes <= firstStepBytes / 2 ? firstStepBytes / 2 : firstStepBytes
  const log = 31 - Math.clz32(sizeBytes - 1)
  const half = (sizeBytes - 1) >> (log - 1)
  return (half + 1) << (log - 1)
}

/** Size of the largest zone; what is larger comes in pages. */
export function largestZoneBytes(mayBeCopiedIn: boolean): number {
  if (pageSizeBytes() !== intelPageBytes) return armLargestZoneBytes
  return mayBeCopiedIn ? intelPageBytes - 1 : intelLargestZoneBytes
}
