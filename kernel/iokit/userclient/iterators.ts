import { OSIterator, defineMetaClass, type OSMetaClass, type OSObject } from '../../libkern/index.ts'

/**
 * Hands an iterator to user space: `copyNextObject` retains what it answers.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserIterator — faithful
 */
export class IOUserIterator extends OSIterator {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOUserIterator', IOUserIterator,
    OSIterator)

  protected iterator: OSIterator | null = null

  /** Takes over the reference of `iterator`. One reference to the caller. */
  static withIterator(iterator: OSIterator): IOUserIterator {
    const made = new IOUserIterator()
    made.iterator = iterator
    return made
  }

  override reset(): void {
    this.iterator?.reset()
  }

  override isValid(): boolean {
    return this.iterator?.isValid() ?? false
  }

  override getNextObject(): OSObject | null {
    return this.iterator?.getNextObject() ?? null
  }

  /**
   * The next object with a reference for the caller.
   * @xnu iokit/Kernel/IOUserClient.cpp copyNextObject — faithful
   */
  copyNextObject(): OSObject | null {
    const next = this.getNextObject()
    next?.retain()
    return next
  }

  /** What is wrapped: registry iterators are steered through it. */
  get inner(): OSIterator | null {
    return this.iterator
  }

  override free(): void {
    this.iterator?.release()
    this.iterator = null
    super.free()
  }
}
