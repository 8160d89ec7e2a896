import { kIOReturnUnsupported, type IOReturn } from '../../abi/index.ts'
import { panic } from '../../mach/index.ts'
import {
  OSCollection, OSDictionary, OSObject, OSString, OSSymbol, defineMetaClass, type OSMetaClass, type OSSerialize,
} from '../../libkern/index.ts'
import { IORegistryIterator } from './IORegistryIterator.ts'
import { gIOServicePlane, IORegistryPlane, kMaxPlaneNameLength } from './IORegistryPlane.ts'
import {
  attachToChild, attachToParent, depthOf, detachAll, detachFromChild, detachFromParent, takeOverLinks,
  takeOverRegistryID,
} from './links.ts'
import { PlaneLinks, type LinkSet } from './LinkSet.ts'
import { pathComponent, pathOf, splitPlane, walkPath } from './paths.ts'
import { makeImmutable, makePropertyObject, searchProperty, type PropertyValue } from './properties.ts'
import { publishPlane } from './planes.ts'
import { registryState } from './registryState.ts'
import type { IOService } from '../service/IOService.ts'

/** Room a buffer for `getPath` needs beyond the text: for the lone root, and otherwise. */
const kPathReserveOfRoot = 1
const kPathReserve = 3

/**
 * One node of the I/O Registry: a table of properties, and names, locations and links per plane.
 * Any thread. Links hold references both ways.
 * @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryEntry — simplified: no locks (one virtual CPU, nothing blocks here)
 */
export class IORegistryEntry extends OSObject {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IORegistryEntry', IORegistryEntry, OSObject)

  /** Identifier; 0 until the first attachment. Read it through `getRegistryEntryID`. */
  registryEntryID = 0
  /** Moves with every change of a parent link in any plane. */
  parentGeneration = 0
  private propertyTable: OSDictionary | null = null
  private readonly links: (PlaneLinks | undefined)[] = []
  private globalName: string | null = null
  private globalLocation: string | null = null
  private indexedProperty: OSObject | null = null

  /**
   * Takes a property table: a mutable one is retained and shared, an immutable one copied.
   * A text `IOName` in it becomes the name. @xnu iokit/Kernel/IORegistryEntry.cpp init(dict) — faithful
   */
  override init(dictionary: OSDictionary | null = null): boolean {
    if (!super.init()) return false
    if (dictionary !== null) {
      const former = this.propertyTable
      if (dictionary.isImmutable()) {
        this.propertyTable = dictionary.copyCollection()
      } else {
        dictionary.retain()
        this.propertyTable = dictionary
      }
      former?.release()
    }
    const name = this.getPropertyTable().getObject('IOName')
    if (name instanceof OSString) this.globalName = name.getCStringNoCopy()
    return true
  }

  /**
   * The form `init(old, plane)`: takes the place of `from` in a plane, with its identifier (the nubs of a device
   * tree keep the low numbers of its entries), a copy of its property table and its names. @xnu iokit/Kernel/IORegistryEntry.cpp init(old, plane) — faithful
   */
  initWithEntry(from: IORegistryEntry, plane: IORegistryPlane): boolean {
    if (!super.init()) return false
    takeOverRegistryID(this, from)
    this.propertyTable?.release()
    this.propertyTable = from.dictionaryWithProperties()
    this.globalName = from.globalName
    this.globalLocation = from.globalLocation
    takeOverLinks(this, from, plane)
    return true
  }

  override free(): void {
    const links = this.links[gIOServicePlane.index]
    if ((links?.parents?.members.length ?? 0) > 0 || (links?.children?.members.length ?? 0) > 0) {
      panic(`${this.getName()}: attached at free()`)
    }
    if (this.registryEntryID !== 0) registryState().entriesByID.delete(this.registryEntryID)
    this.indexedProperty?.release()
    this.propertyTable?.release()
    this.propertyTable = null
    super.free()
  }

  /** This entry as a service; null for the registry root and other plain entries. Cheaper than a cast. */
  asService(): IOService | null {
    return null
  }

  // Names and locations

  /** Name in the plane, else the global name, else the class name. */
  getName(plane: IORegistryPlane | null = null): string {
    const inPlane = plane === null ? null : (this.links[plane.index]?.name ?? null)
    return inPlane ?? this.globalName ?? this.getMetaClass().className
  }

