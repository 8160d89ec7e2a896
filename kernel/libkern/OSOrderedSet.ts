import {
  collectionTag, copyNested, OSCollection, Room, tooManyPlaces, type CollectionCopies,
} from './OSCollection.ts'
import { pointerBytes } from './kallocSizes.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import type { OSObject } from './OSObject.ts'

/**
 * Positive: `first` stands before `second`. `second` is null when an object is rated alone (`orderObject`).
 * `ref` is what the set was made with.
 */
export type OSOrderFunction = (first: OSObject, second: OSObject | null, ref: unknown) => number

/**
 * Distinct objects, the greatest first by an ordering function; equal ones in order of entry.
 * @xnu libkern/c++/OSOrderedSet.cpp OSOrderedSet — faithful
 */
export class OSOrderedSet extends OSCollection {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('OSOrderedSet', OSOrderedSet, OSCollection)

  private readonly items: OSObject[] = []
  private ordering: OSOrderFunction | null = null
  private orderingRef: unknown = null
  private readonly room = new Room(pointerBytes)

  /**
   * An empty set. One reference to the caller.
   * @xnu libkern/c++/OSOrderedSet.cpp withCapacity — faithful
   */
  static withCapacity(
    capacity: number, ordering: OSOrderFunction | null = null, orderingRef: unknown = null,
  ): OSOrderedSet {
    const set = new OSOrderedSet()
    return set.initWithCapacity(capacity, ordering, orderingRef) ? set : tooManyPlaces('OSOrderedSet')
  }

  /** For subclasses. @xnu libkern/c++/OSOrderedSet.cpp initWithCapacity — faithful */
  initWithCapacity(
    capacity: number, ordering: OSOrderFunction | null = null, orderingRef: unknown = null,
  ): boolean {
    this.ordering = ordering
    this.orderingRef = orderingRef
    return this.room.init(capacity)
  }

  /** @xnu libkern/c++/OSOrderedSet.cpp getCount — faithful */
  getCount(): number {
    return this.items.length
  }

  /** @xnu libkern/c++/OSOrderedSet.cpp getCapacity — faithful */
  getCapacity(): number {
    return this.room.capacity
  }

  /** @xnu libkern/c++/OSOrderedSet.cpp getCapacityIncrement — faithful */
  getCapacityIncrement(): number {
    return this.room.increment
  }

  /** @xnu libkern/c++/OSOrderedSet.cpp setCapacityIncrement — faithful */
  setCapacityIncrement(increment: number): number {
    return this.room.setIncrement(increment)
  }

  /** @xnu libkern/c++/OSOrderedSet.cpp ensureCapacity — faithful */
  ensureCapacity(capacity: number): number {
    return this.room.ensure(capacity)
  }

  /**
   * Enters an object by the order, or at the index given; false if it is in already.
   * @xnu libkern/c++/OSOrderedSet.cpp setObject — faithful
   */
  setObject(object: OSObject | null): boolean
  setObject(index: number, object: OSObject | null): boolean
  setObject(first: number | OSObject | null, second?: OSObject | null): boolean {
    if (typeof first === 'number') return this.insert(first, second ?? null)
    return first !== null && this.insert(this.placeOf(first), first)
  }

  /** Enters an object whose reference the caller gives away. @xnu ours: setObject, then release */
  adopt(object: OSObject): boolean {
    const isAdded = this.setObject(object)
    object.release()
    return isAdded
  }

  /**
   * Enters an object before all others, whatever the order says.
   * @xnu libkern/c++/OSOrderedSet.cpp setFirstObject — faithful
   */
  setFirstObject(object: OSObject | null): boolean {
    return this.insert(0, object)
  }

  /**
   * Enters an object after all others, whatever the order says.
   * @xnu libkern/c++/OSOrderedSet.cpp setLastObject — faithful
   */
  setLastObject(object: OSObject | null): boolean {
    return this.insert(this.items.length, object)
  }

  /** Takes a member out. @xnu libkern/c++/OSOrderedSet.cpp removeObject — faithful */
  removeObject(object: OSObject | null): void {
    const index = object === null ? -1 : this.items.indexOf(object)
    if (index < 0 || object === null) return
    this.haveUpdated()
    this.items.splice(index, 1)
    object.taggedRelease(collectionTag)
  }

