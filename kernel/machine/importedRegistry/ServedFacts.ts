import { EMPTY_DICTIONARY } from '../../importers/index.ts'
import { toOSDictionary, type OSDictionary, type OSMetaClass, type OSSymbol } from '../../libkern/index.ts'
import {
  kPresentationHasProperties,
  kPresentationKey,
  kPresentationOverrides,
} from '../../userland/commands/ioreg/Presentation.ts'
import { kernelDictionary } from './kernelObjects.ts'
import { overridesOf } from './overrides.ts'
import type { Reading } from './readings.ts'

/**
 * What the kernel object of an imported entry needs besides its links. Tables are made when first asked for.
 */
export class ServedFacts {
  private presentation: OSDictionary | null = null
  private hasProperties = false

  constructor(
    readonly reading: Reading,
    readonly metaClass: OSMetaClass,
    /** What the root says of the whole dump; null elsewhere. */
    private readonly dumpStyle: Readonly<Record<string, string | boolean>> | null,
  ) {}

  /** Gives `entry` its property table the first time it is called. */
  provideTable(entry: { setPropertyTable(table: OSDictionary): void }): void {
    if (this.hasProperties) return
    this.hasProperties = true
    const table = kernelDictionary(this.reading.row.properties ?? EMPTY_DICTIONARY)
    entry.setPropertyTable(table)
    table.release()
  }

  /** The answer to `kPresentationKey`, not retained; null for any other key. */
  presentationFor(key: OSSymbol | string): OSDictionary | null {
    const name = typeof key === 'string' ? key : key.getCStringNoCopy()
    if (name !== kPresentationKey) return null
    this.presentation ??= this.makePresentation()
    return this.presentation
  }

  private makePresentation(): OSDictionary {
    const { properties } = this.reading.row
    const overrides = new Map<string, string>()
    for (const [ordinal, override] of overridesOf(properties ?? EMPTY_DICTIONARY))
      overrides.set(String(ordinal), override)
    return toOSDictionary({
      ...this.dumpStyle,
      [kPresentationHasProperties]: properties !== null,
      [kPresentationOverrides]: overrides,
    })
  }
}
