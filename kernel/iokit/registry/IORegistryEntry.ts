import { panic } from '../../mach/index.ts'
import {
  OSCollection, OSObject, OSString, OSSymbol, defineMetaClass, type OSDictionary, type OSMetaClass,
} from '../../libkern/index.ts'
import { EntryProperties } from './EntryProperties.ts'
import { IORegistryIterator } from './IORegistryIterator.ts'
import { gIOServicePlane, IORegistryPlane, kMaxPlaneNameLength } from './IORegistryPlane.ts'
import {
  attachToChild, attachToParent, depthOf, detachAll, detachFromChild, detachFromParent, takeOverLinks,
  takeOverRegistryID,
} from './links.ts'
import { PlaneLinks, type LinkSet } from './LinkSet.ts'
import { pathComponent, pathOf, splitPlane, walkPath } from './paths.ts'
import { searchProperty } from './searchProperty.ts'
import { publishPlane } from './planes.ts'
import { registryState } from './registryState.ts'
import type { IOService } from '../service/IOService.ts'

/** Room a buffer for `getPath` needs beyond the text: for the lone root, and otherwise. */
const kPathReserveOfRoot = 1
const kPathReserve = 3

/** Where `compareName` leaves what matched: the name as it was asked, or the text of the entry that a pattern hit. */
export interface NameMatch {
  nameMatched: OSString | string | null
}

/**
 * One node of the I/O Registry: a table of properties, and names, locations and links per plane.
 * Any thread. Links hold references both ways.
 * @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryEntry — simplified: no locks (one virtual CPU, nothing blocks here)
 */
export class IORegistryEntry extends EntryProperties {
  static override readonly metaClass: OSMetaClass = defineMetaClass('IORegistryEntry', IORegistryEntry, OSObject)

  /** Identifier; 0 until the first attachment. Read it through `getRegistryEntryID`. */
  registryEntryID = 0
  /** Moves with every change of a parent link in any plane. */
  parentGeneration = 0
  /** By index of the plane; room for the kernel's own three from the start, where growing would make it 17. */
  private readonly links: (PlaneLinks | undefined)[] = [undefined, undefined, undefined]
  private globalName: string | null = null
  private globalLocation: string | null = null

  /**
   * Takes a property table: a mutable one is retained and shared, an immutable one copied.
   * A text `IOName` in it becomes the name. @xnu iokit/Kernel/IORegistryEntry.cpp init(dict) — faithful
   */
  override init(dictionary: OSDictionary | null = null): boolean {
    if (!super.init()) return false
    if (dictionary !== null) this.adoptTable(dictionary)
    const name = this.getPropertyTable().getObject('IOName')
    if (name instanceof OSString) this.globalName = name.getCStringNoCopy()
    return true
  }

  /**
   * The form `init(old, plane)`: takes the place of `from` in a plane, under an identifier of its own, with a copy
   * of its property table and its names.
   * @xnu iokit/Kernel/IORegistryEntry.cpp init(old, plane) — faithful
   */
  initWithEntry(from: IORegistryEntry, plane: IORegistryPlane): boolean {
    if (!super.init()) return false
    takeOverRegistryID(this, from)
    const properties = from.dictionaryWithProperties()
    this.setPropertyTable(properties)
    properties.release()
    this.globalName = from.globalName
    this.globalLocation = from.globalLocation
    takeOverLinks(this, from, plane)
    return true
  }

  /**
   * Panics when the entry is still linked in the service plane.
   * @xnu iokit/Kernel/IORegistryEntry.cpp free — faithful
   */
  override free(): void {
    const links = this.links[gIOServicePlane.index]
    if ((links?.parents?.members.length ?? 0) > 0 || (links?.children?.members.length ?? 0) > 0) {
      panic(`${this.getName()}: attached at free()`)
    }
    const { entriesByID } = registryState()
    if (entriesByID.get(this.registryEntryID) === this) entriesByID.delete(this.registryEntryID)
    this.releaseProperties()
    super.free()
  }

