import type { OSObject, OSSymbol } from '../../libkern/index.ts'
import { kIORegistryIterateParents, kIORegistryIterateRecursively } from './iterateOptions.ts'
import type { IORegistryEntry } from './IORegistryEntry.ts'
import { IORegistryIterator } from './IORegistryIterator.ts'
import type { IORegistryPlane } from './IORegistryPlane.ts'

/**
 * Looks for a property on an entry and then through a plane: children in pre-order, or upward with
 * kIORegistryIterateParents. The result is not retained.
 * @xnu iokit/Kernel/IORegistryEntry.cpp getProperty(key, plane, options) — faithful
 */
export function searchProperty(
  entry: IORegistryEntry, key: OSSymbol | string, plane: IORegistryPlane, options: number,
): OSObject | null {
  const own = entry.getProperty(key)
  if (own !== null || (options & kIORegistryIterateRecursively) === 0) return own
  const direction = options & kIORegistryIterateParents
  const iterator = IORegistryIterator.iterateOver(entry, plane, kIORegistryIterateRecursively | direction)
  if (iterator === null) return null
  let found: OSObject | null = null
  while (found === null) {
    const next = iterator.getNextObject()
    if (next === null) break
    found = next.getProperty(key)
  }
  iterator.release()
  return found
}
