import { decodeUtf8Lossless } from '../../formats/utf8.ts'
import { CFArray, CFData, CFDictionary, CFNumber, CFSet, type CFOrder, type CFType } from './CFTypes.ts'

const kOSSerializeDictionary = 0x01
const kOSSerializeArray = 0x02
const kOSSerializeSet = 0x03
const kOSSerializeNumber = 0x04
const kOSSerializeSymbol = 0x08
const kOSSerializeString = 0x09
const kOSSerializeData = 0x0a
const kOSSerializeBoolean = 0x0b
const kOSSerializeObject = 0x0c

const MAX_DEPTH = 512

class UnserializeError extends Error {}

/** One pass over a reply of the kernel in its binary form. */
class BinaryReader {
  private position = 4
  private readonly view: DataView
  private readonly objects: (CFType | undefined)[] = []

  constructor(private readonly bytes: Uint8Array, private readonly order: CFOrder) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  object(depth: number): CFType {
    if (depth > MAX_DEPTH) throw new UnserializeError('nested too deep')
    const word = this.word()
    const size = word & 0xffffff
    const type = (word >>> 24) & 0x7f
    if (type === kOSSerializeObject) {
      const known = this.objects[size]
      if (known === undefined) throw new UnserializeError('a reference to nothing')
      return known
    }
    const index = this.objects.length
    this.objects.push(undefined)
    const value = this.value(type, size, depth)
    this.objects[index] = value
    return value
  }

  private value(type: number, size: number, depth: number): CFType {
    switch (type) {
      case kOSSerializeDictionary: return this.dictionary(size, depth)
      case kOSSerializeArray: return new CFArray(this.members(size, depth))
      case kOSSerializeSet: return new CFSet(this.members(size, depth), this.order)
      case kOSSerializeNumber: return this.number(size)
      case kOSSerializeSymbol: return this.text(size, size - 1)
      case kOSSerializeString: return this.text(size, size)
      case kOSSerializeData: return new CFData(this.take(size))
      case kOSSerializeBoolean: return size !== 0
      default: throw new UnserializeError(`an unknown type ${type}`)
    }
  }

  private members(count: number, depth: number): CFType[] {
    const values: CFType[] = []
    for (let i = 0; i < count; i++) values.push(this.object(depth + 1))
    return values
  }

  private dictionary(count: number, depth: number): CFDictionary {
    const keys: string[] = []
    const values: CFType[] = []
    const seen = new Map<string, number>()
    for (let i = 0; i < count; i++) {
      const key = this.object(depth + 1)
      if (typeof key !== 'string') throw new UnserializeError('a dictionary key that is no string')
      const value = this.object(depth + 1)
      const former = seen.get(key)
      if (former !== undefined) values[former] = value
      else {
        seen.set(key, keys.length)
        keys.push(key)
        values.push(value)
      }
    }
    return new CFDictionary(keys, values, this.order)
  }

  private number(bits: number): CFNumber {
    const low = this.view.getUint32(this.advance(8), true)
    const high = this.view.getUint32(this.position - 4, true)
    if (bits === 31 || bits === 63) {
      const double = this.view.getFloat64(this.position - 8, true)
      return new CFNumber(bits === 31 ? 'Float32' : 'Float64', double)
    }
    if (bits <= 32) return new CFNumber('SInt32', BigInt(low | 0))
    return new CFNumber('SInt64', BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low)))
  }

  private text(size: number, length: number): string {
    return decodeUtf8Lossless(this.take(size).subarray(0, Math.max(0, length)))
  }

  private take(size: number): Uint8Array {
    const start = this.advance((size + 3) & ~3)
    return this.bytes.subarray(start, start + size)
  }

  private word(): number {
    return this.view.getUint32(this.advance(4), true)
  }

  private advance(size: number): number {
    const start = this.position
    if (start + size > this.bytes.length) throw new UnserializeError('the reply is cut off')
    this.position = start + size
    return start
  }
}

/**
 * The value in a kernel reply (binary form); null for anything else. Never throws.
 * @xnu IOKitUser IOCFUnserializeBinary — simplified: the plain form only, which is all that the kernel replies with
 */
export function IOCFUnserializeBinary(bytes: Uint8Array, order: CFOrder = 'hash'): CFType | null {
  if (bytes.length < 8 || bytes[0] !== 0xd3 || bytes[1] !== 0) return null
  try {
    return new BinaryReader(bytes, order).object(0)
  } catch (error) {
    if (error instanceof UnserializeError) return null
    throw error
  }
}
