import { OSArray } from './OSArray.ts'
import {
  collectionTag, copyNested, OSCollection, Room, tooManyPlaces, type CollectionCopies,
} from './OSCollection.ts'
import { pointerBytes } from './kallocSizes.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import type { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'
import { XMLTag } from './XMLTag.ts'

const xmlTag = new XMLTag('set')

/**
 * Distinct objects (by identity) in order of entry; holds a reference to each.
 * @xnu libkern/c++/OSSet.cpp OSSet — faithful
 */
export class OSSet extends OSCollection {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSSet', OSSet, OSCollection)

  private readonly items = new Set<OSObject>()
  private readonly room = new Room(pointerBytes)
  private hasMemberArray = false

  /**
   * An empty set. One reference to the caller, as with all makers.
   * @xnu libkern/c++/OSSet.cpp withCapacity — faithful
   */
  static withCapacity(capacity: number): OSSet {
    const set = new OSSet()
    return set.initWithCapacity(capacity) ? set : tooManyPlaces('OSSet')
  }

  /**
   * The distinct ones of the objects; null if the capacity is neither 0 nor enough.
   * @xnu libkern/c++/OSSet.cpp withObjects — faithful
   */
  static withObjects(objects: readonly OSObject[], capacity?: 0): OSSet
  static withObjects(objects: readonly OSObject[], capacity: number): OSSet | null
  static withObjects(objects: readonly OSObject[], capacity = 0): OSSet | null {
    const set = new OSSet()
    if (set.initWithObjects(objects, capacity)) return set
    set.release()
    return null
  }

  /** The distinct members of an array, like `withObjects`. @xnu libkern/c++/OSSet.cpp withArray — faithful */
  static withArray(array: OSArray, capacity?: 0): OSSet
  static withArray(array: OSArray, capacity: number): OSSet | null
  static withArray(array: OSArray, capacity = 0): OSSet | null {
    return OSSet.withObjects([...array.values()], capacity)
  }

  /** A copy that shares the members, like `withObjects`. @xnu libkern/c++/OSSet.cpp withSet — faithful */
  static withSet(source: OSSet, capacity?: 0): OSSet
  static withSet(source: OSSet, capacity: number): OSSet | null
  static withSet(source: OSSet, capacity = 0): OSSet | null {
    return OSSet.withObjects([...source.items], capacity)
  }

  /**
   * For subclasses. The kernel keeps the members in an array, which counts as one.
   * @xnu libkern/c++/OSSet.cpp initWithCapacity — faithful
   */
  initWithCapacity(capacity: number): boolean {
    if (!this.hasMemberArray) OSArray.metaClass.instanceConstructed()
    this.hasMemberArray = true
    return this.room.init(capacity)
  }

  /**
   * For subclasses; what is no object is passed over.
   * @xnu libkern/c++/OSSet.cpp initWithObjects — faithful
   */
  initWithObjects(objects: readonly (OSObject | null)[], capacity = 0): boolean {
    if (capacity !== 0 && objects.length > capacity) return false
    if (!this.initWithCapacity(capacity === 0 ? objects.length : capacity)) return false
    for (const object of objects) this.setObject(object)
    return true
  }

  /** For subclasses. @xnu libkern/c++/OSSet.cpp initWithArray — faithful */
  initWithArray(array: OSArray | null, capacity = 0): boolean {
    return array !== null && this.initWithObjects([...array.values()], capacity)
  }

  /** For subclasses. @xnu libkern/c++/OSSet.cpp initWithSet — faithful */
  initWithSet(source: OSSet, capacity = 0): boolean {
    return this.initWithObjects([...source.items], capacity)
  }

  /** @xnu libkern/c++/OSSet.cpp getCount — faithful */
  getCount(): number {
    return this.items.size
  }

  /** @xnu libkern/c++/OSSet.cpp getCapacity — faithful */
  getCapacity(): number {
    return this.room.capacity
  }

  /** @xnu libkern/c++/OSSet.cpp getCapacityIncrement — faithful */
  getCapacityIncrement(): number {
    return this.room.increment
  }

  /** @xnu libkern/c++/OSSet.cpp setCapacityIncrement — faithful */
  setCapacityIncrement(increment: number): number {
    return this.room.setIncrement(increment)
  }

