import { IODTNVRAM } from '../../../iokit/platform/index.ts'
import { IORegistryEntry, gIODTPlane } from '../../../iokit/registry/index.ts'
import { IOService } from '../../../iokit/service/index.ts'
import { defineMetaClass, type OSMetaClass } from '../../../libkern/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'

const OPTIONS_PATH = 'IODeviceTree:/options'

/** The variables that firmware keeps, on a machine with EFI. */
export class AppleEFINVRAM extends IODTNVRAM {
  static override readonly metaClass: OSMetaClass = defineMetaClass('AppleEFINVRAM', AppleEFINVRAM, IODTNVRAM)
}

/** Stands for the firmware's runtime services: publishes its variables. */
export class AppleEFIRuntime extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('AppleEFIRuntime', AppleEFIRuntime, IOService)

  /** Matching thread. */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    const options = IORegistryEntry.fromPath(OPTIONS_PATH)
    if (options === null) return false
    const variables = new AppleEFINVRAM()
    variables.initWithEntry(options, gIODTPlane)
    options.release()
    variables.setName('AppleEFINVRAM')
    variables.attach(this)
    variables.publish()
    variables.release()
    this.registerService()
    return true
  }
}
