import {
  kIOReturnBadArgument, kIOReturnNotPrivileged, kIOReturnSuccess, kIOReturnUnsupported, type IOReturn,
} from '../../abi/index.ts'
import {
  OSArray, OSCollection, OSDictionary, OSString, defineMetaClass, type OSMetaClass, type OSObject,
} from '../../libkern/index.ts'
import { current_task } from '../../mach/index.ts'
import type { Blocking } from '../../sim/index.ts'
import { gIOResourceMatchKey, gIOResourceMatchedKey } from '../matching/keys.ts'
import type { FamilyMatcher } from '../matching/MatchableEntry.ts'
import { getMatchRecorder, recordAsked, type AskedKey } from '../matching/MatchRecorder.ts'
import { IOService } from './IOService.ts'
import { publishResource } from './resources.ts'
import { serviceState } from './serviceState.ts'
import type { NewUserClientResult } from './userClients.ts'

/** Whether every resource is there that a dictionary names in IOResourceMatch. */
function hasResources(service: IOService, wanted: OSObject): boolean {
  const names = wanted instanceof OSCollection ? wanted.members() : [wanted]
  for (const name of names) {
    if (!(name instanceof OSString) || service.getProperty(name.getCStringNoCopy()) === null) return false
  }
  return true
}

/** Whether a resource was there when the drivers of this service were last matched. */
function wasMatched(service: IOService, wanted: OSObject): boolean {
  const matched = service.getProperty(gIOResourceMatchedKey)
  return matched instanceof OSArray && [...matched.values()].some((key) => wanted.isEqualTo(key))
}

/** Tells the recorder which resources are published, for a key that asks for some. */
function record(asked: Omit<AskedKey, 'found' | 'isMatch'>, isMatch: boolean): boolean {
  if (getMatchRecorder() === null) return isMatch
  const found = isMatch ? 'published' : 'not published'
  return recordAsked({ ...asked, found, isMatch, reason: 'RES' })
}

/**
 * IOResourceMatch: all that it names is published now. Without it, IOResourceMatched: that one was published at the
 * last match. @xnu iokit/Kernel/IOService.cpp IOResourcesMatchPropertyTable — faithful
 */
export const resourcesMatcher: FamilyMatcher = {
  compile(table) {
    const wanted = table.getObject(gIOResourceMatchKey)
    if (wanted !== null) {
      const key = gIOResourceMatchKey.getCStringNoCopy()
      return (service) => record({ service, table, key, wanted }, hasResources(service, wanted))
    }
    const before = table.getObject(gIOResourceMatchedKey)
    if (before === null) return () => true
    const key = gIOResourceMatchedKey.getCStringNoCopy()
    return (service) => record({ service, table, key, wanted: before }, wasMatched(service, before))
  },
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

  /** @xnu iokit/Kernel/IOService.cpp matchPropertyTable — faithful */
  override getFamilyMatcher(): FamilyMatcher {
    return resourcesMatcher
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

  /** kIOReturnUnsupported. @xnu iokit/Kernel/IOService.cpp newUserClient — faithful */
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

  /** @xnu iokit/Kernel/IOService.cpp matchPropertyTable — faithful */
  override getFamilyMatcher(): FamilyMatcher {
    return resourcesMatcher
  }

  /** kIOReturnUnsupported. @xnu iokit/Kernel/IOService.cpp newUserClient — faithful */
  override newUserClient(): Blocking<NewUserClientResult> {
    return { result: kIOReturnUnsupported, client: null }
  }
}
