import { panic } from '../mach/debug.ts'
import { kernelPointer } from '../mach/pointers.ts'
import { defineMetaClass, OSMetaClass, type OSObjectClass } from './OSMetaClass.ts'
import type { OSSerialize } from './OSSerialize.ts'

/** Low half of the count word: all references. High half: references held by collections. */
const totalMask = 0xffff
const collectionReference = 0x10000
/** Low half of an object that is gone; one less marks an object whose count is pegged for ever. */
const freedCount = 0xffff
const peggedCount = 0xfffe

/** Count word of objects made at module load and shared by all worlds: retain and release leave it alone. */
export const permanentCountWord = peggedCount

/**
 * Root class of the kernel's objects: reference counts, run-time class, equality, serialisation.
 * A new object holds one reference and counts as an instance of its class.
 * @xnu libkern/c++/OSObject.cpp OSObject — faithful
 */
export class OSObject {
  static readonly metaClass: OSMetaClass = defineMetaClass('OSObject', OSObject, null, { abstract: true })

  private countWord: number
  /** One more than the number that a serialiser gave the object and still keeps; else 0. */
  writtenAs = 0

  /**
   * `isPermanent`: made at module load, shared by all worlds, never freed. For libkern's own constants only.
   */
  constructor(isPermanent = false) {
    const metaClass = new.target.metaClass
    if (isPermanent) {
      this.countWord = permanentCountWord
      metaClass.permanentInstances++
    } else {
      this.countWord = 1
      metaClass.instanceConstructed()
    }
  }

  /**
   * Second stage of construction; false makes the maker drop the object. Subclasses take their own arguments.
   * @xnu libkern/c++/OSObject.cpp init — faithful: allocations are tracked by development kernels
   */
  init(..._arguments: never[]): boolean {
    return true
  }

  /**
   * Called when the last reference goes. Subclasses let go of what they hold, then call super.
   * @xnu libkern/c++/OSObject.cpp free — simplified: the memory itself is the collector's
   */
  free(): void {
    this.getMetaClass().instanceDestructed()
  }

  /** The run-time class. @xnu libkern/c++/OSObject.cpp getMetaClass — faithful */
  getMetaClass(): OSMetaClass {
    return (this.constructor as unknown as OSObjectClass).metaClass
  }

  /**
   * The object itself if it is of that class or of one derived from it, else null. A name counts if the class
   * is loaded. @xnu libkern/c++/OSMetaClass.cpp OSMetaClassBase::metaCast — faithful
   */
  metaCast(wanted: OSMetaClass | string | { getCStringNoCopy(): string }): this | null {
    if (typeof wanted === 'string') return castByName(wanted, this)
    if ('getCStringNoCopy' in wanted) return castByName(wanted.getCStringNoCopy(), this)
    return wanted.checkMetaCast(this)
  }

  /** Takes a reference. Any context. @xnu libkern/c++/OSObject.cpp retain — faithful */
  retain(): void {
    const total = this.countWord & totalMask
    if (total >= peggedCount) return this.retainAtLimit(total)
    this.countWord++
  }

  /**
   * Takes a reference in the name of `tag`; the tag of collections is counted apart.
   * @xnu libkern/c++/OSObject.cpp taggedRetain — faithful
   */
  taggedRetain(tag: OSMetaClass | null): void {
    const total = this.countWord & totalMask
    if (total >= peggedCount) return this.retainAtLimit(total)
    this.countWord += tag !== null && tag.isCollectionTag ? collectionReference + 1 : 1
  }

  /** `taggedRetain` with the tag of collections. @xnu ours: spares the look at the tag */
  collectionRetain(): void {
    const word = this.countWord
    const total = word & totalMask
    if (total >= peggedCount) return this.retainAtLimit(total)
    this.countWord = word + (collectionReference + 1)
  }

  /** `taggedRelease` with the tag of collections. @xnu ours: spares the look at the tag */
  collectionRelease(): void {
    const word = this.countWord
    // The plain case: a reference of a collection, and not the last one. The rest is looked at in full.
    if ((word & totalMask) < peggedCount && (word & totalMask) > 1 && word > totalMask) {
      this.countWord = word - (collectionReference + 1)
    } else this.dropReference(collectionReference + 1, 1)
  }

  /**
   * Like `taggedRetain`, but answers false for an object that is gone.
   * @xnu libkern/c++/OSObject.cpp taggedTryRetain — faithful
   */
  taggedTryRetain(tag: OSMetaClass | null): boolean {
    if (this.isFreed()) return false
    this.taggedRetain(tag)
    return true
  }

