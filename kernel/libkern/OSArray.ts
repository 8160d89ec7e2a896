import { collectionTag, copyNested, grownCapacity, OSCollection, type CollectionCopies } from './OSCollection.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import type { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'

/** Answer of `getNextIndexOfObject` when there is none. */
export const kOSIndexNotFound = 0xffffffff

/**
 * Objects in order; holds a reference to each.
 * @xnu libkern/c++/OSArray.cpp OSArray — faithful
 */
export class OSArray extends OSCollection {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSArray', OSArray, OSCollection)

  private readonly items: OSObject[] = []
  private capacity = 0
  private increment = 16

  /** An empty array. One reference to the caller, as with all makers. */
  static withCapacity(capacity: number): OSArray {
    const array = new OSArray()
    array.capacity = capacity
    array.increment = capacity === 0 ? 16 : capacity
    return array
  }

  /** An array of the objects, which it retains. */
  static withObjects(objects: readonly OSObject[]): OSArray {
    const array = OSArray.withCapacity(objects.length)
    for (const object of objects) array.append(object)
    return array
  }

  /** A copy of the array that shares the members. */
  static withArray(source: OSArray): OSArray {
    return OSArray.withObjects(source.items)
  }

  getCount(): number {
    return this.items.length
  }

  getCapacity(): number {
    return this.capacity
  }

  getCapacityIncrement(): number {
    return this.increment
  }

  setCapacityIncrement(increment: number): number {
    this.increment = increment === 0 ? 16 : increment
    return this.increment
  }

  ensureCapacity(capacity: number): number {
    this.capacity = grownCapacity(this.capacity, capacity, this.increment)
    return this.capacity
  }

  /** Appends, or with an index inserts before that place; false beyond the end. Retains the object. */
  setObject(object: OSObject | null): boolean
  setObject(index: number, object: OSObject | null): boolean
  setObject(first: number | OSObject | null, second?: OSObject | null): boolean {
    const index = typeof first === 'number' ? first : this.items.length
    const object = typeof first === 'number' ? second : first
    if (object === null || object === undefined || index > this.items.length) return false
    this.haveUpdated()
    object.taggedRetain(collectionTag)
    if (index === this.items.length) this.items.push(object)
    else this.items.splice(index, 0, object)
    this.ensureCapacity(this.items.length)
    return true
  }

  /** Appends an object whose reference the caller gives away. */
  adopt(object: OSObject): boolean {
    const isAdded = this.setObject(object)
    object.release()
    return isAdded
  }

  /** The member at that place, without a reference; null beyond the end. */
  getObject(index: number): OSObject | null {
    return this.items[index] ?? null
  }

  getLastObject(): OSObject | null {
    return this.items[this.items.length - 1] ?? null
  }

  /** Puts another object in a place; nothing happens beyond the end. */
  replaceObject(index: number, object: OSObject | null): void {
    const old = this.items[index]
    if (old === undefined || object === null) return
    this.haveUpdated()
    object.taggedRetain(collectionTag)
    this.items[index] = object
    old.taggedRelease(collectionTag)
  }

  /** Takes a member out; later ones move down. */
  removeObject(index: number): void {
    const old = this.items[index]
    if (old === undefined) return
    this.haveUpdated()
    this.items.splice(index, 1)
    old.taggedRelease(collectionTag)
  }

  flushCollection(): void {
    this.haveUpdated()
    this.drop()
  }

  /** Appends the members of another array. */
  merge(other: OSArray): boolean {
    for (const object of [...other.items]) this.append(object)
    return true
  }

  /** Place of the object itself from `index` on, or 0xffffffff. */
  getNextIndexOfObject(object: OSObject, index: number): number {
    const found = this.items.indexOf(object, index)
    return found < 0 ? kOSIndexNotFound : found
  }

  /** Members in order. */
  values(): IterableIterator<OSObject> {
    return this.items.values()
  }

  members(): IterableIterator<OSObject> {
    return this.items.values()
  }

  protected nestedObjects(): IterableIterator<OSObject> {
    return this.items.values()
  }

  override isEqualTo(other: OSObject | null): boolean {
    if (other === this) return true
    if (!(other instanceof OSArray) || other.items.length !== this.items.length) return false
    return this.items.every((item, i) => item.isEqualTo(other.items[i]!))
  }

  override copyCollection(copies: CollectionCopies = new Map()): OSArray {
    const known = copies.get(this)
    if (known instanceof OSArray) {
      known.retain()
      return known
    }
    const copy = OSArray.withCapacity(this.items.length)
    copies.set(this, copy)
    for (const item of this.items) {
      const nested = copyNested(item, copies)
      copy.append(nested)
      if (nested !== item) nested.release()
    }
    return copy
  }

  override serialize(serializer: OSSerialize): boolean {
    if (serializer.previouslySerialized(this)) return true
    if (!serializer.addXMLStartTag(this, 'array')) return false
    for (const item of this.items) if (!item.serialize(serializer)) return false
    return serializer.addXMLEndTag('array')
  }

  override free(): void {
    this.drop()
    super.free()
  }

  private append(object: OSObject): void {
    this.setObject(object)
  }

  private drop(): void {
    for (const item of this.items) item.taggedRelease(collectionTag)
    this.items.length = 0
  }
}
