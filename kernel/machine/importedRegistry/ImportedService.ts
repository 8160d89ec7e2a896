import { kIOServiceBusyStateMask } from '../../abi/index.ts'
import { IOService } from '../../iokit/service/index.ts'
import {
  defineMetaClass,
  type OSDictionary,
  type OSMetaClass,
  type OSObject,
  type OSSymbol,
} from '../../libkern/index.ts'
import type { ServedFacts } from './ServedFacts.ts'

/**
 * A service of a served dump: class, retain count, state and busy time are the dump's. It drives nothing;
 * user clients are refused by the defaults of IOService.
 */
export class ImportedService extends IOService {
  static override readonly metaClass: OSMetaClass = defineMetaClass(
    'ImportedService',
    ImportedService,
    IOService,
  )

  private facts: ServedFacts | null = null

  /** Begins to serve; call after attaching, which looks into property tables. */
  serve(facts: ServedFacts): void {
    const { row } = facts.reading
    this.facts = facts
    this.internals.state0 = row.state ?? 0
    this.internals.state1 = row.busy & kIOServiceBusyStateMask
  }

  override getMetaClass(): OSMetaClass {
    return this.facts?.metaClass ?? super.getMetaClass()
  }

  override getRetainCount(): number {
    return this.facts?.reading.row.retain ?? super.getRetainCount()
  }

  /** A time that is printed as 0 ms was not nothing. */
  override getAccumulatedBusyTimeNs(): number {
    const busyTimeNs = this.facts?.reading.row.busyTimeNs
    return busyTimeNs == null ? 0 : Math.max(1, busyTimeNs)
  }

  override getPropertyTable(): OSDictionary {
    this.facts?.provideTable(this)
    return super.getPropertyTable()
  }

  override getProperty(key: OSSymbol | string): OSObject | null {
    this.facts?.provideTable(this)
    return this.facts?.presentationFor(key) ?? super.getProperty(key)
  }
}