  /** Is that very object a member? @xnu libkern/c++/OSOrderedSet.cpp containsObject — faithful */
  containsObject(object: OSObject | null): boolean {
    return object !== null && this.items.includes(object)
  }

  /** `containsObject` under its other name. @xnu libkern/c++/OSOrderedSet.cpp member — faithful */
  member(object: OSObject | null): boolean {
    return this.containsObject(object)
  }

  /** The first member, without a reference. @xnu libkern/c++/OSOrderedSet.cpp getFirstObject — faithful */
  getFirstObject(): OSObject | null {
    return this.items[0] ?? null
  }

  /** The last member, without a reference. @xnu libkern/c++/OSOrderedSet.cpp getLastObject — faithful */
  getLastObject(): OSObject | null {
    return this.items[this.items.length - 1] ?? null
  }

  /** The member at that place, without a reference. @xnu libkern/c++/OSOrderedSet.cpp getObject — faithful */
  getObject(index: number): OSObject | null {
    return this.items[index] ?? null
  }

  /**
   * Rating of the object alone: the ordering function against nothing; 0 without one.
   * @xnu libkern/c++/OSOrderedSet.cpp orderObject — faithful
   */
  orderObject(object: OSObject): number {
    return this.ordering === null ? 0 : this.ordering(object, null, this.orderingRef)
  }

  /** What the ordering function is given. @xnu libkern/c++/OSOrderedSet.cpp getOrderingRef — faithful */
  getOrderingRef(): unknown {
    return this.orderingRef
  }

  /** @xnu libkern/c++/OSOrderedSet.cpp flushCollection — faithful */
  flushCollection(): void {
    this.haveUpdated()
    this.drop()
  }

  /** Members in order. @xnu ours: for loops over a set */
  values(): IterableIterator<OSObject> {
    return this.items.values()
  }

  /** @xnu libkern/c++/OSOrderedSet.cpp getNextObjectForIterator — faithful */
  members(): IterableIterator<OSObject> {
    return this.items.values()
  }

  protected nestedObjects(): IterableIterator<OSObject> {
    return this.items.values()
  }

  /** Same members in the same order, by value. @xnu libkern/c++/OSOrderedSet.cpp isEqualTo — faithful */
  override isEqualTo(other: OSObject | null): boolean {
    if (other === this) return true
    if (!(other instanceof OSOrderedSet) || other.items.length !== this.items.length) return false
    return this.items.every((item, i) => item.isEqualTo(other.items[i]!))
  }

  /** @xnu libkern/c++/OSOrderedSet.cpp copyCollection — faithful */
  override copyCollection(copies: CollectionCopies = new Map()): OSOrderedSet {
    const known = copies.get(this)
    if (known instanceof OSOrderedSet) {
      known.retain()
      return known
    }
    const copy = OSOrderedSet.withCapacity(this.room.capacity, this.ordering, this.orderingRef)
    copy.room.increment = this.room.increment
    copies.set(this, copy)
    for (const item of this.items) {
      const nested = copyNested(item, copies)
      copy.setLastObject(nested)
      if (nested !== item) nested.release()
    }
    return copy
  }

  /** @xnu libkern/c++/OSOrderedSet.cpp free — faithful */
  override free(): void {
    this.drop()
    super.free()
  }

  private placeOf(object: OSObject): number {
    const { ordering, items } = this
    if (ordering === null) return items.length
    let index = 0
    while (index < items.length && ordering(items[index]!, object, this.orderingRef) >= 0) index++
    return index
  }

  private insert(index: number, object: OSObject | null): boolean {
    if (object === null || index > this.items.length || this.items.includes(object)) return false
    if (this.items.length >= this.room.capacity) this.ensureCapacity(this.items.length + 1)
    this.haveUpdated()
    object.taggedRetain(collectionTag)
    this.items.splice(index, 0, object)
    return true
  }

  private drop(): void {
    for (const item of this.items) item.taggedRelease(collectionTag)
    this.items.length = 0
  }
}
