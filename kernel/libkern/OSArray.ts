import {
  collectionTag, copyNested, OSCollection, Room, tooManyPlaces, type CollectionCopies,
} from './OSCollection.ts'
import { pointerBytes } from './kallocSizes.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import type { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'
import { XMLTag } from './XMLTag.ts'

const xmlTag = new XMLTag('array')

/** Answer of `getNextIndexOfObject` when there is none. */
export const kOSIndexNotFound = 0xffffffff

/**
 * Objects in order; holds a reference to each.
 * @xnu libkern/c++/OSArray.cpp OSArray — faithful
 */
export class OSArray extends OSCollection {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSArray', OSArray, OSCollection)

  private readonly items: OSObject[] = []
  private readonly room = new Room(pointerBytes)

  /**
   * An empty array. One reference to the caller, as with all makers.
   * @xnu libkern/c++/OSArray.cpp withCapacity — faithful
   */
  static withCapacity(capacity: number): OSArray {
    const array = new OSArray()
    return array.initWithCapacity(capacity) ? array : tooManyPlaces('OSArray')
  }

  /**
   * An array of the objects, which it retains; null if the capacity is neither 0 nor enough.
   * @xnu libkern/c++/OSArray.cpp withObjects — faithful
   */
  static withObjects(objects: readonly OSObject[], capacity?: 0): OSArray
  static withObjects(objects: readonly OSObject[], capacity: number): OSArray | null
  static withObjects(objects: readonly OSObject[], capacity = 0): OSArray | null {
    const array = new OSArray()
    if (array.initWithObjects(objects, capacity)) return array
    array.release()
    return null
  }

  /**
   * A copy of the array that shares the members; null if the capacity is neither 0 nor enough.
   * @xnu libkern/c++/OSArray.cpp withArray — faithful
   */
  static withArray(source: OSArray, capacity?: 0): OSArray
  static withArray(source: OSArray, capacity: number): OSArray | null
  static withArray(source: OSArray, capacity = 0): OSArray | null {
    return OSArray.withObjects(source.items, capacity)
  }

  /** For subclasses. @xnu libkern/c++/OSArray.cpp initWithCapacity — faithful */
  initWithCapacity(capacity: number): boolean {
    return this.room.init(capacity)
  }

  /**
   * For subclasses; stops with false at an object that is none.
   * @xnu libkern/c++/OSArray.cpp initWithObjects — faithful
   */
  initWithObjects(objects: readonly (OSObject | null)[], capacity = 0): boolean {
    if (capacity !== 0 && objects.length > capacity) return false
    if (!this.initWithCapacity(capacity === 0 ? objects.length : capacity)) return false
    for (const object of objects) {
      if (object === null) return false
      this.push(object)
    }
    return true
  }

  /** For subclasses. @xnu libkern/c++/OSArray.cpp initWithArray — faithful */
  initWithArray(source: OSArray | null, capacity = 0): boolean {
    return source !== null && this.initWithObjects(source.items, capacity)
  }

  /** @xnu libkern/c++/OSArray.cpp getCount — faithful */
  getCount(): number {
    return this.items.length
  }

  /** @xnu libkern/c++/OSArray.cpp getCapacity — faithful */
  getCapacity(): number {
    return this.room.capacity
  }

  /** @xnu libkern/c++/OSArray.cpp getCapacityIncrement — faithful */
  getCapacityIncrement(): number {
    return this.room.increment
  }

  /** @xnu libkern/c++/OSArray.cpp setCapacityIncrement — faithful */
  setCapacityIncrement(increment: number): number {
    return this.room.setIncrement(increment)
  }

  /** @xnu libkern/c++/OSArray.cpp ensureCapacity — faithful */
  ensureCapacity(capacity: number): number {
    return this.room.ensure(capacity)
  }

  /**
   * Appends, or with an index inserts before that place; false beyond the end. Retains the object.
   * @xnu libkern/c++/OSArray.cpp setObject — faithful
   */
  setObject(object: OSObject | null): boolean
  setObject(index: number, object: OSObject | null): boolean
  setObject(first: number | OSObject | null, second?: OSObject | null): boolean {
    const index = typeof first === 'number' ? first : this.items.length
    const object = typeof first === 'number' ? second : first
    if (object === null || object === undefined || index > this.items.length) return false
    if (this.items.length >= this.room.capacity) this.ensureCapacity(this.items.length + 1)
    this.haveUpdated()
    object.taggedRetain(collectionTag)
    if (index === this.items.length) this.items.push(object)
    else this.items.splice(index, 0, object)
    return true
  }

