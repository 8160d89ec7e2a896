import { IORegistryEntry } from '../../iokit/registry/index.ts'
import { defineMetaClass, type OSDictionary, type OSMetaClass, type OSObject, type OSSymbol } from '../../libkern/index.ts'
import type { ServedFacts } from './ServedFacts.ts'

/**
 * An entry of a served dump that is no service. Class and retain count are the dump's; the property table is made
 * when first asked for.
 */
export class ImportedRegistryEntry extends IORegistryEntry {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('ImportedRegistryEntry', ImportedRegistryEntry, IORegistryEntry)

  private facts: ServedFacts | null = null
  private hasTable = false

  /** Begins to serve; call after attaching, which looks into property tables. */
  serve(facts: ServedFacts): void {
    this.facts = facts
    this.hasTable = false
  }

  override getMetaClass(): OSMetaClass {
    return this.facts?.metaClass ?? super.getMetaClass()
  }

  override getRetainCount(): number {
    return this.facts?.reading.row.retain ?? super.getRetainCount()
  }

  override getPropertyTable(): OSDictionary {
    this.makeTable()
    return super.getPropertyTable()
  }

  override getProperty(key: OSSymbol | string): OSObject | null {
    const presentation = this.facts?.presentationFor(key)
    if (presentation != null) return presentation
    this.makeTable()
    return super.getProperty(key)
  }

  private makeTable(): void {
    if (this.hasTable || this.facts === null) return
    this.hasTable = true
    const table = this.facts.makeProperties()
    this.setPropertyTable(table)
    table.release()
  }
}
