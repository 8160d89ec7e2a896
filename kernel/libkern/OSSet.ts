import type { OSArray } from './OSArray.ts'
import { collectionTag, copyNested, grownCapacity, OSCollection, type CollectionCopies } from './OSCollection.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import type { OSObject } from './OSObject.ts'
import type { OSSerialize } from './OSSerialize.ts'

/**
 * Distinct objects (by identity) in order of entry; holds a reference to each.
 * @xnu libkern/c++/OSSet.cpp OSSet — faithful
 */
export class OSSet extends OSCollection {
  static override readonly metaClass: OSMetaClass = defineMetaClass('OSSet', OSSet, OSCollection)

  private readonly items = new Set<OSObject>()
  private capacity = 0
  private increment = 16

  /** An empty set. One reference to the caller, as with all makers. */
  static withCapacity(capacity: number): OSSet {
    const set = new OSSet()
    set.capacity = capacity
    set.increment = capacity === 0 ? 16 : capacity
    return set
  }

  static withObjects(objects: Iterable<OSObject>): OSSet {
    const set = OSSet.withCapacity(0)
    for (const object of objects) set.setObject(object)
    return set
  }

  static withArray(array: OSArray): OSSet {
    return OSSet.withObjects(array.values())
  }

  static withSet(source: OSSet): OSSet {
    return OSSet.withObjects(source.items)
  }

  getCount(): number {
    return this.items.size
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

  /** Enters an object, which is retained; false if it is in already. */
  setObject(object: OSObject | null): boolean {
    if (object === null || this.items.has(object)) return false
    this.haveUpdated()
    object.taggedRetain(collectionTag)
    this.items.add(object)
    this.ensureCapacity(this.items.size)
    return true
  }

  /** Enters an object whose reference the caller gives away. */
  adopt(object: OSObject): boolean {
    const isAdded = this.setObject(object)
    object.release()
    return isAdded
  }

  removeObject(object: OSObject | null): void {
    if (object === null || !this.items.has(object)) return
    this.haveUpdated()
    this.items.delete(object)
    object.taggedRelease(collectionTag)
  }

  containsObject(object: OSObject | null): boolean {
    return object !== null && this.items.has(object)
  }

  /** `containsObject` under its other name. */
  member(object: OSObject | null): boolean {
    return this.containsObject(object)
  }

  /** The first member, without a reference. */
  getAnyObject(): OSObject | null {
    for (const object of this.items) return object
    return null
  }

  flushCollection(): void {
    this.haveUpdated()
    this.drop()
  }

  /** Enters the members of another collection; true if any was new. */
  merge(other: OSSet | OSArray): boolean {
    let isChanged = false
    for (const object of [...other.values()]) if (this.setObject(object)) isChanged = true
    return isChanged
  }

  /** Members in order of entry. */
  values(): IterableIterator<OSObject> {
    return this.items.values()
  }

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
      if (!this.items.has(theirs) && !mine.isEqualTo(theirs)) return false
    }
    return true
  }

  override copyCollection(copies: CollectionCopies = new Map()): OSSet {
    const known = copies.get(this)
    if (known instanceof OSSet) {
      known.retain()
      return known
    }
    const copy = OSSet.withCapacity(this.items.size)
    copies.set(this, copy)
    for (const item of this.items) {
      const nested = copyNested(item, copies)
      copy.setObject(nested)
      if (nested !== item) nested.release()
    }
    return copy
  }

  override serialize(serializer: OSSerialize): boolean {
    if (serializer.previouslySerialized(this)) return true
    if (!serializer.addXMLStartTag(this, 'set')) return false
    for (const item of this.items) if (!item.serialize(serializer)) return false
    return serializer.addXMLEndTag('set')
  }

  override free(): void {
    this.drop()
    super.free()
  }

  private drop(): void {
    for (const item of this.items) item.taggedRelease(collectionTag)
    this.items.clear()
  }
}
