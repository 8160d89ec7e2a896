import { decodeUtf8Lossless } from '../formats/utf8.ts'
import { OSArray } from './OSArray.ts'
import { OSBoolean } from './OSBoolean.ts'
import type { OSCollection } from './OSCollection.ts'
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
const numberWidths: ReadonlySet<number> = new Set([8, 16, 32, 64])

/**
 * Reads the binary form, plain or indexed. The object comes with one reference; null for anything that does not fit.
 * @xnu libkern/c++/OSSerializeBinary.cpp OSUnserializeBinary — simplified: a reference to a container that is still
 * open is refused, but for the one of a dictionary to itself
 */
export function OSUnserializeBinary(bytes: Uint8Array): OSObject | null {
  const isPlain = bytes.length >= 4 && bytes[0] === kOSSerializeBinarySignature && bytes[1] === 0
  const isIndexed = bytes.length >= 4 && bytes[0] === kOSSerializeIndexedBinarySignature
  return isPlain || isIndexed ? new BinaryReader(bytes, isIndexed).read() : null
}

class BinaryReader {
  private readonly view: DataView
  private at = 4
  /** Every object read, by index; each is held until the end. */
  private readonly objects: OSObject[] = []
  private root: OSObject | null = null
  private parent: OSCollection | null = null
  private key: OSSymbol | null = null
  /** Containers to come back to; null for one whose last member is being read. */
  private readonly parents: (OSCollection | null)[] = []
  /** Containers being read, outermost first. */
  private readonly open: OSCollection[] = []

  constructor(private readonly bytes: Uint8Array, private readonly isIndexed: boolean) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  read(): OSObject | null {
    let state: 'more' | 'done' | 'bad' = 'more'
    while (state === 'more') state = this.readOne()
    const root = state === 'done' ? this.root : null
    root?.retain()
    this.key?.release()
    for (const object of this.objects) object.release()
    return root
  }

  /** One object with its word. */
  private readOne(): 'more' | 'done' | 'bad' {
    if (!this.fits(4)) return 'bad'
    const word = this.view.getUint32(this.at, true)
    this.at += 4
    const type = word & kOSSerializeTypeMask
    const size = word & kOSSerializeDataMask
    const isLast = (word & kOSSerializeEndCollecton) !== 0
    const object = type === kOSSerializeObject ? this.referenced(size) : this.make(type, size)
    if (object === null || !this.store(object)) return 'bad'
    if (isLast) this.parent = null
    const isNested = size > 0 && type >= kOSSerializeDictionary && type <= kOSSerializeSet
    if (isNested) return this.enter(object as OSCollection) ? 'more' : 'bad'
    return !isLast || this.leave() ? 'more' : 'done'
  }

  private referenced(index: number): OSObject | null {
    const object = this.objects[index]
    if (object === undefined) return null
    const isOpen = this.open.includes(object as OSCollection)
    return isOpen && !(object === this.parent && this.key !== null) ? null : object
  }

  private make(type: number, size: number): OSObject | null {
    if (this.objects.length >= maxObjects) return null
    const object = this.newObject(type, size)
    if (object !== null) this.objects.push(object)
    return object
  }

  private newObject(type: number, size: number): OSObject | null {
    switch (type) {
      case kOSSerializeDictionary: return this.skipIndexWord() ? OSDictionary.withCapacity(0) : null
      case kOSSerializeArray: return this.skipIndexWord() ? OSArray.withCapacity(0) : null
      case kOSSerializeSet: return this.skipIndexWord() ? OSSet.withCapacity(0) : null
      case kOSSerializeNumber: return this.readNumber(size)
      case kOSSerializeBoolean: return OSBoolean.withBoolean(size !== 0)
      case kOSSerializeSymbol: case kOSSerializeString: return this.readString(type, size)
      case kOSSerializeData: {
        const start = this.skip(size)
        return start < 0 ? null : OSData.withBytes(this.bytes.subarray(start, start + size))
      }
      default: return null
    }
  }

  private readNumber(bits: number): OSObject | null {
    const isFloating = bits === kOSNumberDoubleBits || bits === kOSNumberFloatBits
    if (!isFloating && !numberWidths.has(bits)) return null
    const start = this.skip(8)
    if (start < 0) return null
    const low = this.view.getUint32(start, true)
    const high = this.view.getUint32(start + 4, true)
    return isFloating ? OSNumber.withFloatingWords(high, low, bits) : OSNumber.withWords(high, low, bits)
  }

  private readString(type: number, size: number): OSObject | null {
    const start = this.skip(size)
    if (start < 0) return null
    const isSymbol = type === kOSSerializeSymbol
    if (isSymbol && (size === 0 || this.bytes[start + size - 1] !== 0)) return null
    const text = decodeUtf8Lossless(this.bytes, start, start + size)
    return isSymbol ? OSSymbol.tryWithCString(text) : OSString.tryWithCString(text)
  }

  /** Puts an object where it belongs; false if it may not stand there. */
  private store(object: OSObject): boolean {
    const { parent } = this
    if (parent === null) {
      if (this.root !== null) return false
      this.root = object
      return true
    }
    if (parent instanceof OSDictionary) return this.storeInDictionary(parent, object)
    return parent instanceof OSArray ? parent.setObject(object) : (parent as OSSet).setObject(object)
  }

  private storeInDictionary(dictionary: OSDictionary, object: OSObject): boolean {
    const { key } = this
    if (key === null) {
      if (!(object instanceof OSString)) return false
      this.key = OSSymbol.withString(object)
      return true
    }
    if (object !== dictionary) dictionary.setObject(key, object)
    key.release()
    this.key = null
    return true
  }

  private enter(container: OSCollection): boolean {
    if (this.parents.length >= maxNesting || this.key !== null) return false
    this.parents.push(this.parent)
    this.open.push(container)
    this.parent = container
    return true
  }

  /** Back to the next container that has members left; false if there is none. */
  private leave(): boolean {
    while (this.parent === null && this.parents.length > 0) {
      this.parent = this.parents.pop()!
      this.open.pop()
    }
    return this.parent !== null
  }

  private skipIndexWord(): boolean {
    return !this.isIndexed || this.skip(4) >= 0
  }

  /** Steps over a payload and its padding; answers where it starts, -1 if it is cut off. */
  private skip(size: number): number {
    if (!this.fits(size)) return -1
    const start = this.at
    this.at += (size + 3) & ~3
    return start
  }

  private fits(size: number): boolean {
    return this.at + size <= this.bytes.length
  }
}