  /** The name as a symbol with a reference for the caller. */
  copyName(plane: IORegistryPlane | null = null): OSSymbol {
    return OSSymbol.withCString(this.getName(plane))
  }

  /** Sets the name in one plane, or the global one. */
  setName(name: OSSymbol | string, plane: IORegistryPlane | null = null): void {
    const text = typeof name === 'string' ? name : name.getCStringNoCopy()
    registryState().generation++
    if (plane === null) this.globalName = text
    else this.planeLinks(plane).name = text
  }

  getLocation(plane: IORegistryPlane | null = null): string | null {
    const inPlane = plane === null ? null : (this.links[plane.index]?.location ?? null)
    return inPlane ?? this.globalLocation
  }

  copyLocation(plane: IORegistryPlane | null = null): OSSymbol | null {
    const location = this.getLocation(plane)
    return location === null ? null : OSSymbol.withCString(location)
  }

  setLocation(location: OSSymbol | string, plane: IORegistryPlane | null = null): void {
    const text = typeof location === 'string' ? location : location.getCStringNoCopy()
    registryState().generation++
    if (plane === null) this.globalLocation = text
    else this.planeLinks(plane).location = text
  }

  /**
   * Whether `name` names this entry: here its global name, or its class when it has none. Families override it
   * (device-tree names). @xnu iokit/Kernel/IORegistryEntry.cpp compareName — simplified: the match is not handed back
   */
  compareName(name: OSString): boolean {
    return name.getCStringNoCopy() === this.getName()
  }

  /**
   * Tries a name or each of a collection, up to the first that is not a text; the text that matched, or null.
   * @xnu iokit/Kernel/IORegistryEntry.cpp compareNames — faithful
   */
  compareNames(names: OSObject): OSString | null {
    if (names instanceof OSString) return this.compareName(names) ? names : null
    if (!(names instanceof OSCollection)) return null
    for (const name of names.members()) {
      if (!(name instanceof OSString)) return null
      if (this.compareName(name)) return name
    }
    return null
  }

  getPathComponent(plane: IORegistryPlane): string {
    return pathComponent(this, plane)
  }

  /**
   * `Plane:/name@location/…`, or null when the entry is not below the plane's first child of the registry root or
   * the path does not fit a buffer of `bufferSizeBytes`. @xnu iokit/Kernel/IORegistryEntry.cpp getPath — faithful
   */
  getPath(plane: IORegistryPlane, bufferSizeBytes = Infinity): string | null {
    const path = pathOf(this, plane)
    if (path === null) return null
    const isTop = path.length === plane.name.length + 2
    const neededBytes = path.length + (isTop ? kPathReserveOfRoot : kPathReserve)
    return neededBytes <= bufferSizeBytes ? path : null
  }

  /**
   * Entry at a path, with a reference for the caller. With `rest` the text that no component matched goes there;
   * without it such text makes the result null. @xnu iokit/Kernel/IORegistryEntry.cpp fromPath — faithful
   */
  static fromPath(
    path: string,
    plane: IORegistryPlane | null = null,
    rest: { value: string } | null = null,
    fromEntry: IORegistryEntry | null = null,
  ): IORegistryEntry | null {
    const split = plane === null ? splitPlane(path) : { plane, rest: path }
    if (split === null) return null
    const match = walkPath(split.rest, split.plane, fromEntry)
    if (match === null) return null
    if (rest !== null) rest.value = match.rest
    else if (match.rest !== '') return null
    match.entry.retain()
    return match.entry
  }

  // Planes and the registry as a whole

  /** The plane of that name, or null. */
  static getPlane(name: string): IORegistryPlane | null {
    return registryState().planes.get(name) ?? null
  }

  /** Makes a plane, or answers the one there is. @xnu iokit/Kernel/IORegistryEntry.cpp makePlane — faithful */
  static makePlane(name: string): IORegistryPlane {
    const state = registryState()
    const cut = name.slice(0, kMaxPlaneNameLength)
    const known = state.planes.get(cut)
    if (known !== undefined) return known
    const plane = new IORegistryPlane(cut, state.nextPlaneIndex++)
    state.planes.set(cut, plane)
    state.generation++
    publishPlane(plane)
    return plane
  }

