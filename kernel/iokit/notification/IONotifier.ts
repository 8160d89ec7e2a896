import { OSObject, defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import type { Blocking } from '../../sim/index.ts'

/**
 * A registration that can be removed. Who was given it owns one reference, which `remove` drops.
 * @xnu iokit/IOKit/IONotifier.h IONotifier — faithful
 */
export abstract class IONotifier extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IONotifier', IONotifier, OSObject, { abstract: true })

  /**
   * Ends the registration and drops the caller's reference: the notifier is not to be used afterwards. Also
   * from within the handler. Where another thread is inside the handler the answer is a thread body that ends
   * when it has left; a caller in thread context waits for it, outside of what the handler may want to take.
   * @xnu iokit/IOKit/IONotifier.h remove — faithful
   */
  abstract remove(): Blocking<void>

  /**
   * No deliveries begin until `enable`; the former state, for that. Where another thread is inside the handler
   * the answer is a thread body that ends with it when that has left. Any context.
   * @xnu iokit/IOKit/IONotifier.h disable — faithful
   */
  abstract disable(): Blocking<boolean>

  /** Restores what `disable` said. Any context. @xnu iokit/IOKit/IONotifier.h enable — faithful */
  abstract enable(was: boolean): void
}
