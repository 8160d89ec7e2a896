import {
  kImmutable, kMASK, OSBoolean, OSCollection, OSData, OSNumber, OSObject, OSSymbol, toOSObject, type OSDictionary,
  type PlainValue,
} from '../../libkern/index.ts'

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
  table.eachPair(makeImmutable)
}
