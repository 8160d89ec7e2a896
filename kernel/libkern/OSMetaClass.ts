import { kOSMetaClassDuplicateClass, kOSMetaClassHasInstances, kOSReturnSuccess } from '../abi/index.ts'
import type { IOReturn } from '../abi/index.ts'
import { IOLog, panic } from '../mach/debug.ts'
import { kernelState } from '../sim/index.ts'
import type { OSObject } from './OSObject.ts'

/** Constructor of an OSObject class, abstract or not. */
export type OSObjectClass<T extends OSObject = OSObject> =
  (abstract new (...args: never[]) => T) & { readonly metaClass: OSMetaClass }

/** Bundle that owns the classes of the kernel itself. */
export const kernelBundleID = '__kernel__'

interface MetaClassOptions {
  readonly className: string
  readonly constructor: OSObjectClass
  readonly superMetaClass: OSMetaClass | null
  readonly isAbstract: boolean
}

/** Set of live registered instances of one class; the set of a subclass is nested as a member. */
type InstanceSet = Set<OSObject | OSMetaClass>

const maxInstanceSetDepth = 16

/** Number the next metaclass gets: its place in the tables of each world. */
let nextIndex = 0

/** Classes that are part of the kernel and so exist in every world; filled while modules load. */
const kernelClasses: OSMetaClass[] = []

/** What one world knows of the classes: who is loaded, how many instances live. */
class ClassRegistry {
  readonly byName = new Map<string, OSMetaClass>()
  readonly bundleOf = new Map<OSMetaClass, string>()
  readonly counts: number[] = []
  readonly instances = new Map<OSMetaClass, InstanceSet>()

  constructor() {
    for (const metaClass of kernelClasses) {
      this.add(metaClass, kernelBundleID)
      for (let i = 0; i < metaClass.permanentInstances; i++) this.constructed(metaClass)
    }
  }

