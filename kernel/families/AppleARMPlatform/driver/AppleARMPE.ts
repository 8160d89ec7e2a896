import type { IOService } from '../../../iokit/service/index.ts'
import { IODTPlatformExpert, deviceTreeWords } from '../../../iokit/platform/index.ts'
import { gIODTPlane } from '../../../iokit/registry/index.ts'
import { OSData, defineMetaClass, toOSObject, type OSMetaClass } from '../../../libkern/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'

/** Drives a machine with an Apple chip: the device tree is its map. */
export class AppleARMPE extends IODTPlatformExpert {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleARMPE', AppleARMPE, IODTPlatformExpert)

  /** Matching thread. */
  override *start(provider: IOService): KernelThread<boolean> {
    const functions = OSData.withBytes(new Uint8Array(0))
    this.setProperty('IOFunctionParent00000001', functions)
    functions.release()
    const ranges = toOSObject([0, 0xffffffff])
    this.setProperty('Platform Memory Ranges', ranges)
    ranges.release()
    return yield* wait(super.start(provider))
  }

  override processorCount(): number {
    const cpus =
      this.getProvider()?.children(gIODTPlane).find((entry) => entry.getName(gIODTPlane) === 'cpus')
    return deviceTreeWords(cpus?.getProperty('max_cpus') ?? null)[0] ?? 1
  }
}
