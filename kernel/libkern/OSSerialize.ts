import { decodeUtf8Lossless } from '../formats/utf8.ts'
import { IOLog, panic } from '../mach/debug.ts'
import { pageSizeBytes } from '../mach/physical.ts'
import { OSArray } from './OSArray.ts'
import type { OSCollection } from './OSCollection.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'
import { OSBinaryWriter } from './OSSerializeBinary.ts'
import { OSString } from './OSString.ts'
import type { OSSymbol } from './OSSymbol.ts'
import { XMLTag } from './XMLTag.ts'
import { giveBackSerializerStore, takeSerializerStore } from './serializerStore.ts'

const notFound = 0xffffffff

/**
 * May replace a value that is about to be written under a key of a dictionary; null drops the pair. Binary
 * only. What it answers comes with a reference, which the serialiser drops.
 */
export type OSSerializeEditor = (
  serializer: OSSerialize, container: OSCollection, key: OSSymbol, value: OSObject,
) => OSObject | null

/**
 * Collects the serialised form of an object: XML text or the binary form. Holds every object it has written.
 * @xnu libkern/c++/OSSerialize.cpp OSSerialize — faithful: but linear, for objects know their numbers
 */
export class OSSerialize extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSSerialize', OSSerialize, OSObject)

  private readonly store = takeSerializerStore()
  private readonly output = this.store.output
  private readonly written = this.store.written
  private binaryWriter: OSBinaryWriter | null = null
  /** Asked by the binary writer. */
  editor: OSSerializeEditor | null = null
  private capacity = 0
  private increment = 0

  /**
   * A serialiser of XML text. One reference to the caller.
   * @xnu libkern/c++/OSSerialize.cpp withCapacity — faithful
   */
  static withCapacity(capacity: number): OSSerialize {
    const serializer = new OSSerialize()
    serializer.initWithCapacity(capacity)
    return serializer
  }

  /**
   * A serialiser of the binary form; `isIndexed` adds lengths and makes back references word offsets. A
   * capacity below 4 is the NULL dereference that it is for a caller who does not look.
   * @xnu libkern/c++/OSSerializeBinary.cpp OSSerialize::binaryWithCapacity — faithful
   */
  static binaryWithCapacity(capacity: number, editor?: OSSerializeEditor, isIndexed = false): OSSerialize {
    if (capacity < 4) panic('OSSerialize::binaryWithCapacity: no room for the signature')
    const serializer = OSSerialize.withCapacity(capacity)
    serializer.editor = editor ?? null
    serializer.binaryWriter = new OSBinaryWriter(serializer, serializer.store, isIndexed)
    return serializer
  }

  /**
   * For subclasses. Room is made in whole pages.
   * @xnu libkern/c++/OSSerialize.cpp initWithCapacity — faithful
   */
  initWithCapacity(capacity: number): boolean {
    OSArray.metaClass.instanceConstructed()
    this.capacity = wholePages(Math.max(1, capacity))
    this.increment = this.capacity
    return true
  }

  /** True for the binary form. @xnu ours: the kernel looks at the field */
  isBinary(): boolean {
    return this.binaryWriter !== null
  }

  /**
   * The XML text, without the closing NUL.
   * @xnu ours: text() as characters
   */
  getText(): string {
    return decodeUtf8Lossless(this.output.bytes, 0, this.output.length)
  }

  /**
   * The serialised bytes themselves; XML ends with a NUL. Valid until more is written or the object goes.
   * @xnu libkern/c++/OSSerialize.cpp text — faithful
   */
  getBytesNoCopy(): Uint8Array {
    return this.binaryWriter !== null ? this.binaryWriter.bytes() : this.output.present(1)
  }

  /** The serialised bytes; XML ends with a NUL. @xnu ours: a copy of text() */
  getBytes(): Uint8Array {
    return this.getBytesNoCopy().slice()
  }

  /**
   * Length in bytes; XML counts its closing NUL, so an empty one has 1.
   * @xnu libkern/c++/OSSerialize.cpp getLength — faithful
   */
  getLength(): number {
    return this.binaryWriter !== null ? this.binaryWriter.getLength() : this.output.length + 1
  }

  /**
   * Room in bytes: whole pages, in steps of the increment.
   * @xnu libkern/c++/OSSerialize.cpp getCapacity — faithful
   */
  getCapacity(): number {
    const length = this.getLength()
    if (length > this.capacity) {
      const step = wholePages(this.increment)
      this.capacity += Math.ceil((length - this.capacity) / step) * step
    }
    return this.capacity
  }

  /** Step of growth in bytes. @xnu libkern/c++/OSSerialize.cpp getCapacityIncrement — faithful */
  getCapacityIncrement(): number {
    return this.increment
  }

  /** Sets the step; 0 means 256. @xnu libkern/c++/OSSerialize.cpp setCapacityIncrement — faithful */
  setCapacityIncrement(increment: number): number {
    this.increment = increment === 0 ? 256 : increment
    return this.increment
  }

  /** Makes room, in whole pages. @xnu libkern/c++/OSSerialize.cpp ensureCapacity — faithful */
  ensureCapacity(capacity: number): number {
    const present = this.getCapacity()
    this.capacity = capacity <= present ? present : wholePages(capacity)
    return this.capacity
  }

  /**
   * Forgets text and object numbers; the room stays.
   * @xnu libkern/c++/OSSerialize.cpp clearText — faithful
   */
  clearText(): void {
    this.capacity = this.getCapacity()
    this.output.clear()
    this.written.letGo()
    if (this.binaryWriter !== null) {
      this.binaryWriter = new OSBinaryWriter(this, this.store, this.binaryWriter.isIndexed)
    }
  }

  /**
   * Writes a reference and answers true if the object has been written before, else gives it the next number.
   * The binary form is written whole here, so that `true` then means: nothing is left to do.
   * @xnu libkern/c++/OSSerialize.cpp previouslySerialized — faithful
   */
  previouslySerialized(object: OSObject): boolean {
    if (this.binaryWriter !== null) return this.binaryWriter.serialize(object)
    const number = this.written.numberOf(object)
    if (number < 0) {
      this.written.add(object, 0)
      return false
    }
    this.output.addText('<reference IDREF="')
    this.output.addDecimal(number)
    this.output.addText('"/>')
    return true
  }

  /**
   * Writes an object into the binary form.
   * @xnu libkern/c++/OSSerializeBinary.cpp binarySerialize — faithful
   */
  binarySerialize(object: OSObject): boolean {
    return this.binaryWriter !== null && this.binaryWriter.serialize(object)
  }

  /**
   * Opens an element (`name`, with attributes if any) with the object's number.
   * @xnu libkern/c++/OSSerialize.cpp addXMLStartTag — faithful
   */
  addXMLStartTag(object: OSObject, name: string | XMLTag): boolean {
    if (this.binaryWriter !== null) {
      IOLog(`class ${object.getMetaClass().className}: xml serialize\n`)
      return false
    }
    const { output } = this
    const number = this.written.numberOf(object)
    const { start } = typeof name === 'string' ? new XMLTag(name) : name
    output.addNumbered(start, number < 0 ? notFound : number)
    return true
  }

  /** Closes an element. @xnu libkern/c++/OSSerialize.cpp addXMLEndTag — faithful */
  addXMLEndTag(name: string | XMLTag): boolean {
    if (typeof name === 'string') return this.addString(`</${name}>`)
    this.output.addBytes(name.end)
    return true
  }

  /** Appends one character; false in the binary form. @xnu libkern/c++/OSSerialize.cpp addChar — faithful */
  addChar(character: string): boolean {
    if (this.binaryWriter !== null) {
      IOLog('xml serialize\n')
      return false
    }
    this.output.addText(character)
    return true
  }

  /**
   * Appends text as it is; false for no text, and in the binary form.
   * @xnu libkern/c++/OSSerialize.cpp addString — faithful
   */
  addString(text: string): boolean {
    return text !== '' && this.addChar(text)
  }

  /** Appends text with `<`, `>` and `&` as entities, or none at all. @xnu ours: a loop over addChar */
  addEscaped(text: string): boolean {
    this.output.addEscaped(text)
    return true
  }

  /** Writes the key of a pair. @xnu ours: a loop over addChar */
  addKey(key: OSSymbol): boolean {
    this.output.addBytes(key.keyElement())
    return true
  }

  /** Appends `0x` and the hexadecimal digits of 64 bits. @xnu ours: what OSNumber::serialize prints */
  addHex(high: number, low: number): boolean {
    const { output } = this
    output.addText('0x')
    if (high !== 0) output.addHex(high)
    output.addHex(low, high === 0 ? 1 : 8)
    return true
  }

  /** Appends bytes in base64. @xnu ours: a loop over addChar */
  addBase64(bytes: Uint8Array): boolean {
    this.output.addBase64(bytes)
    return true
  }

  /** Writes a string object of the text. @xnu ours: what OSObject::serialize does */
  serializeText(text: string): boolean {
    const string = OSString.withCString(text)
    const isWritten = string.serialize(this)
    string.release()
    return isWritten
  }

  /** @xnu libkern/c++/OSSerialize.cpp free — faithful */
  override free(): void {
    giveBackSerializerStore(this.store)
    if (this.capacity > 0) OSArray.metaClass.instanceDestructed()
    super.free()
  }
}

function wholePages(sizeBytes: number): number {
  const page = pageSizeBytes()
  return Math.ceil(sizeBytes / page) * page
}
