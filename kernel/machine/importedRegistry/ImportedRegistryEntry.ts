import { IORegistryEntry } from '../../iokit/registry/index.ts'
import {
  defineMetaClass,
  type OSDictionary,
  type OSMetaClass,
  type OSObject,
  type OSSymbol,
} from '../../libkern/index.ts'
import type { ServedFacts } from './ServedFacts.ts'

/** An entry of a served dump that is no service: class and retain count are the dump's. */
export class ImportedRegistryEntry extends IORegistryEntry {
  static override readonly metaClass: OSMetaClass = defineMetaClass(
    'ImportedRegistryEntry',
    ImportedRegistryEntry,
    IORegistryEntry,
  )

  private facts: ServedFacts | null = null

  /** Begins to serve; call after attaching, which looks into property tables. */
  serve(facts: ServedFacts): void {
    this.facts = facts
  }

  override getMetaClass(): OSMetaClass {
    return this.facts?.metaClass ?? super.getMetaClass()
  }

  override getRetainCount(): number {
    return this.facts?.reading.row.retain ?? super.getRetainCount()
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