  /**
   * Drops a reference and frees the object when fewer than `when` would remain.
   * @xnu libkern/c++/OSObject.cpp release — faithful
   */
  release(when = 1): void {
    this.dropReference(1, when)
  }

  /**
   * Drops a reference taken with `taggedRetain` under the same tag.
   * @xnu libkern/c++/OSObject.cpp taggedRelease — faithful
   */
  taggedRelease(tag: OSMetaClass | null, when = 1): void {
    this.dropReference(tag !== null && tag.isCollectionTag ? collectionReference + 1 : 1, when)
  }

  /**
   * All references, those of collections included.
   * @xnu libkern/c++/OSObject.cpp getRetainCount — faithful
   */
  getRetainCount(): number {
    return this.countWord & totalMask
  }

  /** References held by collections. @xnu ours: the upper half of the count word has no reader there */
  getCollectionRetainCount(): number {
    return this.countWord >>> 16
  }

  /**
   * True once `free` has run (the kernel would now be reading freed memory).
   * @xnu ours: for the workbench's own checks
   */
  isFreed(): boolean {
    return (this.countWord & totalMask) === freedCount
  }

  /**
   * Same value? Plain objects are equal only to themselves.
   * @xnu libkern/c++/OSMetaClass.cpp OSMetaClassBase::isEqualTo — faithful
   */
  isEqualTo(other: OSObject | null): boolean {
    return this === other
  }

  /**
   * Writes the object to a serialiser; false stops the whole serialisation.
   * @xnu libkern/c++/OSObject.cpp serialize — faithful
   */
  serialize(serializer: OSSerialize): boolean {
    return serializer.serializeText(`${this.getMetaClass().className} is not serializable`.slice(0, 127))
  }

  private retainAtLimit(total: number): void {
    if (total !== freedCount) return
    panic('OSObject::refcount: Attempting to retain a freed object', { location: 'OSObject.cpp:155' })
  }

  private dropReference(unit: number, when: number): void {
    const word = this.countWord
    const total = word & totalMask
    if (total >= peggedCount) return
    const next = (word - unit) >>> 0
    const left = next & totalMask
    if (left < next >>> 16) {
      const { className } = this.getMetaClass()
      panic(`A kext releasing a(n) ${className} has corrupted the registry.`, {
        location: 'OSObject.cpp:224',
      })
    }
    if (left >= when) {
      this.countWord = next
      return
    }
    this.countWord = freedCount
    this.free()
  }
}

function castByName<T extends OSObject>(name: string, object: T): T | null {
  return OSMetaClass.checkMetaCastWithName(name, object)
}

/**
 * The object as the wanted class, or null if it is of another kind (or null).
 * @xnu libkern/libkern/c++/OSMetaClass.h OSDynamicCast — faithful
 */
export function OSDynamicCast<T extends OSObject>(
  wanted: OSObjectClass<T>, object: OSObject | null | undefined,
): T | null {
  return object instanceof wanted ? object : null
}

/**
 * The object as the wanted class; another kind is a kernel panic, no object stays none.
 * @xnu libkern/c++/OSMetaClass.cpp requiredMetaCast — faithful
 */
export function OSRequiredCast<T extends OSObject>(wanted: OSObjectClass<T>, object: OSObject): T
export function OSRequiredCast<T extends OSObject>(
  wanted: OSObjectClass<T>, object: OSObject | null | undefined,
): T | null
export function OSRequiredCast<T extends OSObject>(
  wanted: OSObjectClass<T>, object: OSObject | null | undefined,
): T | null {
  if (object === null || object === undefined) return null
  if (object instanceof wanted) return object
  const [from, to] = [kernelPointer(object), kernelPointer(wanted.metaClass)]
  panic(`Unexpected cast fail: from ${from} to ${to}`, { location: 'OSMetaClass.cpp:304' })
}

/**
 * Takes a reference if there is an object, and hands it back.
 * @xnu ours: OSRetain is a tag for smart pointers
 */
export function OSRetain<T extends OSObject | null | undefined>(object: T): T {
  object?.retain()
  return object
}

/**
 * Drops a reference if there is an object.
 * @xnu libkern/libkern/c++/OSMetaClass.h OSSafeRelease — faithful
 */
export function OSSafeRelease(object: OSObject | null | undefined): void {
  object?.release()
}
