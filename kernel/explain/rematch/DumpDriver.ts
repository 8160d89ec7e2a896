import { kIODefaultMatchCategoryKey } from '../../abi/index.ts'
import type { ImportedDictionary } from '../../importers/index.ts'
import { writesItself } from '../rulePacks/index.ts'
import type { DumpEntry } from './DumpTree.ts'

/** A driver of the dump: an entry that matching made. */
export interface DumpDriver {
  readonly entry: DumpEntry
  /** Where matching made it: of several providers the one whose class fits. */
  readonly provider: DumpEntry
  readonly ioClass: string
  readonly providerClass: string | null
  readonly bundle: string | null
  readonly category: string
  /**
   * The score it had in the end: the family's and the driver's probe are in it. Null where none is printed.
   */
  readonly score: number | null
  readonly properties: ImportedDictionary
}

/** The driver facts of an entry; `provider` is one of its parents. */
export function dumpDriver(entry: DumpEntry, provider: DumpEntry): DumpDriver {
  const properties = entry.row.properties!
  const text = (key: string): string | null => {
    const value = properties.get(key)
    return typeof value === 'string' ? value : null
  }
  const ioClass = text('IOClass') ?? entry.row.className
  const category = writesItself(ioClass, 'IOMatchCategory') ? null : text('IOMatchCategory')
  return {
    entry, provider, properties, ioClass,
    providerClass: text('IOProviderClass'),
    bundle: text('CFBundleIdentifier') ?? text('IOBundleIdentifier'),
    category: category ?? kIODefaultMatchCategoryKey,
    score: scoreOfValue(properties.get('IOProbeScore')),
  }
}

/** A printed score as the signed 32-bit number that it is: old dumps print -100 as 18446744073709551516. */
function scoreOfValue(value: ReturnType<ImportedDictionary['get']>): number | null {
  if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value))
  return typeof value === 'number' ? value | 0 : null
}
