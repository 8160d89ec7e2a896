import type { ImportedRow } from '../../importers/index.ts'
import { OSMetaClass, registerClasses, type OSObjectClass } from '../../libkern/index.ts'
import { ImportedRegistryEntry } from './ImportedRegistryEntry.ts'
import { ImportedService } from './ImportedService.ts'

/** Owner of classes whose bundle the dump does not tell. */
const UNKNOWN_BUNDLE = 'imported'

/**
 * The run-time class of a served entry. A class that this world's kernel has stands for itself; any other is
 * made by name, below the superclasses that the dump tells, so that questions about classes are answered as
 * on the Mac.
 */
export function servedClass(row: ImportedRow): OSMetaClass {
  const object = row.state === null ? ImportedRegistryEntry : ImportedService
  let metaClass = object.metaClass.superMetaClass ?? object.metaClass
  for (const className of row.inheritance ?? [row.className]) {
    metaClass =
      OSMetaClass.metaClassWithName(className) ??
      makeClass(className, { superMetaClass: metaClass, object, row })
  }
  return metaClass
}

interface NewClass {
  readonly superMetaClass: OSMetaClass
  readonly object: OSObjectClass
  readonly row: ImportedRow
}

function makeClass(className: string, { superMetaClass, object, row }: NewClass): OSMetaClass {
  const metaClass = new OSMetaClass({ className, constructor: object, superMetaClass, isAbstract: false })
  registerClasses(bundleOf(row, className), [metaClass])
  return metaClass
}

/** The bundle of a class, where the entry is an instance of it and says so. */
function bundleOf(row: ImportedRow, className: string): string {
  if (className !== row.className) return UNKNOWN_BUNDLE
  if (row.bundle !== null) return row.bundle
  const bundle =
    row.properties?.get('IOClass') === className ? row.properties.get('CFBundleIdentifier') : undefined
  return typeof bundle === 'string' ? bundle : UNKNOWN_BUNDLE
}