  /** Appends an object whose reference the caller gives away. @xnu ours: setObject, then release */
  adopt(object: OSObject): boolean {
    const isAdded = this.setObject(object)
    object.release()
    return isAdded
  }

  /**
   * The member at that place, without a reference; null beyond the end.
   * @xnu libkern/c++/OSArray.cpp getObject — faithful
   */
  getObject(index: number): OSObject | null {
    return this.items[index] ?? null
  }

  /** The last member, without a reference. @xnu libkern/c++/OSArray.cpp getLastObject — faithful */
  getLastObject(): OSObject | null {
    return this.items[this.items.length - 1] ?? null
  }

  /**
   * Puts another object in a place; nothing happens beyond the end.
   * @xnu libkern/c++/OSArray.cpp replaceObject — faithful
   */
  replaceObject(index: number, object: OSObject | null): void {
    const old = this.items[index]
    if (old === undefined || object === null) return
    this.haveUpdated()
    object.taggedRetain(collectionTag)
    this.items[index] = object
    old.taggedRelease(collectionTag)
  }

  /** Takes a member out; later ones move down. @xnu libkern/c++/OSArray.cpp removeObject — faithful */
  removeObject(index: number): void {
    const old = this.items[index]
    if (old === undefined) return
    this.haveUpdated()
    this.items.splice(index, 1)
    old.taggedRelease(collectionTag)
  }

  /** @xnu libkern/c++/OSArray.cpp flushCollection — faithful */
  flushCollection(): void {
    this.haveUpdated()
    this.drop()
  }

  /** Appends the members of another array, as one change. @xnu libkern/c++/OSArray.cpp merge — faithful */
  merge(other: OSArray): boolean {
    const count = other.items.length
    if (count === 0) return true
    this.ensureCapacity(this.items.length + count)
    this.haveUpdated()
    for (let i = 0; i < count; i++) this.push(other.items[i]!)
    return true
  }

  /**
   * Place of the object itself from `index` on, or 0xffffffff.
   * @xnu libkern/c++/OSArray.cpp getNextIndexOfObject — faithful
   */
  getNextIndexOfObject(object: OSObject, index: number): number {
    const found = this.items.indexOf(object, index)
    return found < 0 ? kOSIndexNotFound : found
  }

  /** Members in order. @xnu ours: for loops over an array */
  values(): IterableIterator<OSObject> {
    return this.items.values()
  }

  /** @xnu libkern/c++/OSArray.cpp getNextObjectForIterator — faithful */
  members(): IterableIterator<OSObject> {
    return this.items.values()
  }

  protected nestedObjects(): IterableIterator<OSObject> {
    return this.items.values()
  }

  /** Same count, and members equal place by place. @xnu libkern/c++/OSArray.cpp isEqualTo — faithful */
  override isEqualTo(other: OSObject | null): boolean {
    if (other === this) return true
    if (!(other instanceof OSArray) || other.items.length !== this.items.length) return false
    return this.items.every((item, i) => item.isEqualTo(other.items[i]!))
  }

  /** @xnu libkern/c++/OSArray.cpp copyCollection — faithful */
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
      copy.push(nested)
      if (nested !== item) nested.release()
    }
    return copy
  }

  /** @xnu libkern/c++/OSArray.cpp serialize — faithful */
  override serialize(serializer: OSSerialize): boolean {
    if (serializer.previouslySerialized(this)) return true
    if (!serializer.addXMLStartTag(this, xmlTag)) return false
    for (const item of this.items) if (!item.serialize(serializer)) return false
    return serializer.addXMLEndTag(xmlTag)
  }

  /** @xnu libkern/c++/OSArray.cpp free — faithful */
  override free(): void {
    this.drop()
    super.free()
  }

  /** Adds at the end without counting it as a change. */
  private push(object: OSObject): void {
    object.taggedRetain(collectionTag)
    this.items.push(object)
  }

  private drop(): void {
    for (const item of this.items) item.taggedRelease(collectionTag)
    this.items.length = 0
  }
}