  /**
   * This entry as a service; null for the registry root and other plain entries. Cheaper than a cast.
   * @xnu ours: stands for OSDynamicCast(IOService, entry)
   */
  asService(): IOService | null {
    return null
  }

  // Names and locations

  /**
   * Name in the plane, else the global name, else the class name.
   * @xnu iokit/Kernel/IORegistryEntry.cpp getName — faithful
   */
  getName(plane: IORegistryPlane | null = null): string {
    const inPlane = plane === null ? null : (this.links[plane.index]?.name ?? null)
    return inPlane ?? this.globalName ?? this.getMetaClass().className
  }

  /**
   * The name as a symbol with a reference for the caller.
   * @xnu iokit/Kernel/IORegistryEntry.cpp copyName — faithful
   */
  copyName(plane: IORegistryPlane | null = null): OSSymbol {
    return OSSymbol.withCString(this.getName(plane))
  }

  /**
   * Sets the name in one plane, or the global one. Any thread; counts as a change of the registry.
   * @xnu iokit/Kernel/IORegistryEntry.cpp setName — faithful
   */
  setName(name: OSSymbol | string, plane: IORegistryPlane | null = null): void {
    const text = typeof name === 'string' ? name : name.getCStringNoCopy()
    registryState().generation++
    if (plane === null) this.globalName = text
    else this.planeLinks(plane).name = text
  }

  /**
   * Location in the plane, else the global one, else null.
   * @xnu iokit/Kernel/IORegistryEntry.cpp getLocation — faithful
   */
  getLocation(plane: IORegistryPlane | null = null): string | null {
    const inPlane = plane === null ? null : (this.links[plane.index]?.location ?? null)
    return inPlane ?? this.globalLocation
  }

  /**
   * The location as a symbol with a reference for the caller, or null.
   * @xnu iokit/Kernel/IORegistryEntry.cpp copyLocation — faithful
   */
  copyLocation(plane: IORegistryPlane | null = null): OSSymbol | null {
    const location = this.getLocation(plane)
    return location === null ? null : OSSymbol.withCString(location)
  }

  /**
   * Sets the location in one plane, or the global one; the same again counts as a change too.
   * @xnu iokit/Kernel/IORegistryEntry.cpp setLocation — faithful
   */
  setLocation(location: OSSymbol | string, plane: IORegistryPlane | null = null): void {
    const text = typeof location === 'string' ? location : location.getCStringNoCopy()
    registryState().generation++
    if (plane === null) this.globalLocation = text
    else this.planeLinks(plane).location = text
  }

  /**
   * Whether `name` names this entry: here its global name, or its class when it has none. Families override it
   * (device-tree names). What matched is left in `matched`: the name itself, or the text that a pattern stands for.
   * @xnu iokit/Kernel/IORegistryEntry.cpp compareName — faithful
   */
  compareName(name: OSString, matched: NameMatch | null = null): boolean {
    if (name.getCStringNoCopy() !== this.getName()) return false
    if (matched !== null) matched.nameMatched = name
    return true
  }

  /**
   * Tries a name or each of a collection, up to the first that is not a text.
   * @xnu iokit/Kernel/IORegistryEntry.cpp compareNames — faithful
   */
  compareNames(names: OSObject, matched: NameMatch | null = null): boolean {
    if (names instanceof OSString) return this.compareName(names, matched)
    if (!(names instanceof OSCollection)) return false
    for (const name of names.members()) {
      if (!(name instanceof OSString)) return false
      if (this.compareName(name, matched)) return true
    }
    return false
  }

  /**
   * `name@location`, or the name alone; each part cut at 128 characters.
   * @xnu iokit/Kernel/IORegistryEntry.cpp getPathComponent — faithful
   */
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

