import { panic } from '../mach/debug.ts'
import { defineMetaClass, type OSMetaClass, type OSObjectClass } from './OSMetaClass.ts'
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

  /** `isPermanent`: made at module load, shared by all worlds, never freed. For libkern's own constants only. */
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

  /** Second stage of construction; false makes the maker drop the object. Subclasses take their own arguments. */
  init(..._arguments: never[]): boolean {
    return true
  }

  /** Called when the last reference goes. Subclasses let go of what they hold, then call super. */
  free(): void {
    this.getMetaClass().instanceDestructed()
  }

  getMetaClass(): OSMetaClass {
    return (this.constructor as unknown as OSObjectClass).metaClass
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

  /** Like `taggedRetain`, but answers false for an object that is gone. */
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

  /** Drops a reference taken with `taggedRetain` under the same tag. */
  taggedRelease(tag: OSMetaClass | null, when = 1): void {
    this.dropReference(tag !== null && tag.isCollectionTag ? collectionReference + 1 : 1, when)
  }

  /** All references, those of collections included. */
  getRetainCount(): number {
    return this.countWord & totalMask
  }

  /** References held by collections. */
  getCollectionRetainCount(): number {
    return this.countWord >>> 16
  }

  /** True once `free` has run (the kernel would now be reading freed memory). */
  isFreed(): boolean {
    return (this.countWord & totalMask) === freedCount
  }

  /** Same value? Plain objects are equal only to themselves. */
  isEqualTo(other: OSObject | null): boolean {
    return this === other
  }

  /**
   * Writes the object to a serialiser; false stops the whole serialisation.
   * @xnu libkern/c++/OSObject.cpp serialize — faithful
   */
  serialize(serializer: OSSerialize): boolean {
    return serializer.serializeText(`${this.getMetaClass().className} is not serializable`)
  }

  private retainAtLimit(total: number): void {
    if (total === freedCount) panic('OSObject::refcount: Attempting to retain a freed object')
  }

  private dropReference(unit: number, when: number): void {
    const word = this.countWord
    const total = word & totalMask
    if (total >= peggedCount) return
    const next = (word - unit) >>> 0
    const left = next & totalMask
    if (left < next >>> 16) {
      panic(`A kext releasing a(n) ${this.getMetaClass().className} has corrupted the registry.`)
    }
    if (left >= when) {
      this.countWord = next
      return
    }
    this.countWord = ((next & 0xffff0000) | freedCount) >>> 0
    this.free()
  }
}

/** The object as the wanted class, or null if it is of another kind (or null). */
export function OSDynamicCast<T extends OSObject>(
  wanted: OSObjectClass<T>, object: OSObject | null | undefined,
): T | null {
  return object instanceof wanted ? object : null
}

/**
 * The object as the wanted class; anything else is a simulated kernel panic.
 * @xnu libkern/libkern/c++/OSMetaClass.h OSRequiredCast — simplified: class names stand for the two pointers
 */
export function OSRequiredCast<T extends OSObject>(
  wanted: OSObjectClass<T>, object: OSObject | null | undefined,
): T {
  if (object instanceof wanted) return object
  const from = object === null || object === undefined ? '0x0' : object.getMetaClass().className
  panic(`Unexpected cast fail: from ${from} to ${wanted.metaClass.className}`)
}

/** Takes a reference if there is an object, and hands it back. */
export function OSRetain<T extends OSObject | null | undefined>(object: T): T {
  object?.retain()
  return object
}

/** Drops a reference if there is an object. */
export function OSSafeRelease(object: OSObject | null | undefined): void {
  object?.release()
}
