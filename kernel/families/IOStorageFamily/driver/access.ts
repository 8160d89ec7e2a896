import {
  kIOStorageAccessExclusiveLock, kIOStorageAccessInvalid, kIOStorageAccessNone, kIOStorageAccessSharedLock,
  kIOStorageAccessWriter,
} from '../keys.ts'

/**
 * The access that results when an open of level `second` joins opens of level `first`;
 * `kIOStorageAccessInvalid`
 * when they exclude each other: an exclusive lock stands alone, and two writers must both share.
 */
export function combineAccess(first: number, second: number): number {
  if (first === kIOStorageAccessInvalid || second === kIOStorageAccessInvalid) return kIOStorageAccessInvalid
  if (first === kIOStorageAccessNone) return second
  if (second === kIOStorageAccessNone) return first
  const either = first | second
  if ((either & kIOStorageAccessExclusiveLock) !== 0) return kIOStorageAccessInvalid
  const writers = [first, second].filter((level) => (level & kIOStorageAccessWriter) !== 0)
  if (writers.length === 0) return either
  if (writers.some((level) => (level & kIOStorageAccessSharedLock) === 0)) {
    return writers.length === 2 ? kIOStorageAccessInvalid : either & ~kIOStorageAccessSharedLock
  }
  return either
}
