import { gIODTPlane } from '../../../iokit/registry/index.ts'
import { IOService } from '../../../iokit/service/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'
import { AppleARMIODevice } from './AppleARMIODevice.ts'

/** Drives the I/O fabric of a chip: publishes what hangs on it. */
export class AppleARMIO extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AppleARMIO', AppleARMIO, IOService)

  /**
   * Makes a nub of every block in the order of the device tree. The interrupt controller is matched to its
   * end
   * first: everything else may ask for interrupts. Matching thread.
   */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    const nubs = provider.children(gIODTPlane).flatMap((entry) => {
      const nub = new AppleARMIODevice()
      if (!nub.initWithEntry(entry, gIODTPlane)) return []
      nub.resolve()
      nub.attach(this)
      return [nub]
    })
    const master = nubs.find((nub) => nub.deviceTreeText('interrupt-controller') === 'master')
    if (master !== undefined) yield* master.registerServiceSynchronously()
    for (const nub of nubs) {
      if (nub !== master) nub.registerService()
      nub.release()
    }
    this.registerService()
    return true
  }
}

/** The fabric of the T8101 and T8103. */
export class AppleT810xIO extends AppleARMIO {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AppleT810xIO', AppleT810xIO, AppleARMIO)
}
