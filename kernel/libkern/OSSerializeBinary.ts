import { encodeUtf8Into, utf8ByteLength } from '../formats/utf8.ts'
import { OSArray } from './OSArray.ts'
import { OSBoolean } from './OSBoolean.ts'
import { collectionTag } from './OSCollection.ts'
import { OSData } from './OSData.ts'
import { OSDictionary } from './OSDictionary.ts'
import { OSNumber } from './OSNumber.ts'
import type { OSObject } from './OSObject.ts'
import type { OSSerialize, OSSerializeEditor } from './OSSerialize.ts'
import { OSSet } from './OSSet.ts'
import { OSString } from './OSString.ts'
import { OSSymbol } from './OSSymbol.ts'

/** Words of the binary form. */
export const kOSSerializeDictionary = 0x01000000
export const kOSSerializeArray = 0x02000000
export const kOSSerializeSet = 0x03000000
export const kOSSerializeNumber = 0x04000000
export const kOSSerializeSymbol = 0x08000000
export const kOSSerializeString = 0x09000000
export const kOSSerializeData = 0x0a000000
export const kOSSerializeBoolean = 0x0b000000
export const kOSSerializeObject = 0x0c000000
export const kOSSerializeTypeMask = 0x7f000000
export const kOSSerializeDataMask = 0x00ffffff
export const kOSSerializeEndCollecton = 0x80000000
export const kOSSerializeBinarySignature = 0x000000d3
export const kOSSerializeIndexedBinarySignature = 0x000000d4

/**
 * Writes the binary form and holds what it has written. Linear: back references are found by a map.
 * @xnu libkern/c++/OSSerializeBinary.cpp OSSerialize::* — faithful
 */
export class OSBinaryWriter {
  readonly isIndexed: boolean
  private buffer = new Uint8Array(1024)
  private view = new DataView(this.buffer.buffer)
  private length = 4
  /** Reference number (plain) or word offset (indexed) of each object written. */
  private readonly references = new Map<OSObject, number>()
  private endsCollection = true

  constructor(
    private readonly serializer: OSSerialize, isIndexed: boolean,
    private readonly editor: OSSerializeEditor | null,
  ) {
    this.isIndexed = isIndexed
    this.view.setUint32(0, isIndexed ? kOSSerializeIndexedBinarySignature : kOSSerializeBinarySignature, true)
  }

  /** The bytes so far; a copy. */
  bytes(): Uint8Array {
    return this.buffer.slice(0, this.getLength())
  }

  /** Length in bytes so far. */
  getLength(): number {
    return this.length
  }

  /** Drops the references to what was written. */
  letGo(): void {
    for (const object of this.references.keys()) object.taggedRelease(collectionTag)
    this.references.clear()
  }

  /**
   * Writes one object with all it holds. False for a class without a binary form of its own, and as soon as a
   * member cannot be written.
   */
  serialize(object: OSObject): boolean {
    const known = this.references.get(object)
    if (known !== undefined) {
      this.addKey(kOSSerializeObject, known)
      return true
    }
    if (object instanceof OSDictionary) return this.addDictionary(object)
    if (object instanceof OSArray) return this.addMembers(object, kOSSerializeArray)
    if (object instanceof OSSet) return this.addMembers(object, kOSSerializeSet)
    if (object instanceof OSNumber) return this.addNumber(object)
    if (object instanceof OSBoolean) return this.addLeaf(object, kOSSerializeBoolean, object.isTrue() ? 1 : 0)
    if (object instanceof OSString) return this.addString(object)
    if (object instanceof OSData) return this.addData(object)
    return false
  }

  /**
   * Writes a member, or has it write what stands for it. A container that broke off is in the list by then,
   * so what stands for it is a reference to the part that was written.
   */
  private serializeMember(object: OSObject): boolean {
    return this.serialize(object) || object.serialize(this.serializer)
  }

