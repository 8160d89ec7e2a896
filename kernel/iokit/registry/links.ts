import { assert } from '../../sim/index.ts'
import type { IORegistryEntry } from './IORegistryEntry.ts'
import type { IORegistryPlane } from './IORegistryPlane.ts'
import { LinkSet } from './LinkSet.ts'
import { makePropertiesImmutable } from './properties.ts'
import { registryState } from './registryState.ts'

/** Makes the child-to-parent half of a link; false when it was there. */
function linkParent(child: IORegistryEntry, parent: IORegistryEntry, plane: IORegistryPlane): boolean {
  const links = child.planeLinks(plane)
  links.parents ??= new LinkSet()
  child.parentGeneration++
  if (!links.parents.add(parent)) return false
  child.parentCount++
  return true
}

/** Makes the parent-to-child half of a link; false when it was there. */
function linkChild(parent: IORegistryEntry, child: IORegistryEntry, plane: IORegistryPlane): boolean {
  const links = parent.planeLinks(plane)
  links.children ??= new LinkSet()
  return links.children.add(child)
}

/** First attachment: the entry gets its identifier, which is never used again. */
export function assignRegistryID(entry: IORegistryEntry): void {
  if (entry.registryEntryID !== 0) return
  const state = registryState()
  entry.registryEntryID = ++state.lastID
  state.entriesByID.set(entry.registryEntryID, entry)
}

/**
 * The identifier of an entry that takes the place of `old`: a new one. Kernels before xnu-10002 (macOS 14) let both
 * have the same one, which is why the nubs of a device tree have low numbers in older dumps.
 */
export function takeOverRegistryID(entry: IORegistryEntry, old: IORegistryEntry): void {
  const state = registryState()
  if (!state.sharesIDs || old.registryEntryID === 0) return assignRegistryID(entry)
  entry.registryEntryID = old.registryEntryID
  state.entriesByID.set(entry.registryEntryID, entry)
}

/**
 * Links `child` below `parent`. True also when the link existed; false for self and for a refusal by the parent.
 * @xnu iokit/Kernel/IORegistryEntry.cpp attachToParent — faithful
 */
export function attachToParent(child: IORegistryEntry, parent: IORegistryEntry, plane: IORegistryPlane): boolean {
  if (child === parent) return false
  registryState().generation++
  assignRegistryID(child)
  linkParent(child, parent, plane)
  const needsParentHalf = linkChild(parent, child, plane)
  makePropertiesImmutable(child.getPropertyTable())
  return needsParentHalf ? parent.attachToChild(child, plane) : true
}

/**
 * The parent's side of `attachToParent`; makes the other half when the child has not done so.
 * @xnu iokit/Kernel/IORegistryEntry.cpp attachToChild — faithful
 */
export function attachToChild(parent: IORegistryEntry, child: IORegistryEntry, plane: IORegistryPlane): boolean {
  if (child === parent) return false
  registryState().generation++
  assignRegistryID(child)
  linkChild(parent, child, plane)
  const needsChildHalf = linkParent(child, parent, plane)
  return needsChildHalf ? child.attachToParent(parent, plane) : true
}

/**
 * Takes a link away, from the child's side; the parent's side follows. A missing link is ignored.
 * @xnu iokit/Kernel/IORegistryEntry.cpp detachFromParent — faithful
 */
export function detachFromParent(child: IORegistryEntry, parent: IORegistryEntry, plane: IORegistryPlane): void {
  registryState().generation++
  parent.retain()
  child.parentGeneration++
  if (child.parentLinks(plane)?.remove(parent) === true) child.parentCount--
  if (parent.childLinks(plane)?.members.includes(child) === true) parent.detachFromChild(child, plane)
  parent.release()
}

/** The parent's side of `detachFromParent`. @xnu iokit/Kernel/IORegistryEntry.cpp detachFromChild — faithful */
export function detachFromChild(parent: IORegistryEntry, child: IORegistryEntry, plane: IORegistryPlane): void {
  registryState().generation++
  child.retain()
  parent.childLinks(plane)?.remove(child)
  if (child.parentLinks(plane)?.members.includes(parent) === true) child.detachFromParent(parent, plane)
  child.release()
}

/**
 * Detaches this entry from its parents, then everything below it from theirs, last visited first.
 * @xnu iokit/Kernel/IORegistryEntry.cpp detachAll — faithful
 */
export function detachAll(entry: IORegistryEntry, plane: IORegistryPlane): void {
  const visited = new Set<IORegistryEntry>()
  const visit = (parent: IORegistryEntry): void => {
    for (const child of parent.childLinks(plane)?.members ?? []) {
      if (visited.has(child)) continue
      visited.add(child)
      visit(child)
    }
  }
  visit(entry)
  for (const member of visited) member.retain()
  entry.detachAbove(plane)
  for (const member of [...visited].reverse()) {
    member.detachAbove(plane)
    member.release()
  }
}

/**
 * Puts `entry` where `old` is in one plane: it takes over the links, at the end of each neighbour's list.
 * @xnu iokit/Kernel/IORegistryEntry.cpp init(old, plane) — faithful
 */
export function takeOverLinks(entry: IORegistryEntry, old: IORegistryEntry, plane: IORegistryPlane): void {
  const from = old.planeLinks(plane)
  const to = entry.planeLinks(plane)
  to.name = from.name
  to.location = from.location
  assert(to.parents === null && to.children === null, 'takeOverLinks: the entry is attached already')
  to.parents = from.parents
  to.children = from.children
  from.parents = null
  from.children = null
  const moved = to.parents?.members.length ?? 0
  entry.parentCount += moved
  old.parentCount -= moved
  registryState().generation++
  entry.parentGeneration++
  old.retain()
  for (const parent of to.parents?.members ?? []) {
    const siblings = parent.planeLinks(plane).children
    siblings?.add(entry)
    siblings?.remove(old)
  }
  for (const child of to.children?.members ?? []) {
    const parents = child.planeLinks(plane).parents
    if (parents?.add(entry) === true) child.parentCount++
    if (parents?.remove(old) === true) child.parentCount--
    child.parentGeneration++
  }
  old.release()
}

/** Number of entries on the longest chain up to one without parents. */
export function depthOf(entry: IORegistryEntry, plane: IORegistryPlane): number {
  let depth = 1
  for (const parent of entry.parentLinks(plane)?.members ?? []) depth = Math.max(depth, depthOf(parent, plane) + 1)
  return depth
}