  /** Counts the changes of names, locations and links. */
  static getGenerationCount(): number {
    return registryState().generation
  }

  /** The attached entry with that identifier, not retained; null when there is none (any more). */
  static entryWithID(id: number): IORegistryEntry | null {
    return registryState().entriesByID.get(id) ?? null
  }

  getRegistryEntryID(): number {
    return this.registryEntryID
  }

  // Links

  /** Names and links of one plane, made on first use. For the registry's own files. */
  planeLinks(plane: IORegistryPlane): PlaneLinks {
    let links = this.links[plane.index]
    if (links === undefined) {
      while (this.links.length < plane.index) this.links.push(undefined)
      links = new PlaneLinks()
      this.links[plane.index] = links
    }
    return links
  }

  parentLinks(plane: IORegistryPlane): LinkSet | null {
    return this.links[plane.index]?.parents ?? null
  }

  childLinks(plane: IORegistryPlane): LinkSet | null {
    return this.links[plane.index]?.children ?? null
  }

  /** Links this entry below `parent`: identifier on first attachment, property collections become immutable. */
  attachToParent(parent: IORegistryEntry, plane: IORegistryPlane): boolean {
    return attachToParent(this, parent, plane)
  }

  attachToChild(child: IORegistryEntry, plane: IORegistryPlane): boolean {
    return attachToChild(this, child, plane)
  }

  detachFromParent(parent: IORegistryEntry, plane: IORegistryPlane): void {
    detachFromParent(this, parent, plane)
  }

  detachFromChild(child: IORegistryEntry, plane: IORegistryPlane): void {
    detachFromChild(this, child, plane)
  }

  /** Detaches from all parents. */
  detachAbove(plane: IORegistryPlane): void {
    this.retain()
    for (const parent of [...(this.parentLinks(plane)?.members ?? [])]) this.detachFromParent(parent, plane)
    this.release()
  }

  detachAll(plane: IORegistryPlane): void {
    detachAll(this, plane)
  }

  /** First parent, not retained. */
  getParentEntry(plane: IORegistryPlane): IORegistryEntry | null {
    return this.links[plane.index]?.parents?.members[0] ?? null
  }

  /** First child, not retained. */
  getChildEntry(plane: IORegistryPlane): IORegistryEntry | null {
    return this.links[plane.index]?.children?.members[0] ?? null
  }

  /** First child of that name in the plane, not retained. */
  getChildNamed(name: string, plane: IORegistryPlane): IORegistryEntry | null {
    for (const child of this.childLinks(plane)?.members ?? []) if (child.getName(plane) === name) return child
    return null
  }

  getParentCount(plane: IORegistryPlane): number {
    return this.parentLinks(plane)?.members.length ?? 0
  }

  getChildCount(plane: IORegistryPlane): number {
    return this.childLinks(plane)?.members.length ?? 0
  }

  /** The children as they are now: a copy, not disturbed by later changes. Not retained. */
  children(plane: IORegistryPlane): IORegistryEntry[] {
    return [...(this.childLinks(plane)?.members ?? [])]
  }

  /** The parents as they are now: a copy. Not retained. */
  parents(plane: IORegistryPlane): IORegistryEntry[] {
    return [...(this.parentLinks(plane)?.members ?? [])]
  }

  /** Copy of the children as an iterable, as `getChildIterator`'s OSIterator walks them. */
  getChildIterator(plane: IORegistryPlane): IterableIterator<IORegistryEntry> {
    return this.children(plane).values()
  }

  getParentIterator(plane: IORegistryPlane): IterableIterator<IORegistryEntry> {
    return this.parents(plane).values()
  }

  applyToChildren(applier: (child: IORegistryEntry) => void, plane: IORegistryPlane): void {
    for (const child of this.children(plane)) applier(child)
  }

  applyToParents(applier: (parent: IORegistryEntry) => void, plane: IORegistryPlane): void {
    for (const parent of this.parents(plane)) applier(parent)
  }

  /** Whether `child` is linked below this entry; with `onlyChild`, as the only one. */
  isChild(child: IORegistryEntry, plane: IORegistryPlane, onlyChild = false): boolean {
    const children = this.childLinks(plane)?.members
    if (children === undefined || !children.includes(child)) return false
    if (child.parentLinks(plane)?.members.includes(this) !== true) return false
    return !onlyChild || children.length === 1
  }

