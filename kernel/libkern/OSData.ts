import { pageSizeBytes } from '../mach/physical.ts'
import { kallocSize, largestZoneBytes } from './kallocSizes.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'
import { XMLTag } from './XMLTag.ts'

const xmlTag = new XMLTag('data')

const defaultCapacityIncrement = 16

const NO_BYTES = new Uint8Array(0)

/** Capacity of data that lies elsewhere. */
const external = 0xffffffff

/**
 * A growing run of bytes.
 * @xnu libkern/c++/OSData.cpp OSData — faithful
 */
export class OSData extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSData', OSData, OSObject)

  private storage: Uint8Array = NO_BYTES
  private length = 0
  /** What the kernel calls the capacity; the storage behind it may be larger. */
  private capacity = 0
  private increment = 0
  private canSerialize = true
  private deallocFunction: ((bytes: Uint8Array, lengthBytes: number) => void) | null = null

  /**
   * Empty data with room. One reference to the caller, as with all makers.
   * @xnu libkern/c++/OSData.cpp withCapacity — faithful
   */
  static withCapacity(capacity: number): OSData {
    const data = new OSData()
    data.initWithCapacity(capacity)
    return data
  }

  /** A copy of the bytes. @xnu libkern/c++/OSData.cpp withBytes — faithful */
  static withBytes(bytes: Uint8Array): OSData {
    const data = new OSData()
    data.initWithBytes(bytes)
    return data
  }

  /** `withBytes` of bytes that nobody else has: they are not copied. @xnu ours: withBytes, with less work */
  static adoptingBytes(bytes: Uint8Array): OSData {
    const data = new OSData()
    data.beginWith(bytes.length)
    data.storage = bytes
    data.length = bytes.length
    return data
  }

  /**
   * The bytes themselves, not copied; such data cannot grow.
   * @xnu libkern/c++/OSData.cpp withBytesNoCopy — faithful
   */
  static withBytesNoCopy(bytes: Uint8Array): OSData {
    const data = new OSData()
    data.initWithBytesNoCopy(bytes)
    return data
  }

  /**
   * A copy of other data or of a part; null if the part does not begin and end inside.
   * @xnu libkern/c++/OSData.cpp withData — faithful
   */
  static withData(source: OSData, start?: number, lengthBytes?: number): OSData | null {
    if (start === undefined) return OSData.withBytes(source.bytes())
    const part = source.getBytesNoCopy(start, lengthBytes)
    return part === null ? null : OSData.withBytes(part)
  }

  /** For subclasses. @xnu libkern/c++/OSData.cpp initWithCapacity — faithful */
  initWithCapacity(capacity: number): boolean {
    this.beginWith(capacity)
    if (capacity > this.storage.length) this.storage = new Uint8Array(capacity)
    return true
  }

  /** For subclasses. @xnu libkern/c++/OSData.cpp initWithBytes — faithful */
  initWithBytes(bytes: Uint8Array): boolean {
    this.beginWith(bytes.length)
    this.storage = bytes.slice()
    this.length = bytes.length
    return true
  }

  /** Capacity and step of data that begins with room for so many bytes. */
  private beginWith(capacity: number): void {
    if (capacity === 0) [this.storage, this.capacity] = [NO_BYTES, 0]
    else if (capacity > this.capacity) this.capacity = kallocSize(capacity, true)
    this.length = 0
    this.increment = Math.max(defaultCapacityIncrement, capacity)
  }

  /** For subclasses. @xnu libkern/c++/OSData.cpp initWithBytesNoCopy — faithful */
  initWithBytesNoCopy(bytes: Uint8Array): boolean {
    this.storage = bytes
    this.capacity = external
    this.length = bytes.length
    return true
  }

  /** For subclasses. @xnu libkern/c++/OSData.cpp initWithData — faithful */
  initWithData(source: OSData, start?: number, lengthBytes?: number): boolean {
    const part = start === undefined ? source.bytes() : source.getBytesNoCopy(start, lengthBytes)
    return part !== null && this.initWithBytes(part)
  }

  /** Number of bytes held. @xnu libkern/c++/OSData.cpp getLength — faithful */
  getLength(): number {
    return this.length
  }

  /**
   * Room in bytes; 0xffffffff for data that is not a copy.
   * @xnu libkern/c++/OSData.cpp getCapacity — faithful
   */
  getCapacity(): number {
    return this.capacity
  }

  /** Step of growth in bytes. @xnu libkern/c++/OSData.cpp getCapacityIncrement — faithful */
  getCapacityIncrement(): number {
    return this.increment
  }

  /**
   * Sets the step; with 0 the data grows no more.
   * @xnu libkern/c++/OSData.cpp setCapacityIncrement — faithful
   */
  setCapacityIncrement(increment: number): number {
    this.increment = increment
    return increment
  }

  /**
   * Makes room for `capacity` bytes, rounded up to the increment; answers the capacity reached.
   * @xnu libkern/c++/OSData.cpp ensureCapacity — faithful
   */
  ensureCapacity(capacity: number): number {
    if (capacity <= this.capacity) return this.capacity
    const { increment } = this
    const wanted = increment === 0 ? 0 : Math.ceil(capacity / increment) * increment
    if (wanted < capacity || wanted > external) return this.capacity
    this.capacity = Math.min(kallocSize(wanted, true), external)
    this.makeRoom(wanted)
    return this.capacity
  }

  /** Storage that doubles at the least, so that many small appends stay cheap. */
  private makeRoom(sizeBytes: number): void {
    if (sizeBytes <= this.storage.length) return
    const comfortable = this.length * 2
    const grown = new Uint8Array(Math.max(sizeBytes, comfortable))
    grown.set(this.storage.subarray(0, this.length))
    this.storage = grown
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

  /**
   * A view of all bytes; empty for empty data. Valid until the data grows.
   * @xnu ours: getBytesNoCopy, never null
   */
  bytes(): Uint8Array {
    return this.length === this.storage.length ? this.storage : this.storage.subarray(0, this.length)
  }

  /**
   * Appends bytes, or with null `count` zeros; false for data that cannot grow.
   * @xnu libkern/c++/OSData.cpp appendBytes — faithful
   */
  appendBytes(bytes: Uint8Array | null, count = bytes?.length ?? 0): boolean {
    if (count === 0) return true
    const grown = this.length + count
    if (this.capacity === external || grown > external) return false
    if (grown > this.capacity && grown > this.ensureCapacity(grown)) return false
    this.makeRoom(grown)
    if (bytes === null) this.storage.fill(0, this.length, grown)
    else this.storage.set(bytes.subarray(0, count), this.length)
    this.length = grown
    return true
  }

  /** Appends one byte `count` times. @xnu libkern/c++/OSData.cpp appendByte — faithful */
  appendByte(byte: number, count = 1): boolean {
    const start = this.length
    if (!this.appendBytes(null, count)) return false
    this.storage.fill(byte, start, this.length)
    return true
  }

  /**
   * Appends a number of so many bytes, the lowest first. @xnu libkern/libkern/c++/OSData.h appendValue —
   * faithful
   */
  appendValue(value: number | bigint, widthBytes: 1 | 2 | 4 | 8): boolean {
    const word = new DataView(new ArrayBuffer(8))
    word.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true)
    return this.appendBytes(new Uint8Array(word.buffer, 0, widthBytes))
  }

  /**
   * Gives back whole pages behind the bytes, of data too large to be copied into a message. Always true.
   * @xnu libkern/c++/OSData.cpp clipForCopyout — faithful
   */
  clipForCopyout(): boolean {
    const page = pageSizeBytes()
    const clipped = Math.ceil(this.length / page) * page
    if (this.length >= largestZoneBytes(false) && clipped < this.capacity) this.capacity = clipped
    return true
  }

  /** Appends other data. @xnu libkern/c++/OSData.cpp appendBytes — faithful */
  appendData(other: OSData): boolean {
    return this.appendBytes(other.bytes())
  }

  /** False makes the data serialise as empty. @xnu libkern/c++/OSData.cpp setSerializable — faithful */
  setSerializable(isSerializable: boolean): void {
    this.canSerialize = isSerializable
  }

  /** False for data that serialises as empty. @xnu libkern/c++/OSData.cpp isSerializable — faithful */
  isSerializable(): boolean {
    return this.canSerialize
  }

  /**
   * Called with the bytes of data that is not a copy when it is freed.
   * @xnu libkern/c++/OSData.cpp setDeallocFunction — faithful
   */
  setDeallocFunction(deallocFunction: ((bytes: Uint8Array, lengthBytes: number) => void) | null): void {
    this.deallocFunction = deallocFunction
  }

  /** The bytes as a serialiser may show them. @xnu ours: looked at inside serialize */
  serializableBytes(): Uint8Array {
    return this.canSerialize ? this.bytes() : new Uint8Array(0)
  }

  /** Do the first bytes equal these? @xnu libkern/c++/OSData.cpp isEqualTo(ptr, size) — faithful */
  isEqualToBytes(bytes: Uint8Array): boolean {
    if (this.length < bytes.length) return false
    for (let i = 0; i < bytes.length; i++) if (this.storage[i] !== bytes[i]) return false
    return true
  }

  /**
   * Same bytes; a string is equal with or without its closing NUL.
   * @xnu libkern/c++/OSData.cpp isEqualTo — faithful
   */
  override isEqualTo(other: OSObject | null): boolean {
    if (other instanceof OSData) return other.length === this.length && this.isEqualToBytes(other.bytes())
    if (other === null || !isStringLike(other)) return false
    const bytes = other.getBytes()
    if (this.length === bytes.length) return this.isEqualToBytes(bytes)
    return this.length === bytes.length + 1 && this.storage[bytes.length] === 0 && this.isEqualToBytes(bytes)
  }

  /** @xnu libkern/c++/OSData.cpp free — faithful */
  override free(): void {
    if (this.capacity === external && this.length > 0) this.deallocFunction?.(this.storage, this.length)
    super.free()
  }

  /** @xnu libkern/c++/OSData.cpp serialize — faithful */
  override serialize(serializer: OSSerialize): boolean {
    if (serializer.previouslySerialized(this)) return true
    const bytes = this.serializableBytes()
    if (!serializer.addXMLStartTag(this, xmlTag)) return false
    if (bytes.length > 0 && !serializer.addBase64(bytes)) return false
    return serializer.addXMLEndTag(xmlTag)
  }
}

/** OSString builds on this class, so strings are known here by what they can do. */
function isStringLike(object: OSObject): object is OSObject & { getBytes(): Uint8Array } {
  return 'getCStringNoCopy' in object
}
