import { OSIterator, defineMetaClass, type OSMetaClass, type OSObject } from '../../libkern/index.ts'

/**
 * Hands an iterator to user space: `copyNextObject` retains what it answers.
 * @xnu iokit/Kernel/IOUserClient.cpp IOUserIterator — faithful
 */
export class IOUserIterator extends OSIterator {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOUserIterator', IOUserIterator,
    OSIterator)

  protected iterator: OSIterator | null = null

  /**
   * Takes over the reference of `iterator`. One reference to the caller.
   * @xnu iokit/Kernel/IOUserClient.cpp IOUserIterator::withIterator — faithful
   */
  static withIterator(iterator: OSIterator): IOUserIterator {
    const made = new IOUserIterator()
    made.iterator = iterator
    return made
  }

  /** Begins again. @xnu iokit/Kernel/IOUserClient.cpp IOUserIterator::reset — faithful */
  override reset(): void {
    this.iterator?.reset()
  }

  /** Whether the collection is unchanged. @xnu iokit/Kernel/IOUserClient.cpp IOUserIterator::isValid — faithful */
  override isValid(): boolean {
    return this.iterator?.isValid() ?? false
  }

  /** Always null: user space takes `copyNextObject`. @xnu iokit/Kernel/IOUserClient.cpp IOUserIterator::getNextObject — faithful */
  override getNextObject(): OSObject | null {
    return null
  }

  /**
   * The next object with a reference for the caller.
   * @xnu iokit/Kernel/IOUserClient.cpp copyNextObject — faithful
   */
  copyNextObject(): OSObject | null {
    const next = this.iterator?.getNextObject() ?? null
    next?.retain()
    return next
  }

  /** What is wrapped: registry iterators are steered through it. @xnu ours: a field of the original's */
  get inner(): OSIterator | null {
    return this.iterator
  }

  /** The wrapped iterator goes. @xnu iokit/Kernel/IOUserClient.cpp IOUserIterator::free — faithful */
  override free(): void {
    this.iterator?.release()
    this.iterator = null
    super.free()
  }
}
