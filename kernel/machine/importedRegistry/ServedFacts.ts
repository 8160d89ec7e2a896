import { EMPTY_DICTIONARY } from '../../importers/index.ts'
import { OSDictionary, OSSymbol, toOSDictionary, type OSMetaClass } from '../../libkern/index.ts'
import {
  kPresentationHasProperties, kPresentationKey, kPresentationOverrides,
} from '../../userland/commands/ioreg/Presentation.ts'
import { kernelDictionary } from './kernelObjects.ts'
import { overridesOf } from './overrides.ts'
import type { Reading } from './readings.ts'

/** What the kernel object of an imported entry needs besides its links. Properties are made when first asked for. */
export class ServedFacts {
  private presentationTable: OSDictionary | null = null

  constructor(
    readonly reading: Reading,
    readonly metaClass: OSMetaClass,
    /** What the root says of the whole dump; null elsewhere. */
    private readonly dumpStyle: Readonly<Record<string, string | boolean>> | null,
  ) {}

  /** The property table, with one reference to the caller. */
  makeProperties(): OSDictionary {
    return kernelDictionary(this.reading.row.properties ?? EMPTY_DICTIONARY)
  }

  /** The answer to `kPresentationKey`, not retained; null for any other key. */
  presentationFor(key: OSSymbol | string): OSDictionary | null {
    const name = typeof key === 'string' ? key : key.getCStringNoCopy()
    if (name !== kPresentationKey) return null
    this.presentationTable ??= this.makePresentation()
    return this.presentationTable
  }

  private makePresentation(): OSDictionary {
    const { properties } = this.reading.row
    const overrides = new Map<string, string>()
    for (const [ordinal, override] of overridesOf(properties ?? EMPTY_DICTIONARY)) overrides.set(String(ordinal), override)
    return toOSDictionary({
      ...this.dumpStyle,
      [kPresentationHasProperties]: properties !== null,
      [kPresentationOverrides]: overrides,
    })
  }
}
