import type { OSCollection } from './OSCollection.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'

/** Walks a set of objects. @xnu libkern/c++/OSIterator.cpp OSIterator — faithful */
export abstract class OSIterator extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass(
    'OSIterator', OSIterator, OSObject, { abstract: true },
  )

  /** Starts again at the first object. */
  abstract reset(): void
  /** False once the thing iterated over has changed. */
  abstract isValid(): boolean
  /** The next object, without a reference; null at the end or when no longer valid. */
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

  /** Holds a reference to the collection. One reference to the caller. */
  static withCollection(collection: OSCollection): OSCollectionIterator {
    const iterator = new OSCollectionIterator()
    collection.retain()
    iterator.collection = collection
    return iterator
  }

  reset(): void {
    this.walk = null
  }

  isValid(): boolean {
    const collection = this.begin()
    return collection !== null && collection.updateStamp === this.stamp
  }

  getNextObject(): OSObject | null {
    if (!this.isValid()) return null
    return this.walk?.next().value ?? null
  }

  override free(): void {
    this.collection?.release()
    this.collection = null
    super.free()
  }

  private begin(): OSCollection | null {
    const { collection } = this
    if (collection !== null && this.walk === null) {
      this.walk = collection.members()
      this.stamp = collection.updateStamp
    }
    return collection
  }
}
