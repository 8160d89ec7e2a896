import type { ClassTable } from '../classes/ClassTable.ts'
import { isMatchedDriver, type DumpEntry } from './DumpTree.ts'

/**
 * Providers that exist once, to which drivers attach that later open and join others: such joins teach
 * nothing.
 */
const SINGLE = new Set(['IOResources', 'IOUserResources'])

/**
 * What the dump tells of classes: printed superclasses, and that a provider on which matching put a driver
 * is of the class that the driver's personality asks for.
 */
export function learnClasses(entries: readonly DumpEntry[], classes: ClassTable): void {
  for (const { row } of entries) if (row.inheritance !== null) classes.addInheritance(row.inheritance)
  const wanted = new Map<string, Set<string>>()
  for (const entry of entries) {
    if (!isMatchedDriver(entry)) continue
    const asked = entry.row.properties?.get('IOProviderClass')
    if (typeof asked !== 'string' || SINGLE.has(asked)) continue
    const classNames = entry.parents.map((parent) => parent.className)
    if (classNames.some((name) => classes.conforms(name, asked))) continue
    const unknown = classNames.find((name) => !classes.knows(name) && name !== 'IOService')
    if (unknown === undefined) continue
    const asks = wanted.get(unknown)
    if (asks === undefined) wanted.set(unknown, new Set([asked]))
    else asks.add(asked)
  }
  for (const [name, asks] of wanted) learnChain(name, asks, classes)
}

/** Classes asked of one class: the ones that inherit from others of them are nearer. */
function learnChain(name: string, asks: ReadonlySet<string>, classes: ClassTable): void {
  const nearest = [...asks].toSorted((a, b) => classes.chain(b).length - classes.chain(a).length)
  let below = name
  for (const superName of nearest) {
    if (classes.conforms(name, superName)) continue
    classes.learn(below, superName)
    below = superName
  }
}
