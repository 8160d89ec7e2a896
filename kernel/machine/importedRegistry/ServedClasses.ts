import type { ImportedRow } from '../../importers/index.ts'
import { OSMetaClass, registerClasses, type OSObjectClass } from '../../libkern/index.ts'

/** Owner of classes whose bundle the dump does not tell. */
const UNKNOWN_BUNDLE = 'imported'

/**
 * The run-time classes of a served dump. A class that this world's kernel has stands for itself; any other is made
 * by name, below the superclasses that the dump tells, so that questions about classes are answered as on the Mac.
 */
export class ServedClasses {
  /** The class of an entry; `base` is the class of the object that serves it. */
  classOf(row: ImportedRow, base: OSObjectClass & { readonly metaClass: OSMetaClass }): OSMetaClass {
    const chain = row.inheritance ?? [row.className]
    const served = base.metaClass.superMetaClass ?? base.metaClass
    let metaClass = served
    for (const className of chain) {
      metaClass = OSMetaClass.metaClassWithName(className) ?? made(className, metaClass, { row, base })
    }
    return metaClass
  }
}

function made(
  className: string,
  superMetaClass: OSMetaClass,
  { row, base }: { readonly row: ImportedRow; readonly base: OSObjectClass },
): OSMetaClass {
  const metaClass = new OSMetaClass({ className, constructor: base, superMetaClass, isAbstract: false })
  registerClasses(bundleOf(row, className), [metaClass])
  return metaClass
}

/** The bundle of a class, where the entry is an instance of it and says so. */
function bundleOf(row: ImportedRow, className: string): string {
  if (className !== row.className) return UNKNOWN_BUNDLE
  if (row.bundle !== null) return row.bundle
  const bundle = row.properties?.get('IOClass') === className ? row.properties.get('CFBundleIdentifier') : undefined
  return typeof bundle === 'string' ? bundle : UNKNOWN_BUNDLE
}
