import type { OSCollection } from './OSCollection.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'

/** Walks a set of objects. @xnu libkern/c++/OSIterator.cpp OSIterator — faithful */
export abstract class OSIterator extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass(
    'OSIterator', OSIterator, OSObject, { abstract: true },
  )

  /** Starts again at the first object. @xnu libkern/libkern/c++/OSIterator.h reset — faithful */
  abstract reset(): void
  /**
   * False once the thing iterated over has changed. @xnu libkern/libkern/c++/OSIterator.h isValid — faithful
   */
  abstract isValid(): boolean
  /**
   * The next object, without a reference; null at the end or when no longer valid.
   * @xnu libkern/libkern/c++/OSIterator.h getNextObject — faithful
   */
  abstract getNextObject(): OSObject | null
}

/**
 * Walks a collection; of a dictionary its keys. A change of the collection ends the walk until `reset`.
 * @xnu libkern/c++/OSCollectionIterator.cpp OSCollectionIterator — faithful
 */
export class OSCollectionIterator extends OSIterator {
  static override readonly metaClass: OSMetaClass = defineMetaClass(
    'OSCollectionIterator', OSCollectionIterator, OSIterator,
  )

  private collection: OSCollection | null = null
  private walk: IterableIterator<OSObject> | null = null
  private stamp = 0

  /**
   * Holds a reference to the collection. One reference to the caller.
   * @xnu libkern/c++/OSCollectionIterator.cpp withCollection — faithful
   */
  static withCollection(collection: OSCollection): OSCollectionIterator {
    const iterator = new OSCollectionIterator()
    iterator.initWithCollection(collection)
    return iterator
  }

  /**
   * For subclasses. False without a collection.
   * @xnu libkern/c++/OSCollectionIterator.cpp initWithCollection — faithful
   */
  initWithCollection(collection: OSCollection | null): boolean {
    if (!this.init() || collection === null) return false
    collection.retain()
    this.collection = collection
    return true
  }

  /**
   * Back to the first object; what the collection is now is what it must stay.
   * @xnu libkern/c++/OSCollectionIterator.cpp reset — faithful
   */
  reset(): void {
    const { collection } = this
    if (collection === null) return
    this.walk = collection.members()
    this.stamp = collection.updateStamp
  }

  /**
   * False once the collection has changed since the first look or the last `reset`.
   * @xnu libkern/c++/OSCollectionIterator.cpp isValid — faithful
   */
  isValid(): boolean {
    const { collection } = this
    if (collection === null) return false
    if (this.walk === null) this.reset()
    return collection.updateStamp === this.stamp
  }

  /**
   * The next member, without a reference; null at the end or once not valid.
   * @xnu libkern/c++/OSCollectionIterator.cpp getNextObject — faithful
   */
  getNextObject(): OSObject | null {
    if (!this.isValid()) return null
    return this.walk?.next().value ?? null
  }

  /** @xnu libkern/c++/OSCollectionIterator.cpp free — faithful */
  override free(): void {
    this.collection?.release()
    this.collection = null
    super.free()
  }
}
