import { panic } from '../mach/debug.ts'
import { InstanceSet, kernelClasses, registry } from './ClassRegistry.ts'
import type { OSObject } from './OSObject.ts'

/** Constructor of an OSObject class, abstract or not. */
export type OSObjectClass<T extends OSObject = OSObject> =
  (abstract new (...args: never[]) => T) & { readonly metaClass: OSMetaClass }

interface MetaClassOptions {
  readonly className: string
  readonly constructor: OSObjectClass
  readonly superMetaClass: OSMetaClass | null
  readonly isAbstract: boolean
}

/** Number the next metaclass gets: its place in the tables of each world. */
let nextIndex = 0

/**
 * Run-time class of an OSObject. The object itself is constant and shared by all worlds; which classes are
 * loaded and how many instances live is kept per world.
 * @xnu libkern/c++/OSMetaClass.cpp OSMetaClass — simplified: no class sizes
 * @xnu libkern/c++/OSMetaClass.cpp preModLoad — absent: registerClasses takes the whole list at once
 * @xnu libkern/c++/OSMetaClass.cpp checkModLoad — absent: registerClasses takes the whole list at once
 * @xnu libkern/c++/OSMetaClass.cpp getClassSize — absent: objects have no size in bytes
 * @xnu libkern/c++/OSMetaClass.cpp printInstanceCounts — absent: a help for debuggers, nobody calls it
 * @xnu libkern/c++/OSMetaClass.cpp considerUnloads — absent: the kext loader does it itself
 * @xnu libkern/c++/OSMetaClass.cpp reportModInstances — absent: the kext loader does it itself
 * @xnu libkern/c++/OSMetaClass.cpp logError — absent: its texts are those of states that cannot be
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

  /** Name of the class. @xnu libkern/c++/OSMetaClass.cpp getClassName — faithful */
  getClassName(): string {
    return this.className
  }

  /** The class above; null for a root. @xnu libkern/c++/OSMetaClass.cpp getSuperClass — faithful */
  getSuperClass(): OSMetaClass | null {
    return this.superMetaClass
  }

  /** Metaclasses are not counted. @xnu libkern/c++/OSMetaClass.cpp getRetainCount — faithful */
  getRetainCount(): number {
    return 0
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

  /**
   * Counts a new object. The superclass hears of it only when this class goes from none to one.
   * @xnu libkern/c++/OSMetaClass.cpp instanceConstructed — faithful
   */
  instanceConstructed(): void {
    registry().constructed(this)
  }

  /**
   * Counts an object away; the mirror of `instanceConstructed`.
   * @xnu libkern/c++/OSMetaClass.cpp instanceDestructed — faithful
   */
  instanceDestructed(): void {
    registry().destructed(this)
  }

  /**
   * The object if it is of this class or of one derived from it, else null.
   * @xnu libkern/c++/OSMetaClass.cpp checkMetaCast — faithful
   */
  checkMetaCast<T extends OSObject>(object: T): T | null {
    return object.getMetaClass().isKindOf(this) ? object : null
  }

  /** True if this class is `other` or derives from it. @xnu ours: the loop inside checkMetaCast */
  isKindOf(other: OSMetaClass): boolean {
    if (this === other) return true
    let ancestor = this.superMetaClass
    while (ancestor !== null && ancestor !== other) ancestor = ancestor.superMetaClass
    return ancestor !== null
  }

  /**
   * Bundle identifier of the kext that brought the class into this world; null if it is not loaded.
   * @xnu libkern/c++/OSMetaClass.cpp getKext — simplified: the identifier stands for the OSKext
   */
  getKextIdentifier(): string | null {
    return registry().bundleOf.get(this) ?? null
  }

  /** Like `getKextIdentifier`, but never null. @xnu libkern/c++/OSMetaClass.cpp getKmodName — faithful */
  getKmodName(): string {
    return this.getKextIdentifier() ?? 'unknown'
  }

  /**
   * What a reserved slot of the virtual table does.
   * @xnu libkern/c++/OSMetaClass.cpp reservedCalled — faithful
   */
  reservedCalled(index: number): never {
    const { className } = this
    panic(`${className}::_RESERVED${className}${index} called.`, { location: 'OSMetaClass.cpp:1406' })
  }

  /**
   * Enters a live instance for class-keyed searches. Any thread; holds a collection's reference until it is
   * taken out.
   * @xnu libkern/c++/OSMetaClass.cpp addInstance — faithful
   */
  addInstance(instance: OSObject | OSMetaClass): void {
    const sets = registry().instances
    let set = sets.get(this)
    if (set === undefined) {
      set = new InstanceSet()
      sets.set(this, set)
      OSMetaClass.metaClassWithName('OSOrderedSet')?.instanceConstructed()
      this.superMetaClass?.addInstance(this)
    }
    if (set.members.has(instance)) return
    set.members.add(instance)
    if (instance instanceof OSMetaClass) set.subclasses++
    else instance.taggedRetain(collectionTag())
  }

  /**
   * Takes an instance out again; an empty set leaves its superclass.
   * @xnu libkern/c++/OSMetaClass.cpp removeInstance — faithful
   */
  removeInstance(instance: OSObject | OSMetaClass): void {
    const sets = registry().instances
    const set = sets.get(this)
    if (set === undefined) return
    const isKnown = set.members.delete(instance)
    if (isKnown && instance instanceof OSMetaClass) set.subclasses--
    if (set.members.size === 0) {
      sets.delete(this)
      this.superMetaClass?.removeInstance(this)
      OSMetaClass.metaClassWithName('OSOrderedSet')?.instanceDestructed()
    }
    if (isKnown && !(instance instanceof OSMetaClass)) instance.taggedRelease(collectionTag())
  }

  /**
   * Calls `applier` for each entered instance of this class and of its subclasses, depth first in order of
   * entry, until it returns true.
   * @xnu libkern/c++/OSMetaClass.cpp applyToInstances — faithful
   */
  applyToInstances(applier: (instance: OSObject) => boolean): void {
    const { instances, deepestClass } = registry()
    applyToSet({ sets: instances, applier, deepestClass }, this, 0)
  }

  /**
   * The loaded class of that name, or null.
   * @xnu libkern/c++/OSMetaClass.cpp getMetaClassWithName — faithful
   */
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

  /**
   * The loaded class of that name, held in memory until `releaseMetaClass`; null if there is none.
   * @xnu libkern/c++/OSMetaClass.cpp copyMetaClassWithName — faithful
   */
  static copyMetaClassWithName(name: string): OSMetaClass | null {
    const { byName, held } = registry()
    const metaClass = byName.get(name)
    if (metaClass === undefined) return null
    held.set(metaClass, (held.get(metaClass) ?? 0) + 1)
    return metaClass
  }

  /** Ends one `copyMetaClassWithName`. @xnu libkern/c++/OSMetaClass.cpp releaseMetaClass — faithful */
  releaseMetaClass(): void {
    const { held } = registry()
    held.set(this, (held.get(this) ?? 0) - 1)
  }

  /**
   * The object if its class is, or derives from, the loaded class of that name, else null.
   * @xnu libkern/c++/OSMetaClass.cpp checkMetaCastWithName — faithful
   */
  static checkMetaCastWithName<T extends OSObject>(name: string, object: T | null): T | null {
    const metaClass = OSMetaClass.metaClassWithName(name)
    return metaClass === null || object === null ? null : metaClass.checkMetaCast(object)
  }

  /**
   * True if any class of the bundle has instances.
   * @xnu libkern/c++/OSMetaClass.cpp modHasInstance — faithful
   */
  static modHasInstance(bundleID: string): boolean {
    return OSMetaClass.classesOfBundle(bundleID).some((metaClass) => metaClass.getInstanceCount() > 0)
  }

  /**
   * `applyToInstances` by class name; nothing happens for an unknown class.
   * @xnu libkern/c++/OSMetaClass.cpp applyToInstancesOfClassName — faithful
   */
  static applyToInstancesOfClassName(name: string, applier: (instance: OSObject) => boolean): void {
    OSMetaClass.metaClassWithName(name)?.applyToInstances(applier)
  }

  /** What it once was. @xnu libkern/c++/OSMetaClass.cpp getClassDictionary — faithful */
  static getClassDictionary(): never {
    panic('OSMetaClass::getClassDictionary() is obsoleted.', { location: 'OSMetaClass.cpp:1481' })
  }

  /**
   * Class names and instance counts of this world (what `ioclasscount` prints).
   * @xnu libkern/c++/OSMetaClass.cpp serializeClassDictionary — simplified: in order of loading
   */
  static classCounts(): Map<string, number> {
    const counts = new Map<string, number>()
    for (const [name, metaClass] of registry().byName) counts.set(name, metaClass.getInstanceCount())
    return counts
  }

  /** Loaded classes of one bundle in order of loading. @xnu ours: OSKext keeps this list */
  static classesOfBundle(bundleID: string): OSMetaClass[] {
    const { byName, bundleOf } = registry()
    return [...byName.values()].filter((metaClass) => bundleOf.get(metaClass) === bundleID)
  }
}

/** Tag of the references that sets of instances hold. */
function collectionTag(): OSMetaClass | null {
  return OSMetaClass.metaClassWithName('OSCollection')
}

/** What stays the same during one walk over instances. */
interface InstanceWalk {
  readonly sets: ReadonlyMap<OSMetaClass, InstanceSet>
  readonly applier: (instance: OSObject) => boolean
  readonly deepestClass: number
}

function applyToSet(walk: InstanceWalk, metaClass: OSMetaClass, depth: number): boolean {
  if (depth > walk.deepestClass) panic('>maxDepth', { location: 'OSMetaClass.cpp:1118' })
  const set = walk.sets.get(metaClass)
  if (set === undefined) return false
  for (const member of set.members) {
    const done = set.subclasses > 0 && member instanceof OSMetaClass
      ? applyToSet(walk, member, depth + 1) : walk.applier(member as OSObject)
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

/** The class of the metaclasses themselves is in the table too; it has no instances. */
kernelClasses.push(new OSMetaClass({
  className: 'OSMetaClass', constructor: Object as unknown as OSObjectClass, superMetaClass: null,
  isAbstract: true,
}))