  private addDictionary(dictionary: OSDictionary): boolean {
    const count = dictionary.getCount()
    const start = this.addContainer(dictionary, kOSSerializeDictionary, count)
    let left = count
    for (const [key, value] of dictionary.entries()) {
      left--
      this.endsCollection = false
      if (!this.serialize(key)) return false
      this.endsCollection = left === 0
      const isWritten = this.editor === null
        ? this.serializeMember(value) : this.addEdited(dictionary, key, value)
      if (!isWritten) return this.closeContainer(start, false)
    }
    return this.closeContainer(start, true)
  }

  private addEdited(dictionary: OSDictionary, key: OSSymbol, value: OSObject): boolean {
    const shown = this.editor!(this.serializer, dictionary, key, value)
    const isWritten = this.serializeMember(shown ?? dictionary)
    shown?.release()
    return isWritten
  }

  private addMembers(collection: OSArray | OSSet, type: number): boolean {
    let left = collection.getCount()
    const start = this.addContainer(collection, type, left)
    for (const member of collection.values()) {
      left--
      this.endsCollection = left === 0
      if (!this.serializeMember(member)) return this.closeContainer(start, false)
    }
    return this.closeContainer(start, true)
  }

  private addNumber(number: OSNumber): boolean {
    this.addLeaf(number, kOSSerializeNumber, number.numberOfBits())
    this.addWord(number.lowWord())
    this.addWord(number.highWord())
    return true
  }

  private addString(string: OSString): boolean {
    const text = string.getCStringNoCopy()
    const sizeBytes = utf8ByteLength(text)
    const isSymbol = string instanceof OSSymbol
    const storedBytes = isSymbol ? sizeBytes + 1 : sizeBytes
    this.addLeaf(string, isSymbol ? kOSSerializeSymbol : kOSSerializeString, storedBytes)
    this.reserve(storedBytes + 3)
    encodeUtf8Into(text, this.buffer, this.length)
    this.skip(storedBytes)
    return true
  }

  private addData(data: OSData): boolean {
    const bytes = data.serializableBytes()
    this.addLeaf(data, kOSSerializeData, bytes.length)
    this.reserve(bytes.length + 3)
    this.buffer.set(bytes, this.length)
    this.skip(bytes.length)
    return true
  }

  private addContainer(object: OSObject, type: number, count: number): number {
    const start = this.length
    this.addLeaf(object, type, count)
    if (this.isIndexed) this.addWord(0)
    return start
  }

  private closeContainer(start: number, isWhole: boolean): boolean {
    if (this.isIndexed) this.view.setUint32(start + 4, (this.length - start) / 4, true)
    return isWhole
  }

  private addLeaf(object: OSObject, type: number, size: number): boolean {
    this.references.set(object, this.isIndexed ? this.length / 4 : this.references.size)
    object.taggedRetain(collectionTag)
    this.addKey(type, size)
    if (this.isIndexed) {
      this.view.setUint32(0, (kOSSerializeIndexedBinarySignature | (this.references.size << 8)) >>> 0, true)
    }
    return true
  }

  private addKey(type: number, size: number): void {
    this.addWord((type | size | (this.endsCollection ? kOSSerializeEndCollecton : 0)) >>> 0)
    this.endsCollection = false
  }

  private addWord(word: number): void {
    this.reserve(4)
    this.view.setUint32(this.length, word, true)
    this.length += 4
  }

  /** Steps over bytes just written, up to the next whole word. The buffer is zero there. */
  private skip(sizeBytes: number): void {
    this.length += (sizeBytes + 3) & ~3
  }

  private reserve(sizeBytes: number): void {
    const wanted = this.length + sizeBytes
    if (wanted <= this.buffer.length) return
    const grown = new Uint8Array(Math.max(wanted, this.buffer.length * 2))
    grown.set(this.buffer)
    this.buffer = grown
    this.view = new DataView(grown.buffer)
  }
}
