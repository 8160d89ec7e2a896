import type { NameMatch } from '../../../iokit/registry/index.ts'
import { IODTCompareNubName, deviceTreeWords } from '../../../iokit/platform/index.ts'
import { IOService } from '../../../iokit/service/index.ts'
import { defineMetaClass, type OSMetaClass, type OSString } from '../../../libkern/index.ts'

/** Base of the drivers of Apple's IOMMUs. */
export abstract class IODART extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IODART', IODART, IOService, { abstract: true })

  /** From now on a stream is walked through the tables below `top` (a physical address). */
  abstract translateStream(stream: number, top: number): void

  /** Makes the hardware forget what it knows of a stream. */
  abstract invalidateStream(stream: number): void
}

/** One stream of a DART that a device is behind. */
export class IODARTMapperNub extends IOService {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IODARTMapperNub', IODARTMapperNub, IOService)

  override compareName(name: OSString, matched: NameMatch | null = null): boolean {
    return IODTCompareNubName(this, name, matched) || super.compareName(name, matched)
  }

  /** Number of the stream at its DART. */
  stream(): number {
    return deviceTreeWords(this.getProperty('reg'))[0] ?? 0
  }
}