  /**
   * Entry at a path that begins below this one (and not with a `/`), with a reference for the caller.
   * @xnu iokit/Kernel/IORegistryEntry.cpp childFromPath — faithful
   */
  childFromPath(
    path: string, plane: IORegistryPlane, rest: { value: string } | null = null,
  ): IORegistryEntry | null {
    return IORegistryEntry.fromPath(path, plane, rest, this)
  }

  // Planes and the registry as a whole

  /** The plane of that name, or null. @xnu iokit/Kernel/IORegistryEntry.cpp getPlane — faithful */
  static getPlane(name: string): IORegistryPlane | null {
    return registryState().planes.get(name) ?? null
  }

  /**
   * Makes a plane; one that is there already is made anew, which changes nothing but the generation.
   * @xnu iokit/Kernel/IORegistryEntry.cpp makePlane — faithful
   */
  static makePlane(name: string): IORegistryPlane {
    const state = registryState()
    const cut = name.slice(0, kMaxPlaneNameLength)
    state.generation++
    const known = state.planes.get(cut)
    if (known !== undefined) return known
    const plane = new IORegistryPlane(cut, state.nextPlaneIndex++)
    state.planes.set(cut, plane)
    publishPlane(plane)
    return plane
  }

  /**
   * Counts the changes of names, locations and links.
   * @xnu iokit/Kernel/IORegistryEntry.cpp getGenerationCount — faithful
   */
  static getGenerationCount(): number {
    return registryState().generation
  }

  /**
   * The attached entry with that identifier, not retained; null when there is none (any more).
   * @xnu ours: the original searches the service plane
   */
  static entryWithID(id: number): IORegistryEntry | null {
    return registryState().entriesByID.get(id) ?? null
  }

  /**
   * The identifier; 0 before the first attachment.
   * @xnu iokit/Kernel/IORegistryEntry.cpp getRegistryEntryID — faithful
   */
  getRegistryEntryID(): number {
    return this.registryEntryID
  }

  // Links

  /**
   * Names and links of one plane, made on first use. For the registry's own files.
   * @xnu ours: stands for the registry table
   */
  planeLinks(plane: IORegistryPlane): PlaneLinks {
    let links = this.links[plane.index]
    if (links === undefined) {
      while (this.links.length < plane.index) this.links.push(undefined)
      links = new PlaneLinks()
      this.links[plane.index] = links
    }
    return links
  }

  /**
   * The live list of parents, or null when there never was one.
   * @xnu iokit/Kernel/IORegistryEntry.cpp getParentSetReference — faithful
   */
  parentLinks(plane: IORegistryPlane): LinkSet | null {
    return this.links[plane.index]?.parents ?? null
  }

  /**
   * The live list of children, or null when there never was one.
   * @xnu iokit/Kernel/IORegistryEntry.cpp getChildSetReference — faithful
   */
  childLinks(plane: IORegistryPlane): LinkSet | null {
    return this.links[plane.index]?.children ?? null
  }

  /**
   * Links this entry below `parent`: identifier on first attachment, property collections become immutable.
   * @xnu iokit/Kernel/IORegistryEntry.cpp attachToParent — faithful
   */
  attachToParent(parent: IORegistryEntry, plane: IORegistryPlane): boolean {
    return attachToParent(this, parent, plane)
  }

  /**
   * Links `child` below this entry; true also when it was.
   * @xnu iokit/Kernel/IORegistryEntry.cpp attachToChild — faithful
   */
  attachToChild(child: IORegistryEntry, plane: IORegistryPlane): boolean {
    return attachToChild(this, child, plane)
  }

  /**
   * Takes the link to a parent away; a missing one is ignored.
   * @xnu iokit/Kernel/IORegistryEntry.cpp detachFromParent — faithful
   */
  detachFromParent(parent: IORegistryEntry, plane: IORegistryPlane): void {
    detachFromParent(this, parent, plane)
  }

