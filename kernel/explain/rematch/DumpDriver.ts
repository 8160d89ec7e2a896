import type { ImportedDictionary } from '../../importers/index.ts'
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
  /** The score it had in the end: the family's and the driver's probe are in it. Null where none is printed. */
  readonly score: number | null
  readonly properties: ImportedDictionary
}

const DEFAULT_CATEGORY = 'IODefaultMatchCategory'

/** The driver facts of an entry; `provider` is one of its parents. */
export function dumpDriver(entry: DumpEntry, provider: DumpEntry): DumpDriver {
  const properties = entry.row.properties!
  const text = (key: string): string | null => {
    const value = properties.get(key)
    return typeof value === 'string' ? value : null
  }
  return {
    entry, provider, properties,
    ioClass: text('IOClass') ?? entry.row.className,
    providerClass: text('IOProviderClass'),
    bundle: text('CFBundleIdentifier') ?? text('IOBundleIdentifier'),
    category: text('IOMatchCategory') ?? DEFAULT_CATEGORY,
    score: scoreOfValue(properties.get('IOProbeScore')),
  }
}

/** A printed score as the signed 32-bit number that it is: old dumps print -100 as 18446744073709551516. */
function scoreOfValue(value: ReturnType<ImportedDictionary['get']>): number | null {
  if (typeof value === 'bigint') return Number(BigInt.asIntN(32, value))
  return typeof value === 'number' ? value | 0 : null
}
