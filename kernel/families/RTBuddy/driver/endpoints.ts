import type { NameMatch } from '../../../iokit/registry/index.ts'
import { IOService } from '../../../iokit/service/index.ts'
import { IODTCompareNubName, deviceTreeTexts } from '../../../iokit/platform/index.ts'
import { defineMetaClass, type OSMetaClass, type OSString } from '../../../libkern/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'

/** An application endpoint of a coprocessor: drivers match its name. */
export class RTBuddyEndpointService extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('RTBuddyEndpointService', RTBuddyEndpointService, IOService)

  override compareName(name: OSString, matched: NameMatch | null = null): boolean {
    return IODTCompareNubName(this, name, matched) || super.compareName(name, matched)
  }
}

/** An endpoint of the coprocessor's operating system that the companion serves itself. */
export class RTBuddyBuiltinEndpoint extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('RTBuddyBuiltinEndpoint', RTBuddyBuiltinEndpoint, IOService, { abstract: true })
}

/** The reporting endpoint: the firmware writes its channels to the buffer it was given. */
export class RTBuddyIOReportingEndpoint extends RTBuddyBuiltinEndpoint {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('RTBuddyIOReportingEndpoint', RTBuddyIOReportingEndpoint, RTBuddyBuiltinEndpoint)
}

/** A running coprocessor as a service: what drives the device behind it attaches here, by role. */
export class RTBuddyService extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('RTBuddyService', RTBuddyService, IOService)

  /** Matching thread. */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    const role = deviceTreeTexts(provider.getProperty('role'))[0]
    if (role === undefined) return false
    this.setProperty('role', role)
    this.registerService()
    return true
  }
}