  /**
   * Takes the link to a child away; a missing one is ignored.
   * @xnu iokit/Kernel/IORegistryEntry.cpp detachFromChild — faithful
   */
  detachFromChild(child: IORegistryEntry, plane: IORegistryPlane): void {
    detachFromChild(this, child, plane)
  }

  /**
   * Detaches from all parents, first parent first.
   * @xnu iokit/Kernel/IORegistryEntry.cpp detachAbove — faithful
   */
  detachAbove(plane: IORegistryPlane): void {
    this.retain()
    for (const parent of [...(this.parentLinks(plane)?.members ?? [])]) this.detachFromParent(parent, plane)
    this.release()
  }

  /**
   * Detaches from the parents, then everything below from theirs, last visited first.
   * @xnu iokit/Kernel/IORegistryEntry.cpp detachAll — faithful
   */
  detachAll(plane: IORegistryPlane): void {
    detachAll(this, plane)
  }

  /** First parent, not retained. @xnu iokit/Kernel/IORegistryEntry.cpp getParentEntry — faithful */
  getParentEntry(plane: IORegistryPlane): IORegistryEntry | null {
    return this.links[plane.index]?.parents?.members[0] ?? null
  }

  /** First child, not retained. @xnu iokit/Kernel/IORegistryEntry.cpp getChildEntry — faithful */
  getChildEntry(plane: IORegistryPlane): IORegistryEntry | null {
    return this.links[plane.index]?.children?.members[0] ?? null
  }

  /** First parent, with one reference. @xnu iokit/Kernel/IORegistryEntry.cpp copyParentEntry — faithful */
  copyParentEntry(plane: IORegistryPlane): IORegistryEntry | null {
    const parent = this.getParentEntry(plane)
    parent?.retain()
    return parent
  }

  /** First child, with one reference. @xnu iokit/Kernel/IORegistryEntry.cpp copyChildEntry — faithful */
  copyChildEntry(plane: IORegistryPlane): IORegistryEntry | null {
    const child = this.getChildEntry(plane)
    child?.retain()
    return child
  }

  /**
   * First child of that name in the plane, not retained.
   * @xnu ours: a path of one component, without its rules
   */
  getChildNamed(name: string, plane: IORegistryPlane): IORegistryEntry | null {
    for (const child of this.childLinks(plane)?.members ?? []) if (child.getName(plane) === name) return child
    return null
  }

  /** Number of parents. @xnu ours: length of getParentSetReference */
  getParentCount(plane: IORegistryPlane): number {
    return this.parentLinks(plane)?.members.length ?? 0
  }

  /** Number of children. @xnu iokit/Kernel/IORegistryEntry.cpp getChildCount — faithful */
  getChildCount(plane: IORegistryPlane): number {
    return this.childLinks(plane)?.members.length ?? 0
  }

  /**
   * The children as they are now: a copy, not disturbed by later changes. Not retained.
   * @xnu ours: what getChildIterator walks
   */
  children(plane: IORegistryPlane): IORegistryEntry[] {
    return [...(this.childLinks(plane)?.members ?? [])]
  }

  /** The parents as they are now: a copy. Not retained. @xnu ours: what getParentIterator walks */
  parents(plane: IORegistryPlane): IORegistryEntry[] {
    return [...(this.parentLinks(plane)?.members ?? [])]
  }

  /**
   * Walks a copy of the children: never invalid.
   * @xnu iokit/Kernel/IORegistryEntry.cpp getChildIterator — simplified: an iterable that holds no references
   */
  getChildIterator(plane: IORegistryPlane): IterableIterator<IORegistryEntry> {
    return this.children(plane).values()
  }

  /**
   * Walks a copy of the parents: never invalid.
   * @xnu iokit/Kernel/IORegistryEntry.cpp getParentIterator — simplified: an iterable that holds no references
   */
  getParentIterator(plane: IORegistryPlane): IterableIterator<IORegistryEntry> {
    return this.parents(plane).values()
  }

