import { PlistData, PlistDate, PlistReal, PlistUid, type PlistValue } from '../formats/index.ts'
import type { PlainValue } from '../libkern/index.ts'

/**
 * A property list value as the kernel would hold it: integers that fit become 32 bits wide; reals and dates, which
 * the kernel's serialisation does not know, become text.
 */
export function plistToPlain(value: PlistValue | ReadonlyMap<string, PlistValue>): PlainValue {
  if (value instanceof PlistData) return value.bytes
  if (value instanceof PlistReal || value instanceof PlistUid) return String(value.value)
  if (value instanceof PlistDate) return String(value.secondsSince2001)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, plistToPlain(item)]))
  if (Array.isArray(value)) return value.map((item) => plistToPlain(item))
  return value as PlainValue
}
