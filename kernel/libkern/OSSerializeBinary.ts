import type { GrowingBytes } from './GrowingBytes.ts'
import { OSArray } from './OSArray.ts'
import { OSBoolean } from './OSBoolean.ts'
import { OSData } from './OSData.ts'
import { OSDictionary } from './OSDictionary.ts'
import { OSNumber } from './OSNumber.ts'
import type { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'
import { OSSet } from './OSSet.ts'
import { OSString } from './OSString.ts'
import { OSSymbol } from './OSSymbol.ts'
import type { SerializerStore } from './serializerStore.ts'
import type { WrittenObjects } from './WrittenObjects.ts'

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
 * Writes the binary form and holds what it has written. Linear: objects know their numbers.
 * @xnu libkern/c++/OSSerializeBinary.cpp OSSerialize::* — faithful
 */
export class OSBinaryWriter {
  private readonly output: GrowingBytes
  private readonly written: WrittenObjects
  private endsCollection = true

  constructor(
    private readonly serializer: OSSerialize, store: SerializerStore, readonly isIndexed: boolean,
  ) {
    this.output = store.output
    this.written = store.written
    this.output.addWord(isIndexed ? kOSSerializeIndexedBinarySignature : kOSSerializeBinarySignature)
  }

  /** The bytes so far; valid until more is written. */
  bytes(): Uint8Array {
    const bytes = this.output.present()
    if (!this.isIndexed) return bytes
    const count = this.written.getCount()
    bytes[1] = count
    bytes[2] = count >> 8
    bytes[3] = count >> 16
    return bytes
  }

  /** Length in bytes so far. */
  getLength(): number {
    return this.output.length
  }

  /**
   * Writes one object with all it holds. False for a class without a binary form of its own, and as soon as a
   * member cannot be written.
   */
  serialize(object: OSObject): boolean {
    const number = this.written.numberOf(object)
    if (number >= 0) {
      this.addReference(number)
      return true
    }
    if (object instanceof OSString) return this.addString(object)
    if (object instanceof OSNumber) return this.addNumber(object)
    if (object instanceof OSBoolean) return this.addLeaf(object, kOSSerializeBoolean, object.isTrue() ? 1 : 0)
    if (object instanceof OSDictionary) return this.addDictionary(object)
    if (object instanceof OSArray) return this.addMembers(object, kOSSerializeArray)
    if (object instanceof OSData) return this.addData(object)
    if (object instanceof OSSet) return this.addMembers(object, kOSSerializeSet)
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
    let isWritten = true
    dictionary.eachPair((value, key) => {
      if (!isWritten) return
      left--
      this.endsCollection = false
      this.addKeySymbol(key)
      this.endsCollection = left === 0
      isWritten = this.serializer.editor === null
        ? this.serializeMember(value) : this.addEdited(dictionary, key, value)
    })
    return this.closeContainer(start, isWritten)
  }

  private addEdited(dictionary: OSDictionary, key: OSSymbol, value: OSObject): boolean {
    const shown = this.serializer.editor!(this.serializer, dictionary, key, value)
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
    this.output.addWord(number.lowWord())
    this.output.addWord(number.highWord())
    return true
  }

  private addKeySymbol(key: OSSymbol): void {
    const number = this.written.numberOf(key)
    if (number >= 0) return this.addReference(number)
    const { words, sizeBytes } = key.utf8()
    this.addLeaf(key, kOSSerializeSymbol, sizeBytes)
    this.output.addWords(words)
  }

  private addString(string: OSString): boolean {
    const { output } = this
    const start = output.length + 4
    const end = output.encodeAt(start, string.getCStringNoCopy())
    const isSymbol = string instanceof OSSymbol
    const storedBytes = end - start + (isSymbol ? 1 : 0)
    this.addLeaf(string, isSymbol ? kOSSerializeSymbol : kOSSerializeString, storedBytes)
    this.skip(storedBytes)
    return true
  }

  private addData(data: OSData): boolean {
    const { output } = this
    const bytes = data.serializableBytes()
    this.addLeaf(data, kOSSerializeData, bytes.length)
    output.addBytes(bytes)
    output.length = (output.length + 3) & ~3
    return true
  }

  private addContainer(object: OSObject, type: number, count: number): number {
    const start = this.output.length
    this.addLeaf(object, type, count)
    if (this.isIndexed) this.output.addWord(0)
    return start
  }

  private closeContainer(start: number, isWhole: boolean): boolean {
    const { output } = this
    if (this.isIndexed) output.setWord(start + 4, (output.length - start) >> 2)
    return isWhole
  }

  private addReference(number: number): void {
    this.addKey(kOSSerializeObject, this.isIndexed ? this.written.placeOf(number) : number)
  }

  private addLeaf(object: OSObject, type: number, size: number): boolean {
    this.written.add(object, this.output.length >> 2)
    this.addKey(type, size)
    return true
  }

  private addKey(type: number, size: number): void {
    this.output.addWord((type | size | (this.endsCollection ? kOSSerializeEndCollecton : 0)) >>> 0)
    this.endsCollection = false
  }

  /** Steps over bytes just written, up to the next whole word; they are zero. */
  private skip(sizeBytes: number): void {
    this.output.length += (sizeBytes + 3) & ~3
  }
}
