import { OSDictionary, OSMetaClass, OSNumber, OSObject, defineMetaClass, type OSSerialize } from
  '../../libkern/index.ts'

/**
 * The registry root's `IOKitDiagnostics`: worked out anew on each read, so that it always tells the present counts.
 * @xnu iokit/Kernel/IOKitDebug.cpp IOKitDiagnostics::serialize — simplified: no allocation totals
 */
export class IOKitDiagnostics extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOKitDiagnostics', IOKitDiagnostics, OSObject)

  /** One reference to the caller. @xnu iokit/Kernel/IOKitDebug.cpp IOKitDiagnostics::diagnostics — faithful */
  static diagnostics(): IOKitDiagnostics {
    return new IOKitDiagnostics()
  }

  /** Any thread. @xnu iokit/Kernel/IOKitDebug.cpp IOKitDiagnostics::serialize — simplified: no allocation totals */
  override serialize(serializer: OSSerialize): boolean {
    const classes = OSDictionary.withCapacity(64)
    for (const [name, count] of OSMetaClass.classCounts()) classes.adopt(name, OSNumber.withNumber(count, 32))
    const dictionary = OSDictionary.withCapacity(1)
    dictionary.adopt('Classes', classes)
    const result = dictionary.serialize(serializer)
    dictionary.release()
    return result
  }
}
