import { OSObject, defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import type { InterestNotifier } from './interest.ts'

/**
 * Head of a chain. As a property of a service it holds the interest notifiers of one type: that is what
 * `ioreg` shows as "IOCommand is not serializable".
 * @xnu iokit/Kernel/IOCommand.cpp IOCommand — simplified: it heads chains of interest notifiers only
 */
export class IOCommand extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IOCommand', IOCommand, OSObject)

  /** `fCommandChain`, oldest first; each notifier is retained. */
  readonly chain: InterestNotifier[] = []
}
