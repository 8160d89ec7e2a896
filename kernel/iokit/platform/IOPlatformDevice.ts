import { kIOReturnSuccess, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass, type OSString } from '../../libkern/index.ts'
import type { NameMatch } from '../registry/index.ts'
import { IOService } from '../service/index.ts'
import { getPlatform } from './platform.ts'

/**
 * A nub that the platform expert publishes. @xnu iokit/Kernel/IOPlatformExpert.cpp IOPlatformDevice —
 * faithful
 */
export class IOPlatformDevice extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOPlatformDevice', IOPlatformDevice, IOService)

  /**
   * The platform expert knows the nub's names. Any context.
   * @xnu iokit/Kernel/IOPlatformExpert.cpp IOPlatformDevice::compareName — faithful
   */
  override compareName(name: OSString, matched: NameMatch | null = null): boolean {
    const platform = getPlatform()
    return platform === null ? super.compareName(name, matched) : platform.compareNubName(this, name, matched)
  }

  /**
   * Called by matching before a driver is started: device memory and interrupts are filled in.
   * @xnu iokit/Kernel/IOPlatformExpert.cpp IOPlatformDevice::getResources — faithful
   */
  override getResources(): IOReturn {
    return getPlatform()?.getNubResources(this) ?? kIOReturnSuccess
  }

  /** The place of a match is the nub. @xnu iokit/Kernel/IOPlatformExpert.cpp matchLocation — faithful */
  override matchLocation(_client: IOService): IOService {
    return this
  }
}
