import { defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { gIOPowerPlane, getRegistryRoot } from '../registry/index.ts'
import { IOService } from '../service/index.ts'

/** Top of the power tree. @xnu iokit/Kernel/IOPMrootDomain.cpp IORootParent — simplified: no power states */
export class IORootParent extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IORootParent', IORootParent, IOService)
}

/**
 * The link between a power parent and its child. @xnu iokit/Kernel/IOPowerConnection.cpp IOPowerConnection —
 * simplified: the link only
 */
export class IOPowerConnection extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOPowerConnection', IOPowerConnection, IOService)
}

/** Properties that the root domain shows from the start. */
const ROOT_DOMAIN_FACTS = {
  'Supported Features': {},
  'IOSleepSupported': true,
  'SleepDisabled': false,
} as const

/**
 * The root power domain: what the registry shows of it, and the top of the IOPower plane. The machine is
 * always on.
 * @xnu iokit/Kernel/IOPMrootDomain.cpp IOPMrootDomain — simplified: no sleep, wake, assertions or policy
 */
export class IOPMrootDomain extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IOPMrootDomain', IOPMrootDomain, IOService)

  /**
   * Joins the power plane below a new root parent and publishes itself. Matching thread. @xnu
   * IOPMrootDomain.cpp start — simplified: as above
   */
  startDomain(): void {
    for (const [key, value] of Object.entries(ROOT_DOMAIN_FACTS)) this.setProperty(key, value)
    const parent = new IORootParent()
    parent.init()
    parent.attach(this)
    parent.attachToParent(getRegistryRoot(), gIOPowerPlane)
    const connection = new IOPowerConnection()
    connection.init()
    connection.attachToParent(parent, gIOPowerPlane)
    this.attachToParent(connection, gIOPowerPlane)
    connection.release()
    parent.release()
    this.registerService()
  }
}