  /** Whether `parent` is linked above this entry; with `onlyParent`, as the only one. */
  isParent(parent: IORegistryEntry, plane: IORegistryPlane, onlyParent = false): boolean {
    const parents = this.parentLinks(plane)?.members
    if (parents === undefined || !parents.includes(parent)) return false
    if (parent.childLinks(plane)?.members.includes(this) !== true) return false
    return !onlyParent || parents.length === 1
  }

  /** Whether the entry has a parent in the plane; without a plane, in any. False for the registry root. */
  inPlane(plane: IORegistryPlane | null = null): boolean {
    if (plane !== null) return this.getParentCount(plane) > 0
    return this.links.some((links) => (links?.parents?.members.length ?? 0) > 0)
  }

  getDepth(plane: IORegistryPlane): number {
    return depthOf(this, plane)
  }

  // Properties

  /** The live table; for reading. */
  getPropertyTable(): OSDictionary {
    this.propertyTable ??= OSDictionary.withCapacity(4)
    return this.propertyTable
  }

  setPropertyTable(dictionary: OSDictionary): void {
    dictionary.retain()
    this.propertyTable?.release()
    this.propertyTable = dictionary
  }

  /**
   * Sets a property. Plain values become objects (a text an OSSymbol, a number an OSNumber of `numberOfBits`);
   * a collection becomes immutable when the entry is attached. The table takes its own reference.
   * @xnu iokit/Kernel/IORegistryEntry.cpp setProperty — faithful
   */
  setProperty(key: OSSymbol | string, value: PropertyValue, numberOfBits = 32): boolean {
    const object = makePropertyObject(value, numberOfBits)
    if (this.inPlane()) makeImmutable(object)
    const result = this.getPropertyTable().setObject(key, object)
    object.release()
    return result
  }

  /** The value, not retained; null when there is none. */
  getProperty(key: OSSymbol | string): OSObject | null {
    return this.propertyTable?.getObject(key) ?? null
  }

  /** The value with a reference for the caller. */
  copyProperty(key: OSSymbol | string): OSObject | null {
    const value = this.getProperty(key)
    value?.retain()
    return value
  }

  /** The form of `getProperty` that searches a plane; see `kIORegistryIterateRecursively`. Not retained. */
  getPropertyInPlane(key: OSSymbol | string, plane: IORegistryPlane, options: number): OSObject | null {
    return searchProperty(this, key, plane, options)
  }

  removeProperty(key: OSSymbol | string): void {
    this.propertyTable?.removeObject(key)
  }

  /** Whether the property equals `value`; null asks for its absence. */
  propertyHasValue(key: OSSymbol | string, value: OSObject | null): boolean {
    const found = this.getProperty(key)
    return found === null ? value === null : value !== null && found.isEqualTo(value)
  }

  /** Keys and values in order, live. */
  propertyEntries(): Iterable<[OSSymbol, OSObject]> {
    return this.getPropertyTable().entries()
  }

  /** A shallow copy of the table, with one reference. */
  dictionaryWithProperties(): OSDictionary {
    return OSDictionary.withDictionary(this.getPropertyTable())
  }

  /** Writes a deep snapshot of the table. */
  serializeProperties(serializer: OSSerialize): boolean {
    const snapshot = this.getPropertyTable().copyCollection()
    const result = snapshot.serialize(serializer)
    snapshot.release()
    return result
  }

  /** What user space may ask to set; drivers override it. */
  setProperties(_properties: OSObject): IOReturn {
    return kIOReturnUnsupported
  }

  /** Runs `action` with the table to itself. */
  runPropertyAction(action: () => IOReturn): IOReturn {
    return action()
  }

  getIndexedProperty(index: number): OSObject | null {
    return index === 0 ? this.indexedProperty : null
  }

  /** Sets the one indexed slot; the former object is handed back with its reference. */
  setIndexedProperty(index: number, object: OSObject | null): OSObject | null {
    if (index !== 0) return null
    const former = this.indexedProperty
    object?.retain()
    this.indexedProperty = object
    return former
  }

  /** An iterator over the plane from this entry, with one reference. */
  iterate(plane: IORegistryPlane, options = 0): IORegistryIterator {
    return IORegistryIterator.iterateOver(this, plane, options)!
  }
}
