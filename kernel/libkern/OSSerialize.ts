import { encodeUtf8Into, utf8ByteLength } from '../formats/utf8.ts'
import type { OSCollection } from './OSCollection.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'
import { OSBinaryWriter } from './OSSerializeBinary.ts'
import { OSString } from './OSString.ts'
import type { OSSymbol } from './OSSymbol.ts'

const pageSizeBytes = 4096

/** May replace a value that is about to be written under a key of a dictionary; null drops the pair. Binary only. */
export type OSSerializeEditor = (
  serializer: OSSerialize, container: OSCollection, key: OSSymbol, value: OSObject,
) => OSObject | null

/**
 * Collects the serialised form of an object: XML text or the binary form.
 * @xnu libkern/c++/OSSerialize.cpp OSSerialize — faithful: but linear, for back references are found by a map
 */
export class OSSerialize extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSSerialize', OSSerialize, OSObject)

  private text = ''
  private tags = new Map<OSObject, number>()
  private binaryWriter: OSBinaryWriter | null = null
  private editor: OSSerializeEditor | null = null

  /** A serialiser of XML text. One reference to the caller. */
  static withCapacity(_capacity: number): OSSerialize {
    return new OSSerialize()
  }

  /**
   * A serialiser of the binary form; `isIndexed` adds lengths and makes back references word offsets.
   * @xnu libkern/c++/OSSerializeBinary.cpp OSSerialize::binaryWithCapacity — faithful
   */
  static binaryWithCapacity(_capacity: number, editor?: OSSerializeEditor, isIndexed = false): OSSerialize {
    const serializer = new OSSerialize()
    serializer.editor = editor ?? null
    serializer.binaryWriter = new OSBinaryWriter(serializer, isIndexed, serializer.editor)
    return serializer
  }

  isBinary(): boolean {
    return this.binaryWriter !== null
  }

  /** The XML text, without the closing NUL. */
  getText(): string {
    return this.text
  }

  /** The serialised bytes; XML ends with a NUL. */
  getBytes(): Uint8Array {
    if (this.binaryWriter !== null) return this.binaryWriter.bytes()
    const bytes = new Uint8Array(this.getLength())
    encodeUtf8Into(this.text, bytes, 0)
    return bytes
  }

  /** Length in bytes; XML counts its closing NUL, so an empty one has 1. */
  getLength(): number {
    return this.binaryWriter !== null ? this.binaryWriter.getLength() : utf8ByteLength(this.text) + 1
  }

  /** Room in bytes, in whole pages. */
  getCapacity(): number {
    return Math.max(1, Math.ceil(this.getLength() / pageSizeBytes)) * pageSizeBytes
  }

  /** Forgets text and object numbers. */
  clearText(): void {
    this.text = ''
    this.tags = new Map()
    if (this.binaryWriter !== null) {
      this.binaryWriter = new OSBinaryWriter(this, this.binaryWriter.isIndexed, this.editor)
    }
  }

  /**
   * Writes a reference and answers true if the object has been written before. The binary form is written whole
   * here, so that `true` then means: nothing is left to do.
   */
  previouslySerialized(object: OSObject): boolean {
    if (this.binaryWriter !== null) return this.binaryWriter.serialize(object)
    const tag = this.tags.get(object)
    if (tag === undefined) return false
    this.text += `<reference IDREF="${tag}"/>`
    return true
  }

  /** Writes an object into the binary form. */
  binarySerialize(object: OSObject): boolean {
    return this.binaryWriter !== null && this.binaryWriter.serialize(object)
  }

  /** Opens an element (`name`, with attributes if any) and numbers the object. */
  addXMLStartTag(object: OSObject, name: string): boolean {
    if (this.binaryWriter !== null) return false
    const tag = this.tags.size
    this.tags.set(object, tag)
    this.text += `<${name} ID="${tag}">`
    return true
  }

  addXMLEndTag(name: string): boolean {
    this.text += `</${name}>`
    return true
  }

  addChar(character: string): boolean {
    this.text += character
    return true
  }

  /** Appends text as it is; false for empty text unless that is allowed. */
  addString(text: string, isEmptyAllowed = false): boolean {
    if (text === '' && !isEmptyAllowed) return false
    this.text += text
    return true
  }

  /** Appends text with `<`, `>` and `&` as entities. */
  addEscaped(text: string): boolean {
    this.text += escapeXml(text)
    return true
  }

  /** Writes the key of a pair. */
  addKey(key: string): boolean {
    this.text += `<key>${escapeXml(key)}</key>`
    return true
  }

  /** Writes a string object of the text. */
  serializeText(text: string): boolean {
    const string = OSString.withCString(text)
    const isWritten = string.serialize(this)
    string.release()
    return isWritten
  }
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
