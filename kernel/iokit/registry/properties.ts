import {
  kImmutable, kMASK, OSBoolean, OSCollection, OSData, OSNumber, OSObject, OSSymbol, toOSObject, type OSDictionary,
  type PlainValue,
} from '../../libkern/index.ts'
import { kIORegistryIterateParents, kIORegistryIterateRecursively } from './iterateOptions.ts'
import type { IORegistryEntry } from './IORegistryEntry.ts'
import { IORegistryIterator } from './IORegistryIterator.ts'
import type { IORegistryPlane } from './IORegistryPlane.ts'

/** What `setProperty` takes: an object of the kernel, or a plain value that it makes one from. */
export type PropertyValue = OSObject | PlainValue

/**
 * The object for a property value, with one reference of the caller's own.
 * A text becomes an OSSymbol, as in the overload of `setProperty` that takes a C string.
 */
export function makePropertyObject(value: PropertyValue, numberOfBits: number): OSObject {
  if (value instanceof OSObject) {
    value.retain()
    return value
  }
  if (typeof value === 'string') return OSSymbol.withCString(value)
  if (typeof value === 'boolean') return OSBoolean.withBoolean(value)
  if (typeof value === 'number' || typeof value === 'bigint') return OSNumber.withNumber(value, numberOfBits)
  if (value instanceof Uint8Array) return OSData.withBytes(value)
  return toOSObject(value)
}

/** Makes a collection, and all within, refuse changes from now on. */
export function makeImmutable(object: OSObject): void {
  if (object instanceof OSCollection) object.setOptions(kImmutable, kMASK)
}

/** What attaching an entry does to the collections among its property values. */
export function makePropertiesImmutable(table: OSDictionary): void {
  for (const value of table.values()) makeImmutable(value)
}

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
