import { IOLog, panic } from '../mach/debug.ts'
import { kernelState } from '../sim/index.ts'
import { containerCapacity, isContainerCapacity } from './kallocSizes.ts'
import { defineMetaClass, type OSMetaClass } from './OSMetaClass.ts'
import { OSObject } from './OSObject.ts'

/** Collection options. */
export const kImmutable = 1
export const kSort = 2
export const kMASK = 0xffffffff

/** Debug switches of the object library in this world. */
class CollectionDebug {
  /** `io=0x40000`: changing a collection of the registry is let through. */
  allowsRegistryModifications = false
}

const debug = kernelState(() => new CollectionDebug())

/** Sets the `kOSRegistryModsMode` switch of the `io` boot-arg. @xnu ours: the boot-arg is read elsewhere */
export function setRegistryModificationsAllowed(isAllowed: boolean): void {
  debug().allowsRegistryModifications = isAllowed
}

/** Collections already copied, so that shared and cyclic parts stay so. */
export type CollectionCopies = Map<OSCollection, OSCollection>

/**
 * Base of the containers: update stamp, options, iteration, deep copy.
 * @xnu libkern/c++/OSCollection.cpp OSCollection — faithful
 */
export abstract class OSCollection extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass(
    'OSCollection', OSCollection, OSObject, { abstract: true },
  )

  private options = 0
  /** Rises with every change; iterators compare it. */
  updateStamp = 0

  /** Number of members. @xnu libkern/libkern/c++/OSCollection.h getCount — faithful */
  abstract getCount(): number
  /**
   * Members in order; of a dictionary its keys.
   * @xnu libkern/libkern/c++/OSCollection.h getNextObjectForIterator — faithful: the iterator is the state
   */
  abstract members(): IterableIterator<OSObject>
  /** Nested objects on which options act. */
  protected abstract nestedObjects(): IterableIterator<OSObject>
  /**
   * Places for members before room must be made.
   * @xnu libkern/libkern/c++/OSCollection.h getCapacity — faithful
   */
  abstract getCapacity(): number
  /**
   * Step in which the capacity grows.
   * @xnu libkern/libkern/c++/OSCollection.h getCapacityIncrement — faithful
   */
  abstract getCapacityIncrement(): number
  /**
   * Sets the step; 0 means 16. Answers it.
   * @xnu libkern/libkern/c++/OSCollection.h setCapacityIncrement — faithful
   */
  abstract setCapacityIncrement(increment: number): number
  /**
   * Makes room, in whole steps; answers the capacity.
   * @xnu libkern/libkern/c++/OSCollection.h ensureCapacity — faithful
   */
  abstract ensureCapacity(capacity: number): number
  /** Removes all members. @xnu libkern/libkern/c++/OSCollection.h flushCollection — faithful */
  abstract flushCollection(): void

  /**
   * To be called before each change. A collection of the registry may not change: kernel panic.
   * @xnu libkern/libkern/c++/OSCollection.h haveUpdated — simplified: no backtrace in the permissive mode
   */
  protected haveUpdated(): void {
    if ((this.options & kImmutable) !== 0) this.changedWhileImmutable()
    this.updateStamp++
  }

  private changedWhileImmutable(): void {
    const message = 'Trying to change a collection in the registry'
    if (!debug().allowsRegistryModifications) panic(message, { location: 'OSCollection.cpp:70' })
    IOLog(`${message}\n`)
  }

  /** The option bits. @xnu ours: read as what setOptions answers */
  getOptions(): number {
    return this.options
  }

  /** True once a collection belongs to the registry. @xnu ours: the kernel looks at the bit */
  isImmutable(): boolean {
    return (this.options & kImmutable) !== 0
  }

  /**
   * Sets the option bits under `mask`, in nested collections too, and answers the old bits.
   * @xnu libkern/c++/OSCollection.cpp setOptions — faithful
   */
  setOptions(options: number, mask: number): number {
    const old = this.options
    if (((old ^ options) & mask) === 0) return old
    this.options = (old & ~mask) | (options & mask)
    for (const nested of this.nestedObjects()) {
      if (nested instanceof OSCollection) nested.setOptions(options, mask)
    }
    return old
  }

  /**
   * Calls back with each member (a dictionary: each key) until `true`; false if the collection changed
   * meanwhile.
   * @xnu libkern/c++/OSCollection.cpp iterateObjects — faithful
   */
  iterateObjects(callback: (object: OSObject) => boolean): boolean {
    const stamp = this.updateStamp
    for (const object of this.members()) {
      if (callback(object)) break
      if (this.updateStamp !== stamp) return false
    }
    return this.updateStamp === stamp
  }

  /**
   * A copy in which nested collections are copied too and leaves are shared. One reference to the caller.
   * @xnu libkern/c++/OSCollection.cpp copyCollection — faithful
   */
  abstract copyCollection(copies?: CollectionCopies): OSCollection
}

/** The tag under which collections hold their members. */
export const collectionTag = OSCollection.metaClass

/** Room of a container: places, the step in which they grow, bytes of one. */
export class Room {
  capacity = 0
  increment = 16

  constructor(private readonly entryBytes: number) {}

  /** The places that a request gets from the allocator are the step too; false for more than there may be. */
  init(wanted: number): boolean {
    if (!isContainerCapacity(wanted, this.entryBytes)) return false
    this.capacity = containerCapacity(wanted, this.entryBytes)
    this.increment = this.capacity
    return true
  }

  /** 0 means 16. */
  setIncrement(increment: number): number {
    this.increment = increment === 0 ? 16 : increment
    return this.increment
  }

  /** Rounds up to a multiple of the step, then to what the allocator has; never less than before. */
  ensure(wanted: number): number {
    if (wanted <= this.capacity) return this.capacity
    const grown = Math.ceil(wanted / this.increment) * this.increment
    if (grown <= 0xffffffff) this.capacity = containerCapacity(grown, this.entryBytes)
    return this.capacity
  }
}

/** A container of that many places is none: the NULL dereference that it is for a caller who does not look. */
export function tooManyPlaces(className: string): never {
  panic(`${className}::withCapacity: more places than there may be`)
}

/** The member as it goes into a copy: nested collections as their copy (+1), leaves as themselves (+0). */
export function copyNested(object: OSObject, copies: CollectionCopies): OSObject {
  return object instanceof OSCollection ? object.copyCollection(copies) : object
}
