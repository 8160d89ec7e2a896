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

  /** The names of the device tree only. @xnu iokit/Kernel/IOPlatformExpert.cpp compareName — faithful */
  override compareName(name: OSString, matched: NameMatch | null = null): boolean {
    return IODTCompareNubName(this, name, matched)
  }

  /** Only the kernel sets them. */
  override setProperties(): IOReturn {
    return kIOReturnUnsupported
  }
}
