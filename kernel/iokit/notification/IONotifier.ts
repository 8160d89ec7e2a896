import { OSObject, defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'

/**
 * A registration that can be removed. `remove` ends it and drops the reference its maker was given.
 * @xnu iokit/IOKit/IONotifier.h IONotifier — faithful
 */
export abstract class IONotifier extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IONotifier', IONotifier, OSObject, { abstract: true })

  /** No handler runs any more once the one that runs now has ended. */
  abstract remove(): void
  /** Stops deliveries; the former state, for `enable`. */
  abstract disable(): boolean
  abstract enable(was: boolean): void
}
