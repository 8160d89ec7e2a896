import { IODTCompareNubName, deviceTreeWords } from '../../../iokit/platform/index.ts'
import { IOService } from '../../../iokit/service/index.ts'
import { OSData, defineMetaClass, type OSMetaClass, type OSString } from '../../../libkern/index.ts'
import { wait, type KernelThread } from '../../../sim/index.ts'

/** Base of the drivers of Apple's IOMMUs. */
export class IODART extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IODART', IODART, IOService, { abstract: true })
}

/** One stream of a DART that a device is behind. */
export class IODARTMapperNub extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IODARTMapperNub', IODARTMapperNub, IOService)

  override compareName(name: OSString): boolean {
    return IODTCompareNubName(this, name.getCStringNoCopy()) || super.compareName(name)
  }

  /** Number of the stream at its DART. */
  stream(): number {
    return deviceTreeWords(this.getProperty('reg'))[0] ?? 0
  }
}

/**
 * The mapper of one stream. Its DART lets the stream pass unchanged, so a device address is a physical
 * address.
 */
export class IODARTMapper extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IODARTMapper', IODARTMapper, IOService)

  /** Matching thread. */
  override *start(provider: IOService): KernelThread<boolean> {
    if (!(yield* wait(super.start(provider)))) return false
    const phandle = provider.getProperty('AAPL,phandle')
    if (!(phandle instanceof OSData)) return false
    this.setProperty('IOMapperID', phandle)
    this.registerService()
    return true
  }
}
