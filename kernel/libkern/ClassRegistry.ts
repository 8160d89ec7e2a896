import { IOLog } from '../mach/debug.ts'
import { kernelState } from '../sim/index.ts'
import type { OSMetaClass } from './OSMetaClass.ts'
import type { OSObject } from './OSObject.ts'

/** Bundle that owns the classes of the kernel itself. */
export const kernelBundleID = '__kernel__'

/** Live registered instances of one class, in order of entry; a subclass stands among them for its own set. */
export class InstanceSet {
  readonly members = new Set<OSObject | OSMetaClass>()
  /** How many of the members are subclasses: mostly none, and then nobody has to look. */
  subclasses = 0
}

/** Classes that are part of the kernel and so exist in every world; filled while modules load. */
export const kernelClasses: OSMetaClass[] = []

/** What one world knows of the classes: who is loaded, how many instances live. */
export class ClassRegistry {
  readonly byName = new Map<string, OSMetaClass>()
  readonly bundleOf = new Map<OSMetaClass, string>()
  readonly counts: number[] = []
  readonly instances = new Map<OSMetaClass, InstanceSet>()
  /** References taken with `copyMetaClassWithName`; a held class cannot be unloaded. */
  readonly held = new Map<OSMetaClass, number>()
  /** Longest line of superclasses of any class ever loaded, itself included. */
  deepestClass = 0

  constructor() {
    for (const metaClass of kernelClasses) {
      this.add(metaClass, kernelBundleID)
      for (let i = 0; i < metaClass.permanentInstances; i++) this.constructed(metaClass)
    }
  }

  add(metaClass: OSMetaClass, bundleID: string): void {
    this.byName.set(metaClass.className, metaClass)
    this.bundleOf.set(metaClass, bundleID)
    let depth = 1
    for (let above = metaClass.superMetaClass; above !== null; above = above.superMetaClass) depth++
    if (depth > this.deepestClass) this.deepestClass = depth
  }

  constructed(metaClass: OSMetaClass): void {
    const counts = this.counts
    while (counts.length <= metaClass.index) counts.push(0)
    const count = counts[metaClass.index]!++
    if (count === 0 && metaClass.superMetaClass !== null) this.constructed(metaClass.superMetaClass)
  }

  destructed(metaClass: OSMetaClass): void {
    const count = this.counts[metaClass.index] ?? 0
    this.counts[metaClass.index] = count - 1
    if (count <= 0) IOLog(`OSMetaClass: Class ${metaClass.className} - bad retain (${count - 1})\n`)
    if (count === 1 && metaClass.superMetaClass !== null) this.destructed(metaClass.superMetaClass)
  }
}

/** The classes of the world that runs. */
export const registry = kernelState(() => new ClassRegistry())
