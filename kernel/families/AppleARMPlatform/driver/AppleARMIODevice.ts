import type { NameMatch } from '../../../iokit/registry/index.ts'
import { IODTCompareNubName, deviceTreeTexts, resolveDeviceTreeNub } from '../../../iokit/platform/index.ts'
import { IOService } from '../../../iokit/service/index.ts'
import { defineMetaClass, type OSMetaClass, type OSString } from '../../../libkern/index.ts'

/** A block of the chip: names, registers and interrupts as the device tree gives them. */
export class AppleARMIODevice extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleARMIODevice', AppleARMIODevice, IOService)

  /** The entry's `name`, `compatible`, `device_type` and `model`, then the registry name. */
  override compareName(name: OSString, matched: NameMatch | null = null): boolean {
    return IODTCompareNubName(this, name, matched) || super.compareName(name, matched)
  }

  /** Works device memory and interrupts out of the entry's properties; when the nub is made. */
  resolve(): void {
    resolveDeviceTreeNub(this)
  }

  /** The first text of a property of the entry, or null. */
  deviceTreeText(key: string): string | null {
    return deviceTreeTexts(this.getProperty(key))[0] ?? null
  }
}