  /** @xnu libkern/c++/OSSet.cpp ensureCapacity — faithful */
  ensureCapacity(capacity: number): number {
    return this.room.ensure(capacity)
  }

  /**
   * Enters an object, which is retained; false if it is in already.
   * @xnu libkern/c++/OSSet.cpp setObject — faithful
   */
  setObject(object: OSObject | null): boolean {
    if (object !== null && this.items.has(object)) return false
    this.haveUpdated()
    if (object === null) return false
    if (this.items.size >= this.room.capacity) this.ensureCapacity(this.items.size + 1)
    object.taggedRetain(collectionTag)
    this.items.add(object)
    return true
  }

  /** Enters an object whose reference the caller gives away. @xnu ours: setObject, then release */
  adopt(object: OSObject): boolean {
    const isAdded = this.setObject(object)
    object.release()
    return isAdded
  }

  /** Takes a member out. @xnu libkern/c++/OSSet.cpp removeObject — faithful */
  removeObject(object: OSObject | null): void {
    if (object === null || !this.items.has(object)) return
    this.haveUpdated()
    this.items.delete(object)
    object.taggedRelease(collectionTag)
  }

  /** Is that very object a member? @xnu libkern/c++/OSSet.cpp containsObject — faithful */
  containsObject(object: OSObject | null): boolean {
    return object !== null && this.items.has(object)
  }

  /** `containsObject` under its other name. @xnu libkern/c++/OSSet.cpp member — faithful */
  member(object: OSObject | null): boolean {
    return this.containsObject(object)
  }

  /** The first member, without a reference. @xnu libkern/c++/OSSet.cpp getAnyObject — faithful */
  getAnyObject(): OSObject | null {
    for (const object of this.items) return object
    return null
  }

  /** @xnu libkern/c++/OSSet.cpp flushCollection — faithful */
  flushCollection(): void {
    this.haveUpdated()
    this.drop()
  }

  /**
   * Enters the members of another collection that are not in; true, also if all were.
   * @xnu libkern/c++/OSSet.cpp merge — faithful
   */
  merge(other: OSSet | OSArray): boolean {
    for (const object of [...other.values()]) this.setObject(object)
    return true
  }

  /** Members in order of entry. @xnu ours: for loops over a set */
  values(): IterableIterator<OSObject> {
    return this.items.values()
  }

  /** @xnu libkern/c++/OSSet.cpp getNextObjectForIterator — faithful */
  members(): IterableIterator<OSObject> {
    return this.items.values()
  }

  protected nestedObjects(): IterableIterator<OSObject> {
    return this.items.values()
  }

  /**
   * Same count, and each member of the other is in this one or equals the member in the same place.
   * @xnu libkern/c++/OSSet.cpp isEqualTo — faithful
   */
  override isEqualTo(other: OSObject | null): boolean {
    if (other === this) return true
    if (!(other instanceof OSSet) || other.items.size !== this.items.size) return false
    const own = this.items.values()
    for (const theirs of other.items) {
      const mine = own.next().value as OSObject
      if (!this.items.has(theirs) && !theirs.isEqualTo(mine)) return false
    }
    return true
  }

  /** @xnu libkern/c++/OSSet.cpp copyCollection — faithful */
  override copyCollection(copies: CollectionCopies = new Map()): OSSet {
    const known = copies.get(this)
    if (known instanceof OSSet) {
      known.retain()
      return known
    }
    const copy = OSSet.withCapacity(this.room.capacity)
    copy.room.increment = this.room.increment
    copies.set(this, copy)
    for (const item of this.items) {
      const nested = copyNested(item, copies)
      copy.setObject(nested)
      if (nested !== item) nested.release()
    }
    return copy
  }

  /** @xnu libkern/c++/OSSet.cpp serialize — faithful */
  override serialize(serializer: OSSerialize): boolean {
    if (serializer.previouslySerialized(this)) return true
    if (!serializer.addXMLStartTag(this, xmlTag)) return false
    for (const item of this.items) if (!item.serialize(serializer)) return false
    return serializer.addXMLEndTag(xmlTag)
  }

  /** @xnu libkern/c++/OSSet.cpp free — faithful */
  override free(): void {
    this.drop()
    if (this.hasMemberArray) OSArray.metaClass.instanceDestructed()
    super.free()
  }

  private drop(): void {
    for (const item of this.items) item.taggedRelease(collectionTag)
    this.items.clear()
  }
}
