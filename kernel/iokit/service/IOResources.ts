import {
  kIOReturnBadArgument, kIOReturnNotPrivileged, kIOReturnSuccess, kIOReturnUnsupported, type IOReturn,
} from '../../abi/index.ts'
import {
  OSArray, OSCollection, OSDictionary, OSString, defineMetaClass, type OSMetaClass, type OSObject,
} from '../../libkern/index.ts'
import { current_task } from '../../mach/index.ts'
import type { Blocking } from '../../sim/index.ts'
import { gIOResourceMatchKey, gIOResourceMatchedKey } from '../matching/keys.ts'
import { IOService } from './IOService.ts'
import { publishResource } from './resources.ts'
import { serviceState } from './serviceState.ts'
import type { NewUserClientResult } from './userClients.ts'

/** Whether resources satisfy `IOResourceMatch`: all listed are there, or were at the last match. */
function matchResources(service: IOService, table: OSDictionary): boolean {
  const wanted = table.getObject(gIOResourceMatchKey)
  if (wanted === null) return true
  const isPresent = (name: OSObject): boolean => name instanceof OSString && service.getProperty(name.toString()) !== null
  if (wanted instanceof OSString) return isPresent(wanted) || wasMatched(service, wanted)
  return wanted instanceof OSCollection && [...wanted.members()].every(isPresent)
}

function wasMatched(service: IOService, name: OSString): boolean {
  const matched = service.getProperty(gIOResourceMatchedKey)
  return matched instanceof OSArray && [...matched.values()].some((key) => name.isEqualTo(key))
}

const kIOResourcesSetPropertyKey = 'com.apple.private.iokit.ioresources.setproperty'

/**
 * What the kernel's parts publish for drivers to wait for: each resource is a property.
 * @xnu iokit/Kernel/IOService.cpp IOResources — faithful
 */
export class IOResources extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOResources', IOResources, IOService)

  /**
   * Makes the world's one and attaches it below the root of services. One reference for the caller.
   * @xnu iokit/Kernel/IOService.cpp IOResources::resources — faithful
   */
  static resources(): IOResources {
    const service = new IOResources()
    service.init()
    serviceState().resources = service
    const root = serviceState().root
    if (root !== null) service.attach(root)
    return service
  }

  /**
   * `IOResourceMatch`: all that it lists must be published, or must have been at the last match. Any context.
   * @xnu iokit/Kernel/IOService.cpp IOResources::matchPropertyTable — faithful
   */
  override matchPropertyTable(table: OSDictionary): boolean {
    return matchResources(this, table)
  }

  /**
   * Publishes each key of a dictionary: for the super user, and tasks with the entitlement.
   * @xnu iokit/Kernel/IOService.cpp IOResources::setProperties — faithful
   */
  override setProperties(properties: OSObject): IOReturn {
    const task = current_task()
    if (!task.hasEntitlement(kIOResourcesSetPropertyKey) && !task.isPrivileged) return kIOReturnNotPrivileged
    if (!(properties instanceof OSDictionary)) return kIOReturnBadArgument
    for (const [key, value] of properties.entries()) publishResource(this, key, value)
    return kIOReturnSuccess
  }

  override newUserClient(): Blocking<NewUserClientResult> {
    return { result: kIOReturnUnsupported, client: null }
  }
}

/** The resources of user space. @xnu iokit/Kernel/IOService.cpp IOUserResources — faithful */
export class IOUserResources extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOUserResources', IOUserResources, IOService)

  /**
   * Makes the world's one and attaches it below the root of services. One reference for the caller.
   * @xnu iokit/Kernel/IOService.cpp IOUserResources::resources — faithful
   */
  static resources(): IOUserResources {
    const service = new IOUserResources()
    service.init()
    serviceState().userResources = service
    const root = serviceState().root
    if (root !== null) service.attach(root)
    return service
  }

  /**
   * `IOResourceMatch`: all that it lists must be published, or must have been at the last match. Any context.
   * @xnu iokit/Kernel/IOService.cpp IOUserResources::matchPropertyTable — faithful
   */
  override matchPropertyTable(table: OSDictionary): boolean {
    return matchResources(this, table)
  }

  override newUserClient(): Blocking<NewUserClientResult> {
    return { result: kIOReturnUnsupported, client: null }
  }
}