  add(metaClass: OSMetaClass, bundleID: string): void {
    this.byName.set(metaClass.className, metaClass)
    this.bundleOf.set(metaClass, bundleID)
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

const registry = kernelState(() => new ClassRegistry())

/**
 * Run-time class of an OSObject. The object itself is constant and shared by all worlds; which classes are loaded
 * and how many instances live is kept per world.
 * @xnu libkern/c++/OSMetaClass.cpp OSMetaClass — simplified: no class sizes, no reserved slots
 */
export class OSMetaClass {
  readonly className: string
  readonly instanceConstructor: OSObjectClass
  readonly superMetaClass: OSMetaClass | null
  readonly isAbstract: boolean
  readonly index: number
  /** True for the tag that marks references held by collections. */
  readonly isCollectionTag: boolean
  /** Objects made at module load and shared by all worlds (interned symbols, booleans). */
  permanentInstances = 0

  constructor(options: MetaClassOptions) {
    this.className = options.className
    this.instanceConstructor = options.constructor
    this.superMetaClass = options.superMetaClass
    this.isAbstract = options.isAbstract
    this.isCollectionTag = options.className === 'OSCollection'
    this.index = nextIndex++
  }

  getClassName(): string {
    return this.className
  }

  getSuperClass(): OSMetaClass | null {
    return this.superMetaClass
  }

  /**
   * A new object with one reference, not yet initialised; null for an abstract class.
   * @xnu libkern/c++/OSMetaClass.cpp alloc — faithful
   */
  alloc(): OSObject | null {
    if (this.isAbstract) return null
    return Reflect.construct(this.instanceConstructor, []) as OSObject
  }

  /**
   * Direct instances plus the number of direct subclasses that have any; not the total of descendants.
   * @xnu libkern/c++/OSMetaClass.cpp getInstanceCount — faithful
   */
  getInstanceCount(): number {
    return registry().counts[this.index] ?? 0
  }

  /** Counts a new object. The superclass hears of it only when this class goes from none to one. */
  instanceConstructed(): void {
    registry().constructed(this)
  }

  /** Counts an object away; the mirror of `instanceConstructed`. */
  instanceDestructed(): void {
    registry().destructed(this)
  }

  /** True if this class is `other` or derives from it. */
  isKindOf(other: OSMetaClass): boolean {
    if (this === other) return true
    let ancestor = this.superMetaClass
    while (ancestor !== null && ancestor !== other) ancestor = ancestor.superMetaClass
    return ancestor !== null
  }

  /** Bundle identifier of the kext that brought the class into this world; null if it is not loaded. */
  getKextIdentifier(): string | null {
    return registry().bundleOf.get(this) ?? null
  }

  /**
   * Enters a live instance for class-keyed searches. Any thread; takes no reference.
   * @xnu libkern/c++/OSMetaClass.cpp addInstance — faithful
   */
  addInstance(instance: OSObject | OSMetaClass): void {
    const sets = registry().instances
    let set = sets.get(this)
    if (set === undefined) {
      set = new Set()
      sets.set(this, set)
      this.superMetaClass?.addInstance(this)
    }
    set.add(instance)
  }

  /** Takes an instance out again; an empty set leaves its superclass. */
  removeInstance(instance: OSObject | OSMetaClass): void {
    const sets = registry().instances
    const set = sets.get(this)
    if (set === undefined) return
    set.delete(instance)
    if (set.size > 0) return
    sets.delete(this)
    this.superMetaClass?.removeInstance(this)
  }

  /**
   * Calls `applier` for each entered instance of this class and of its subclasses, depth first in order of entry,
   * until it returns true.
   * @xnu libkern/c++/OSMetaClass.cpp applyToInstances — faithful
   */
  applyToInstances(applier: (instance: OSObject) => boolean): void {
    applyToSet(registry().instances, this, applier, 0)
  }

  /** The loaded class of that name, or null. */
  static metaClassWithName(name: string): OSMetaClass | null {
    return registry().byName.get(name) ?? null
  }

  /**
   * A new uninitialised object of the named class; null if the class is unknown or abstract.
   * @xnu libkern/c++/OSMetaClass.cpp allocClassWithName — faithful
   */
  static allocClassWithName(name: string): OSObject | null {
    return registry().byName.get(name)?.alloc() ?? null
  }

  /** True if the object's class is, or derives from, the loaded class of that name. */
  static checkMetaCastWithName(name: string, object: OSObject | null): boolean {
    const metaClass = OSMetaClass.metaClassWithName(name)
    return metaClass !== null && object !== null && object.getMetaClass().isKindOf(metaClass)
  }

  /** `applyToInstances` by class name; nothing happens for an unknown class. */
  static applyToInstancesOfClassName(name: string, applier: (instance: OSObject) => boolean): void {
    OSMetaClass.metaClassWithName(name)?.applyToInstances(applier)
  }

  /** Class names and instance counts of this world, in order of loading (what `ioclasscount` prints). */
  static classCounts(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const [name, metaClass] of registry().byName) counts.set(name, metaClass.getInstanceCount())
    return counts
  }

  /** Loaded classes of one bundle in order of loading. */
  static classesOfBundle(bundleID: string): OSMetaClass[] {
    const { byName, bundleOf } = registry()
    return [...byName.values()].filter((metaClass) => bundleOf.get(metaClass) === bundleID)
  }
}

function applyToSet(
  sets: ReadonlyMap<OSMetaClass, InstanceSet>,
  metaClass: OSMetaClass,
  applier: (instance: OSObject) => boolean,
  depth: number,
): boolean {
  if (depth >= maxInstanceSetDepth) panic('>maxDepth')
  const set = sets.get(metaClass)
  if (set === undefined) return false
  for (const member of set) {
    const done = member instanceof OSMetaClass ? applyToSet(sets, member, applier, depth + 1) : applier(member)
    if (done) return true
  }
  return false
}

/**
 * Declares the metaclass of a class, used as
 * `static readonly metaClass: OSMetaClass = defineMetaClass('AcmeDisk', AcmeDisk, IOService)`.
 * The class exists in a world once its bundle is registered there (`registerClasses`), kernel classes always.
 * @xnu libkern/libkern/c++/OSMetaClass.h OSDefineMetaClassAndStructors — faithful
 */
export function defineMetaClass(
  className: string,
  constructor: OSObjectClass,
  superClass: OSObjectClass | null,
  options: { readonly abstract?: boolean } = {},
): OSMetaClass {
  const superMetaClass = superClass === null ? null : superClass.metaClass
  return new OSMetaClass({ className, constructor, superMetaClass, isAbstract: options.abstract ?? false })
}

/**
 * Names classes as part of the kernel: they exist in every world made afterwards.
 * Call at module level only (each kernel layer lists its own in its index).
 */
export function defineKernelClasses(classes: readonly OSObjectClass[]): void {
  for (const { metaClass } of classes) if (!kernelClasses.includes(metaClass)) kernelClasses.push(metaClass)
}

/** Why `registerClasses` refused. */
export interface ClassRegistration {
  readonly result: IOReturn
  /** Class whose name is taken and the bundle that has it. */
  readonly duplicate?: { readonly className: string; readonly bundleID: string; readonly message: string }
}

/**
 * Enters the classes of a loaded bundle into this world, all or none.
 * @xnu libkern/c++/OSMetaClass.cpp postModLoad — faithful
 */
export function registerClasses(bundleID: string, metaClasses: readonly OSMetaClass[]): ClassRegistration {
  const classes = registry()
  for (const metaClass of metaClasses) {
    const { className } = metaClass
    const other = classes.byName.get(className)
    if (other === undefined) continue
    const owner = classes.bundleOf.get(other) ?? kernelBundleID
    if (owner === bundleID && other === metaClass) continue
    const message = `OSMetaClass: Kext ${bundleID} class ${className} is a duplicate;`
      + `kext ${owner} already has a class by that name.`
    return { result: kOSMetaClassDuplicateClass, duplicate: { className, bundleID: owner, message } }
  }
  for (const metaClass of metaClasses) classes.add(metaClass, bundleID)
  return { result: kOSReturnSuccess }
}

/**
 * Takes the classes of a bundle out of this world; refused while any of them has instances.
 * @xnu libkern/c++/OSMetaClass.cpp removeClasses — faithful
 */
export function removeClasses(bundleID: string): IOReturn {
  const classes = registry()
  const own = OSMetaClass.classesOfBundle(bundleID)
  if (own.some((metaClass) => metaClass.getInstanceCount() > 0)) return kOSMetaClassHasInstances
  for (const metaClass of own) {
    classes.byName.delete(metaClass.className)
    classes.bundleOf.delete(metaClass)
  }
  return kOSReturnSuccess
}