  /**
   * Calls back with each of the children as they are now.
   * @xnu iokit/Kernel/IORegistryEntry.cpp applyToChildren — faithful
   */
  applyToChildren(applier: (child: IORegistryEntry) => void, plane: IORegistryPlane): void {
    for (const child of this.children(plane)) applier(child)
  }

  /**
   * Calls back with each of the parents as they are now.
   * @xnu iokit/Kernel/IORegistryEntry.cpp applyToParents — faithful
   */
  applyToParents(applier: (parent: IORegistryEntry) => void, plane: IORegistryPlane): void {
    for (const parent of this.parents(plane)) applier(parent)
  }

  /**
   * Whether `child` is linked below this entry; with `onlyChild`, as the only one.
   * @xnu iokit/Kernel/IORegistryEntry.cpp isChild — faithful
   */
  isChild(child: IORegistryEntry, plane: IORegistryPlane, onlyChild = false): boolean {
    const children = this.childLinks(plane)?.members
    if (children === undefined || !children.includes(child)) return false
    if (child.parentLinks(plane)?.members.includes(this) !== true) return false
    return !onlyChild || children.length === 1
  }

  /**
   * Whether `parent` is linked above this entry; with `onlyParent`, as the only one.
   * @xnu iokit/Kernel/IORegistryEntry.cpp isParent — faithful
   */
  isParent(parent: IORegistryEntry, plane: IORegistryPlane, onlyParent = false): boolean {
    const parents = this.parentLinks(plane)?.members
    if (parents === undefined || !parents.includes(parent)) return false
    if (parent.childLinks(plane)?.members.includes(this) !== true) return false
    return !onlyParent || parents.length === 1
  }

  /**
   * Whether the entry has a parent in the plane; without a plane, in any. False for the registry root.
   * @xnu iokit/Kernel/IORegistryEntry.cpp inPlane — faithful
   */
  inPlane(plane: IORegistryPlane | null = null): boolean {
    if (plane !== null) return this.getParentCount(plane) > 0
    return this.parentCount > 0
  }

  /**
   * Entries on the longest chain up to one without parents, this one included.
   * @xnu iokit/Kernel/IORegistryEntry.cpp getDepth — faithful
   */
  getDepth(plane: IORegistryPlane): number {
    return depthOf(this, plane)
  }

  // Properties

  /**
   * The form of `getProperty` that searches a plane; see `kIORegistryIterateRecursively`. Not retained.
   * @xnu iokit/Kernel/IORegistryEntry.cpp getProperty(key, plane, options) — faithful
   */
  getPropertyInPlane(key: OSSymbol | string, plane: IORegistryPlane, options: number): OSObject | null {
    return searchProperty(this, key, plane, options)
  }

  /**
   * Whether there is such a property. With a plane it is searched for as `getPropertyInPlane` does.
   * @xnu iokit/Kernel/IORegistryEntry.cpp propertyExists — faithful
   */
  propertyExists(key: OSSymbol | string, plane: IORegistryPlane | null = null, options = 0): boolean {
    return (plane === null ? this.getProperty(key) : this.getPropertyInPlane(key, plane, options)) !== null
  }

  /**
   * Whether the property equals `value`; null asks for its absence. With a plane the property is searched for as
   * `getPropertyInPlane` does. @xnu iokit/Kernel/IORegistryEntry.cpp propertyHasValue — faithful
   */
  propertyHasValue(
    key: OSSymbol | string, value: OSObject | null, plane: IORegistryPlane | null = null, options = 0,
  ): boolean {
    const found = plane === null ? this.getProperty(key) : this.getPropertyInPlane(key, plane, options)
    return found === null ? value === null : value !== null && value.isEqualTo(found)
  }

  /**
   * An iterator over the plane from this entry, with one reference.
   * @xnu ours: IORegistryIterator.iterateOver with a start and a plane
   */
  iterate(plane: IORegistryPlane, options = 0): IORegistryIterator {
    return IORegistryIterator.iterateOver(this, plane, options)!
  }
}
