import { decodeUtf8Lossless } from '../formats/utf8.ts'
import { OSArray } from './OSArray.ts'
import { OSBoolean } from './OSBoolean.ts'
import { OSCollection } from './OSCollection.ts'
import { OSData } from './OSData.ts'
import { OSDictionary } from './OSDictionary.ts'
import { kOSNumberDoubleBits, kOSNumberFloatBits, OSNumber } from './OSNumber.ts'
import type { OSObject } from './OSObject.ts'
import {
  kOSSerializeArray, kOSSerializeBinarySignature, kOSSerializeBoolean, kOSSerializeData, kOSSerializeDataMask,
  kOSSerializeDictionary, kOSSerializeEndCollecton, kOSSerializeIndexedBinarySignature, kOSSerializeNumber,
  kOSSerializeObject, kOSSerializeSet, kOSSerializeString, kOSSerializeSymbol, kOSSerializeTypeMask,
} from './OSSerializeBinary.ts'
import { OSSet } from './OSSet.ts'
import { OSString } from './OSString.ts'
import { OSSymbol } from './OSSymbol.ts'

const maxObjects = 16777216
const maxNesting = 63

/** Whether bytes begin as the binary form does. */
export function isBinaryForm(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false
  return isIndexedForm(bytes) || (bytes[0] === kOSSerializeBinarySignature && bytes[1] === 0)
}

function isIndexedForm(bytes: Uint8Array): boolean {
  return bytes[0] === kOSSerializeIndexedBinarySignature
}

/**
 * Reads the binary form, plain or indexed. The object comes with one reference; null for anything that does
 * not fit. A container may be referred to while it is open, and then holds itself for ever.
 * @xnu libkern/c++/OSSerializeBinary.cpp OSUnserializeBinary — simplified: a refused buffer leaks no cycles
 */
export function OSUnserializeBinary(bytes: Uint8Array): OSObject | null {
  return isBinaryForm(bytes) ? new BinaryReader(bytes, isIndexedForm(bytes)).read() : null
}

/**
 * Follows the kernel's reader step by step, for its oddities (a key across containers, any key object) are
 * seen.
 */
class BinaryReader {
  private readonly view: DataView
  private at = 4
  /** Every object read, by index; each is held until the end. */
  private readonly objects: OSObject[] = []
  private root: OSObject | null = null
  /** The container that is filled; null at the root. */
  private target: OSCollection | null = null
  /** The container to come back to; null while the last member of one is read. */
  private parent: OSCollection | null = null
  /** What stands for a key until the value comes; not held. */
  private key: OSObject | null = null
  private readonly parents: (OSCollection | null)[] = []

  constructor(private readonly bytes: Uint8Array, private readonly isIndexed: boolean) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  read(): OSObject | null {
    let state: 'more' | 'done' | 'bad' = 'more'
    while (state === 'more') state = this.readOne()
    if (state === 'bad') this.breakCycles()
    else this.root?.retain()
    for (const object of this.objects) object.release()
    return state === 'done' ? this.root : null
  }

  /** One object with its word. */
  private readOne(): 'more' | 'done' | 'bad' {
    const start = this.skip(4)
    if (start < 0) return 'bad'
    const word = this.view.getUint32(start, true)
    const type = word & kOSSerializeTypeMask
    const size = word & kOSSerializeDataMask
    const object = type === kOSSerializeObject ? this.objects[size] ?? null : this.make(type, size)
    if (object === null || !this.store(object)) return 'bad'
    const isLast = (word & kOSSerializeEndCollecton) !== 0
    if (isLast) this.parent = null
    if (size > 0 && type >= kOSSerializeDictionary && type <= kOSSerializeSet) {
      return this.enter(object as OSCollection) ? 'more' : 'bad'
    }
    return !isLast || this.leave() ? 'more' : 'done'
  }

  private make(type: number, size: number): OSObject | null {
    if (this.objects.length >= maxObjects) return null
    const object = this.newObject(type, size)
    if (object !== null) this.objects.push(object)
    return object
  }

  private newObject(type: number, size: number): OSObject | null {
    switch (type) {
      case kOSSerializeDictionary: return this.skipIndexWord() ? OSDictionary.withCapacity(size) : null
      case kOSSerializeArray: return this.skipIndexWord() ? OSArray.withCapacity(size) : null
      case kOSSerializeSet: return this.skipIndexWord() ? OSSet.withCapacity(size) : null
      case kOSSerializeNumber: return this.readNumber(size)
      case kOSSerializeBoolean: return OSBoolean.withBoolean(size !== 0)
      case kOSSerializeSymbol: return this.readSymbol(size)
      case kOSSerializeString: return this.readString(size)
      case kOSSerializeData: {
        const start = this.skip(size)
        return start < 0 ? null : OSData.withBytes(this.bytes.subarray(start, start + size))
      }
      default: return null
    }
  }

  private readNumber(bits: number): OSObject | null {
    const start = this.skip(8)
    if (start < 0) return null
    const low = this.view.getUint32(start, true)
    const high = this.view.getUint32(start + 4, true)
    switch (bits) {
      case kOSNumberDoubleBits: return OSNumber.withFloatingWords(high, low, bits)
      case kOSNumberFloatBits: return OSNumber.withFloat(this.view.getFloat64(start, true))
      case 8: case 16: case 32: case 64: return OSNumber.withWords(high, low, bits)
      default: return null
    }
  }

  private readSymbol(size: number): OSObject | null {
    const start = this.skip(size)
    if (start < 0 || size === 0 || this.bytes[start + size - 1] !== 0) return null
    return OSSymbol.tryWithCString(decodeUtf8Lossless(this.bytes, start, this.bytes.indexOf(0, start)))
  }

  private readString(size: number): OSObject | null {
    const start = this.skip(size)
    return start < 0 ? null : OSString.withBytes(this.bytes.subarray(start, start + size))
  }

  /** Puts an object where it belongs; false if it may not stand there. */
  private store(object: OSObject): boolean {
    const { target } = this
    if (target instanceof OSDictionary) return this.storeInDictionary(target, object)
    if (target instanceof OSArray || target instanceof OSSet) return target.setObject(object)
    if (this.root !== null) return false
    this.root = object
    return true
  }

  private storeInDictionary(dictionary: OSDictionary, object: OSObject): boolean {
    const { key } = this
    if (key === null) {
      this.key = object
      return true
    }
    this.key = null
    if (object === dictionary) return true
    return key instanceof OSString && dictionary.setObject(key, object)
  }

  private enter(container: OSCollection): boolean {
    if (this.parents.length >= maxNesting) return false
    this.parents.push(this.parent)
    this.parent = container
    this.target = container
    return true
  }

  /** Back to the next container that has members left; false if there is none. */
  private leave(): boolean {
    while (this.parents.length > 0) {
      this.parent = this.parents.pop()!
      if (this.parent !== null) break
    }
    if (this.parent === null) return false
    this.target = this.parent
    return true
  }

  private breakCycles(): void {
    for (const object of this.objects) if (object instanceof OSCollection) object.flushCollection()
  }

  private skipIndexWord(): boolean {
    return !this.isIndexed || this.skip(4) >= 0
  }

  /** Steps over a payload and its padding; answers where it starts, -1 if it is cut off. */
  private skip(size: number): number {
    const start = this.at
    this.at += (size + 3) & ~3
    return this.at <= this.bytes.length ? start : -1
  }
}
