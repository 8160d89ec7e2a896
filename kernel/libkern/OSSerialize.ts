import { encodeUtf8Into, utf8ByteLength } from '../formats/utf8.ts'
import { IOLog, panic } from '../mach/debug.ts'
import { OSArray } from './OSArray.ts'
import { collectionTag, type OSCollection } from './OSCollection.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'
import { OSBinaryWriter } from './OSSerializeBinary.ts'
import { OSString } from './OSString.ts'
import type { OSSymbol } from './OSSymbol.ts'

const pageSizeBytes = 4096
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
 * @xnu libkern/c++/OSSerialize.cpp OSSerialize — faithful: but linear, for back references are found by a map
 */
export class OSSerialize extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSSerialize', OSSerialize, OSObject)

  private characters = ''
  private readonly tags = new Map<OSObject, number>()
  private binaryWriter: OSBinaryWriter | null = null
  private editor: OSSerializeEditor | null = null
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
    serializer.binaryWriter = new OSBinaryWriter(serializer, isIndexed, serializer.editor)
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
   * @xnu libkern/c++/OSSerialize.cpp text — simplified: text, not bytes
   */
  getText(): string {
    return this.characters
  }

  /** The serialised bytes; XML ends with a NUL. @xnu libkern/c++/OSSerialize.cpp text — simplified: a copy */
  getBytes(): Uint8Array {
    if (this.binaryWriter !== null) return this.binaryWriter.bytes()
    const bytes = new Uint8Array(this.getLength())
    encodeUtf8Into(this.characters, bytes, 0)
    return bytes
  }

  /**
   * Length in bytes; XML counts its closing NUL, so an empty one has 1.
   * @xnu libkern/c++/OSSerialize.cpp getLength — faithful
   */
  getLength(): number {
    return this.binaryWriter !== null ? this.binaryWriter.getLength() : utf8ByteLength(this.characters) + 1
  }

  /**
   * Room in bytes: whole pages, in steps of the increment.
   * @xnu libkern/c++/OSSerialize.cpp getCapacity — simplified: pages of 4096 bytes on all machines
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
    this.characters = ''
    this.forgetTags()
    const { binaryWriter } = this
    if (binaryWriter === null) return
    binaryWriter.letGo()
    this.binaryWriter = new OSBinaryWriter(this, binaryWriter.isIndexed, this.editor)
  }

  /**
   * Writes a reference and answers true if the object has been written before, else gives it the next number.
   * The binary form is written whole here, so that `true` then means: nothing is left to do.
   * @xnu libkern/c++/OSSerialize.cpp previouslySerialized — faithful
   */
  previouslySerialized(object: OSObject): boolean {
    if (this.binaryWriter !== null) return this.binaryWriter.serialize(object)
    const tag = this.tags.get(object)
    if (tag === undefined) {
      this.tags.set(object, this.tags.size)
      object.taggedRetain(collectionTag)
      return false
    }
    this.characters += `<reference IDREF="${tag}"/>`
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
  addXMLStartTag(object: OSObject, name: string): boolean {
    if (this.binaryWriter !== null) {
      IOLog(`class ${object.getMetaClass().className}: xml serialize\n`)
      return false
    }
    this.characters += `<${name} ID="${this.tags.get(object) ?? notFound}">`
    return true
  }

  /** Closes an element. @xnu libkern/c++/OSSerialize.cpp addXMLEndTag — faithful */
  addXMLEndTag(name: string): boolean {
    return this.addString(`</${name}>`)
  }

  /** Appends one character; false in the binary form. @xnu libkern/c++/OSSerialize.cpp addChar — faithful */
  addChar(character: string): boolean {
    if (this.binaryWriter !== null) {
      IOLog('xml serialize\n')
      return false
    }
    this.characters += character
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
    this.characters += escapeXml(text)
    return true
  }

  /** Writes the key of a pair. @xnu ours: a loop over addChar */
  addKey(key: string): boolean {
    this.characters += `<key>${escapeXml(key)}</key>`
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
    this.forgetTags()
    this.binaryWriter?.letGo()
    if (this.capacity > 0) OSArray.metaClass.instanceDestructed()
    super.free()
  }

  private forgetTags(): void {
    for (const object of this.tags.keys()) object.taggedRelease(collectionTag)
    this.tags.clear()
  }
}

function wholePages(sizeBytes: number): number {
  return Math.ceil(sizeBytes / pageSizeBytes) * pageSizeBytes
}

function escapeXml(text: string): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x26 || code === 0x3c || code === 0x3e) return escapeFrom(text)
  }
  return text
}

function escapeFrom(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
