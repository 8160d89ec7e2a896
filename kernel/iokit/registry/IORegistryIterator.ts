import { OSIterator, OSOrderedSet, defineMetaClass, type OSMetaClass } from '../../libkern/index.ts'
import { kIORegistryIterateParents, kIORegistryIterateRecursively } from './iterateOptions.ts'
import type { IORegistryEntry } from './IORegistryEntry.ts'
import type { IORegistryPlane } from './IORegistryPlane.ts'
import type { LinkSet } from './LinkSet.ts'
import { registryState } from './registryState.ts'

/** One level of the walk: the links of the entry that was entered, read lazily at the first step. */
interface Level {
  readonly outer: Level | null
  /** Last entry returned here; before the first step the entry whose links are walked. */
  current: IORegistryEntry | null
  hasBegun: boolean
  links: LinkSet | null
  stamp: number
  index: number
}

/**
 * Walks a plane from an entry, over live links. A change of the links being walked makes it invalid: it then ends
 * (the level at least), `isValid` says false, and `reset` starts over. The start entry itself is never returned.
 * @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryIterator — faithful
 */
export class IORegistryIterator extends OSIterator {
  static override readonly metaClass: OSMetaClass =
    defineMetaClass('IORegistryIterator', IORegistryIterator, OSIterator)

  private root: IORegistryEntry | null = null
  private plane: IORegistryPlane | null = null
  private where: Level | null = null
  private options = 0
  private valid = true
  private done: OSOrderedSet | null = null

  /**
   * A new iterator with one reference; null without start or plane. Options: kIORegistryIterateRecursively,
   * kIORegistryIterateParents. @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryIterator::iterateOver — faithful
   */
  static iterateOver(
    start: IORegistryEntry | null, plane: IORegistryPlane | null, options = 0,
  ): IORegistryIterator | null {
    if (start === null || plane === null) return null
    const iterator = new IORegistryIterator()
    start.retain()
    iterator.root = start
    iterator.plane = plane
    iterator.options = options
    iterator.where = makeLevel(start, null)
    return iterator
  }

  /**
   * The form that begins at the registry root.
   * @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryIterator::iterateOver — faithful
   */
  static iterateOverRoot(plane: IORegistryPlane | null, options = 0): IORegistryIterator | null {
    return IORegistryIterator.iterateOver(registryState().root, plane, options)
  }

  /**
   * Next entry, not retained for the caller (the iterator holds it until the next step); null at the end.
   * @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryIterator::getNextObject — faithful
   */
  override getNextObject(): IORegistryEntry | null {
    const isRecursive = (this.options & kIORegistryIterateRecursively) !== 0
    return isRecursive ? this.getNextObjectRecursive() : this.getNextObjectFlat()
  }

  /** Next entry of this level. @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryIterator::getNextObjectFlat — faithful */
  getNextObjectFlat(): IORegistryEntry | null {
    const level = this.where
    if (level === null) return null
    this.begin(level)
    let next: IORegistryEntry | null = null
    if (level.links !== null) {
      if (level.stamp !== level.links.stamp) this.valid = false
      else next = level.links.members[level.index++] ?? null
    }
    this.setCurrent(level, next)
    return next
  }

  /**
   * Next entry in pre-order; below an entry only where it is met first.
   * @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryIterator::getNextObjectRecursive — faithful
   */
  getNextObjectRecursive(): IORegistryEntry | null {
    let next: IORegistryEntry | null
    do next = this.getNextObjectFlat()
    while (next === null && this.exitEntry())
    if (next !== null) {
      this.done ??= OSOrderedSet.withCapacity(10)
      if (this.done.setObject(next)) this.enterEntry()
    }
    return next
  }

  /**
   * The entry of the last step (before the first: the start); null when the iterator has become invalid.
   * @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryIterator::getCurrentEntry — faithful
   */
  getCurrentEntry(): IORegistryEntry | null {
    return this.isValid() ? (this.where?.current ?? null) : null
  }

  /**
   * False once the links being walked have changed. Only the innermost level is looked at: a change further out shows
   * when the walk comes back there. @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryIterator::isValid — faithful
   */
  override isValid(): boolean {
    const links = this.where?.links ?? null
    return this.valid && (links === null || links.stamp === this.where?.stamp)
  }

  /**
   * Goes one level down, below the current entry; a plane that is named is walked from then on, also further out.
   * @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryIterator::enterEntry — faithful
   */
  enterEntry(plane: IORegistryPlane | null = null): void {
    const outer = this.where
    if (outer === null) return
    this.plane = plane ?? this.plane
    this.where = makeLevel(this.valid ? outer.current : null, outer)
  }

  /** Goes one level up; false at the level of the start. @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryIterator::exitEntry — faithful */
  exitEntry(): boolean {
    const level = this.where
    if (level === null) return false
    this.setCurrent(level, null)
    level.links = null
    if (level.outer === null) return false
    this.where = level.outer
    return true
  }

  /** Begins anew, valid. @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryIterator::reset — faithful */
  override reset(): void {
    while (this.exitEntry());
    this.done?.release()
    this.done = null
    if (this.where !== null) this.where = makeLevel(this.root, null)
    this.valid = true
  }

  /**
   * Walks everything from the start, recursively; the entries with one reference for the caller, or null.
   * @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryIterator::iterateAll — faithful
   */
  iterateAll(): OSOrderedSet | null {
    this.reset()
    while (this.getNextObjectRecursive() !== null);
    this.done?.retain()
    return this.done
  }

  /** Lets go of the start and of where the walk is. @xnu iokit/Kernel/IORegistryEntry.cpp IORegistryIterator::free — faithful */
  override free(): void {
    while (this.exitEntry());
    this.where = null
    this.done?.release()
    this.done = null
    this.root?.release()
    this.root = null
    super.free()
  }

  private begin(level: Level): void {
    if (level.hasBegun) return
    level.hasBegun = true
    const owner = level.current
    const { plane } = this
    if (owner === null || plane === null) return
    const wantsParents = (this.options & kIORegistryIterateParents) !== 0
    const links = wantsParents ? owner.parentLinks(plane) : owner.childLinks(plane)
    level.links = links?.members.length === 0 ? null : links
    level.stamp = level.links?.stamp ?? 0
  }

  private setCurrent(level: Level, entry: IORegistryEntry | null): void {
    const former = level.current
    if (former === entry) return
    entry?.retain()
    level.current = entry
    former?.release()
  }
}

function makeLevel(current: IORegistryEntry | null, outer: Level | null): Level {
  current?.retain()
  return { outer, current, hasBegun: false, links: null, stamp: 0, index: 0 }
}
