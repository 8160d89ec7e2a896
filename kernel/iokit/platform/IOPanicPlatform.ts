import { panic } from '../../mach/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import type { KernelThread } from '../../sim/index.ts'
import type { IOService } from '../service/index.ts'
import { IOPlatformExpert } from './IOPlatformExpert.ts'

/**
 * The platform expert that wins when no other knows the machine: it says so in a panic.
 * @xnu iokit/Kernel/IOPlatformExpert.cpp IOPanicPlatform — faithful
 */
export class IOPanicPlatform extends IOPlatformExpert {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOPanicPlatform', IOPanicPlatform, IOPlatformExpert)

  /** Config thread. @xnu iokit/Kernel/IOPlatformExpert.cpp IOPanicPlatform::start — faithful */
  // eslint-disable-next-line require-yield -- it never comes to that
  override *start(provider: IOService): KernelThread<boolean> {
    panic(`Unable to find driver for this platform: "${provider.getName()}".`)
  }
}
