import { kIOReturnUnsupported, type IOReturn } from '../../abi/index.ts'
import { defineMetaClass, type OSMetaClass, type OSString } from '../../libkern/index.ts'
import { gIODTPlane, type IORegistryEntry, type NameMatch } from '../registry/index.ts'
import { IOService } from '../service/index.ts'
import { IODTCompareNubName } from './IODTSupport.ts'

/** What identifies a machine, for the properties of its root nub. */
export interface PlatformIdentity {
  readonly serialNumber: string
  readonly uuid: string
}

/**
 * The root nub: the machine itself. @xnu iokit/Kernel/IOPlatformExpert.cpp IOPlatformExpertDevice —
 * simplified: no user client
 *
 * @xnu iokit/Kernel/IOPlatformExpert.cpp IOPlatformExpertDevice::newUserClient — absent: there are no
 * diagnostics of allocations and no user servers to connect to
 */
export class IOPlatformExpertDevice extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOPlatformExpertDevice', IOPlatformExpertDevice, IOService)

  /** Takes the place of the device tree's root. Boot context. @xnu IOPlatformExpert.cpp init — faithful */
  initWithArgs(deviceTreeRoot: IORegistryEntry, identity: PlatformIdentity): boolean {
    if (!this.initWithEntry(deviceTreeRoot, gIODTPlane)) return false
    this.setProperty('IOPlatformSerialNumber', identity.serialNumber)
    this.setProperty('IOPlatformUUID', identity.uuid)
    return true
  }

  /**
   * Whether `name` is one of the names of the device tree's root. Any context.
   * @xnu iokit/Kernel/IOPlatformExpert.cpp IOPlatformExpertDevice::compareName — faithful
   */
  override compareName(name: OSString, matched: NameMatch | null = null): boolean {
    return IODTCompareNubName(this, name, matched)
  }

  /**
   * Only the kernel sets them: kIOReturnUnsupported.
   * @xnu iokit/Kernel/IOPlatformExpert.cpp IOPlatformExpertDevice::setProperties — faithful
   */
  override setProperties(): IOReturn {
    return kIOReturnUnsupported
  }
}
