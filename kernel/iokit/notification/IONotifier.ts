import { OSObject, defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import type { KernelThread } from '../../sim/index.ts'

/**
 * A registration that can be removed. Who was given it owns one reference, which `remove` drops.
 * @xnu iokit/IOKit/IONotifier.h IONotifier — faithful
 */
export abstract class IONotifier extends OSObject {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IONotifier', IONotifier, OSObject, { abstract: true })

  /**
   * Ends the registration and drops the caller's reference: the notifier is not to be used afterwards. Also
   * from within the handler. Any context; a handler that is asleep on another thread is not waited for.
   * @xnu iokit/IOKit/IONotifier.h remove — simplified: `removeAndWait` is the one that waits
   */
  abstract remove(): void

  /**
   * `remove` that returns only when no other thread is inside the handler. Thread context, outside of what
   * the handler may want to take.
   * @xnu iokit/IOKit/IONotifier.h remove — faithful
   */
  *removeAndWait(): KernelThread {
    this.remove()
  }

  /**
   * No deliveries begin until `enable`; the former state, for that. Any context.
   * @xnu iokit/IOKit/IONotifier.h disable — simplified: `disableAndWait` is the one that waits
   */
  abstract disable(): boolean

  /**
   * `disable` that returns only when no other thread is inside the handler. Thread context.
   * @xnu iokit/IOKit/IONotifier.h disable — faithful
   */
  *disableAndWait(): KernelThread<boolean> {
    return this.disable()
  }

  /** Restores what `disable` said. Any context. @xnu iokit/IOKit/IONotifier.h enable — faithful */
  abstract enable(was: boolean): void
}
