import type { NameMatch } from '../../../iokit/registry/index.ts'
import { IODTCompareNubName } from '../../../iokit/platform/index.ts'
import { IOService } from '../../../iokit/service/index.ts'
import { defineMetaClass, type OSMetaClass, type OSString } from '../../../libkern/index.ts'

/** The firmware of a coprocessor, as a nub: what talks to it attaches here. Its provider is the wrapper. */
export class AppleA7IOPNub extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AppleA7IOPNub', AppleA7IOPNub, IOService)

  override compareName(name: OSString, matched: NameMatch | null = null): boolean {
    return IODTCompareNubName(this, name, matched) || super.compareName(name, matched)
  }
}
