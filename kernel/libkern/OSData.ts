import { encodeBase64 } from '../formats/base64.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'

const defaultCapacityIncrement = 16

/**
 * A growing run of bytes.
 * @xnu libkern/c++/OSData.cpp OSData — faithful
 */
export class OSData extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSData', OSData, OSObject)

  private storage: Uint8Array = new Uint8Array(0)
  private length = 0
  private increment = defaultCapacityIncrement
  private isFixed = false
  private isSerializable = true

  /** Empty data with room. One reference to the caller, as with all makers. */
  static withCapacity(capacity: number): OSData {
    const data = new OSData()
    data.increment = Math.max(defaultCapacityIncrement, capacity)
    data.storage = new Uint8Array(capacity)
    return data
  }

  /** A copy of the bytes. */
  static withBytes(bytes: Uint8Array): OSData {
    const data = new OSData()
    data.increment = Math.max(defaultCapacityIncrement, bytes.length)
    data.storage = bytes.slice()
    data.length = bytes.length
    return data
  }

  /** The bytes themselves, not copied; such data cannot grow. */
  static withBytesNoCopy(bytes: Uint8Array): OSData {
    const data = new OSData()
    data.storage = bytes
    data.length = bytes.length
    data.isFixed = true
    return data
  }

  /** A copy of (part of) other data; null if the part is not inside. */
  static withData(source: OSData, start = 0, lengthBytes = source.length - start): OSData | null {
    if (start + lengthBytes > source.length) return null
    return OSData.withBytes(source.storage.subarray(start, start + lengthBytes))
  }

  getLength(): number {
    return this.length
  }

  getCapacity(): number {
    return this.storage.length
  }

  getCapacityIncrement(): number {
    return this.increment
  }

  setCapacityIncrement(increment: number): number {
    this.increment = increment
    return increment
  }

  /** Makes room for `capacity` bytes, rounded up to the increment; answers the capacity reached. */
  ensureCapacity(capacity: number): number {
    if (capacity <= this.storage.length) return this.storage.length
    const step = Math.max(1, this.increment)
    const grown = new Uint8Array(Math.ceil(capacity / step) * step)
    grown.set(this.storage.subarray(0, this.length))
    this.storage = grown
    return grown.length
  }

  /**
   * A view of the bytes, or of a part; null for empty data or a part that is not inside.
   * @xnu libkern/c++/OSData.cpp getBytesNoCopy — faithful
   */
  getBytesNoCopy(start?: number, lengthBytes?: number): Uint8Array | null {
    if (this.length === 0) return null
    if (start === undefined) return this.bytes()
    const count = lengthBytes ?? this.length - start
    if (start >= this.length || start + count > this.length) return null
    return this.storage.subarray(start, start + count)
  }

  /** A view of all bytes; empty for empty data. Valid until the data grows. */
  bytes(): Uint8Array {
    return this.length === this.storage.length ? this.storage : this.storage.subarray(0, this.length)
  }

  /** Appends bytes, or with null `count` zeros; false for data that cannot grow. */
  appendBytes(bytes: Uint8Array | null, count = bytes?.length ?? 0): boolean {
    if (count === 0) return true
    if (this.isFixed) return false
    const grown = this.length + count
    if (grown > this.storage.length) this.ensureCapacity(Math.max(grown, this.storage.length * 2))
    if (bytes === null) this.storage.fill(0, this.length, grown)
    else this.storage.set(bytes.subarray(0, count), this.length)
    this.length = grown
    return true
  }

  /** Appends one byte `count` times. */
  appendByte(byte: number, count = 1): boolean {
    const start = this.length
    if (!this.appendBytes(null, count)) return false
    this.storage.fill(byte, start, this.length)
    return true
  }

  appendData(other: OSData): boolean {
    return this.appendBytes(other.bytes())
  }

  /** False makes the data serialise as empty. */
  setSerializable(isSerializable: boolean): void {
    this.isSerializable = isSerializable
  }

  /** The bytes as a serialiser may show them. */
  serializableBytes(): Uint8Array {
    return this.isSerializable ? this.bytes() : new Uint8Array(0)
  }

  /** Do the first bytes equal these? @xnu libkern/c++/OSData.cpp isEqualTo(ptr, size) — faithful */
  isEqualToBytes(bytes: Uint8Array): boolean {
    if (this.length < bytes.length) return false
    for (let i = 0; i < bytes.length; i++) if (this.storage[i] !== bytes[i]) return false
    return true
  }

  /** Same bytes; a string is equal with or without its closing NUL. */
  override isEqualTo(other: OSObject | null): boolean {
    if (other instanceof OSData) return other.length === this.length && this.isEqualToBytes(other.bytes())
    if (other === null || !isStringLike(other)) return false
    const bytes = other.getBytes()
    if (this.length === bytes.length) return this.isEqualToBytes(bytes)
    return this.length === bytes.length + 1 && this.storage[bytes.length] === 0 && this.isEqualToBytes(bytes)
  }

  override serialize(serializer: OSSerialize): boolean {
    if (serializer.previouslySerialized(this)) return true
    const bytes = this.serializableBytes()
    return serializer.addXMLStartTag(this, 'data') && serializer.addString(encodeBase64(bytes), true)
      && serializer.addXMLEndTag('data')
  }
}

/** OSString builds on this class, so strings are known here by what they can do. */
function isStringLike(object: OSObject): object is OSObject & { getBytes(): Uint8Array } {
  return 'getCStringNoCopy' in object
}
