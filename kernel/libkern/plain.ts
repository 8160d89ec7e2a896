import { OSArray } from './OSArray.ts'
import { OSBoolean } from './OSBoolean.ts'
import { OSData } from './OSData.ts'
import { OSDictionary } from './OSDictionary.ts'
import { OSNumber } from './OSNumber.ts'
import { OSObject } from './OSObject.ts'
import { OSSet } from './OSSet.ts'
import { OSString } from './OSString.ts'

/** A number of a given width, for `toOSObject`. */
export interface SizedNumber {
  readonly number: number | bigint
  readonly bits: number
}

/**
 * JavaScript values that stand for kernel objects. Plain numbers become 32 bits wide if they fit, else 64.
 */
export type PlainValue =
  | string | number | bigint | boolean | Uint8Array | SizedNumber | OSObject
  | readonly PlainValue[] | ReadonlyMap<string, PlainValue> | ReadonlySet<PlainValue>
  | { readonly [key: string]: PlainValue }

/** What `fromOSObject` makes: sized numbers lose their width, symbols become strings. */
export type PlainResult =
  | string | number | bigint | boolean | Uint8Array
  | PlainResult[] | Map<string, PlainResult> | Set<PlainResult>

/** A number of that width for `toOSObject`. @xnu ours: for tables written in the language */
export function osNumber(value: number | bigint, bits: number): SizedNumber {
  return { number: value, bits }
}

/**
 * The kernel object of a JavaScript value, with one reference to the caller. An object that is one already is
 * retained and handed back. @xnu ours: for tables written in the language
 */
export function toOSObject(value: PlainValue): OSObject {
  switch (typeof value) {
    case 'string': return OSString.withCString(value)
    case 'boolean': return OSBoolean.withBoolean(value)
    case 'bigint': return OSNumber.withNumber(value, 64)
    case 'number': return numberObject(value)
    default: return containerObject(value)
  }
}

/**
 * A dictionary of the pairs of a plain object or map, with one reference to the caller.
 * @xnu ours: for tables written in the language
 */
export function toOSDictionary(
  pairs: ReadonlyMap<string, PlainValue> | Readonly<Record<string, PlainValue>>,
): OSDictionary {
  const entries = isMap(pairs) ? [...pairs] : Object.entries(pairs)
  const dictionary = OSDictionary.withCapacity(entries.length)
  for (const [key, value] of entries) dictionary.adopt(key, toOSObject(value))
  return dictionary
}

/**
 * The JavaScript value of a kernel object; other classes become their `"X is not serializable"` text, and a
 * collection inside itself the text `X holds itself`.
 * @xnu ours: for values looked at in the language
 */
export function fromOSObject(object: OSObject): PlainResult {
  return plainOf(object, [])
}

/** `open`: the collections the object is in. */
function plainOf(object: OSObject, open: readonly OSObject[]): PlainResult {
  if (object instanceof OSString) return object.getCStringNoCopy()
  if (object instanceof OSBoolean) return object.isTrue()
  if (object instanceof OSNumber) return plainNumber(object)
  if (object instanceof OSData) return object.bytes().slice()
  if (open.includes(object)) return `${object.getMetaClass().className} holds itself`
  const inside = [...open, object]
  if (object instanceof OSArray) return Array.from(object.values(), (member) => plainOf(member, inside))
  if (object instanceof OSSet) {
    return new Set(Array.from(object.values(), (member) => plainOf(member, inside)))
  }
  if (object instanceof OSDictionary) {
    const map = new Map<string, PlainResult>()
    for (const [key, value] of object.entries()) map.set(key.getCStringNoCopy(), plainOf(value, inside))
    return map
  }
  return `${object.getMetaClass().className} is not serializable`
}

function numberObject(value: number): OSObject {
  if (!Number.isInteger(value)) return OSNumber.withDouble(value)
  const isShort = value >= -0x80000000 && value <= 0xffffffff
  return OSNumber.withNumber(value, isShort ? 32 : 64)
}

function containerObject(value: Exclude<PlainValue, string | number | bigint | boolean>): OSObject {
  if (value instanceof OSObject) {
    value.retain()
    return value
  }
  if (value instanceof Uint8Array) return OSData.withBytes(value)
  if (isArray(value)) {
    const array = OSArray.withCapacity(value.length)
    for (const item of value) array.adopt(toOSObject(item))
    return array
  }
  if (isSet(value)) {
    const set = OSSet.withCapacity(value.size)
    for (const item of value) set.adopt(toOSObject(item))
    return set
  }
  if (isSized(value)) return OSNumber.withNumber(value.number, value.bits)
  return toOSDictionary(value)
}

function plainNumber(number: OSNumber): number | bigint {
  if (number.isFloating()) return number.doubleValue()
  return number.highWord() < 0x200000 ? number.numberValue() : number.unsigned64BitValue()
}

function isMap<T>(
  value: ReadonlyMap<string, T> | Readonly<Record<string, T>>,
): value is ReadonlyMap<string, T> {
  return value instanceof Map
}

function isArray(value: object): value is readonly PlainValue[] {
  return Array.isArray(value)
}

function isSet(value: object): value is ReadonlySet<PlainValue> {
  return value instanceof Set
}

/**
 * A dictionary of exactly the keys `number` and `bits` is taken for a sized number; use a Map for such a
 * table.
 */
function isSized(value: object): value is SizedNumber {
  if (value instanceof Map) return false
  return Object.keys(value).length === 2 && 'number' in value && 'bits' in value
    && typeof value.bits === 'number'
    && (typeof value.number === 'number' || typeof value.number === 'bigint')
}
