import { OSCollection } from '../../libkern/index.ts'
import type { IORegistryEntry } from './IORegistryEntry.ts'

/**
 * Parents or children of one entry in one plane, in order of attachment. Holds collection references and a stamp
 * that moves with every change, by which iterators notice.
 * @xnu iokit/Kernel/IORegistryEntry.cpp makeLink, breakLink — simplified: not an OSArray
 */
export class LinkSet {
  members: IORegistryEntry[] = []
  stamp = 0

  /** Appends `entry`; false when it is there already. */
  add(entry: IORegistryEntry): boolean {
    if (this.members.includes(entry)) return false
    entry.taggedRetain(OSCollection.metaClass)
    // A list made for one has room for one, where `push` makes room for 17: most entries have a single parent.
    if (this.members.length === 0) this.members = [entry]
    else this.members.push(entry)
    this.stamp++
    return true
  }

  /** Takes `entry` out; false when it was not there. */
  remove(entry: IORegistryEntry): boolean {
    const index = this.members.indexOf(entry)
    if (index === -1) return false
    if (index === this.members.length - 1) this.members.pop()
    else this.members.splice(index, 1)
    this.stamp++
    entry.taggedRelease(OSCollection.metaClass)
    return true
  }
}

/** What an entry keeps for one plane. */
export class PlaneLinks {
  parents: LinkSet | null = null
  children: LinkSet | null = null
  name: string | null = null
  location: string | null = null
}
