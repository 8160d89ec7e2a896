import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { kernelState } from '../../sim/index.ts'
import { IONotifier } from './IONotifier.ts'

/**
 * What a caller is given whose handler has removed the notifier already: nothing can be done to it, it lives
 * for ever.
 * @xnu iokit/Kernel/IOService.cpp _IOServiceNullNotifier — faithful
 */
export class NullNotifier extends IONotifier {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('_IOServiceNullNotifier', NullNotifier, IONotifier)

  override retain(): void {}
  override taggedRetain(): void {}
  override release(): void {}
  override taggedRelease(): void {}
  override remove(): void {}

  override disable(): boolean {
    return false
  }

  override enable(): void {}
}

/** `gIOServiceNullNotifier`, one per world. */
export const gIOServiceNullNotifier = kernelState(() => new NullNotifier())
