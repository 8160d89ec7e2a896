import { installIOKitServer } from '../../iokit/userclient/index.ts'
import { IORegistryEntry, type IORegistryPlane } from '../../iokit/registry/index.ts'
import { assignRegistryID } from '../../iokit/registry/links.ts'
import { registryState } from '../../iokit/registry/registryState.ts'
import type { ImportedStyle } from '../../importers/index.ts'
import { Simulation } from '../../sim/index.ts'
import {
  kPresentationPrintsIds,
  kPresentationRetainWord,
} from '../../userland/commands/ioreg/Presentation.ts'
import { ImportedRegistryEntry } from './ImportedRegistryEntry.ts'
import { ImportedService } from './ImportedService.ts'
import type { Reading } from './readings.ts'
import { servedClass } from './servedClass.ts'
import { ServedFacts } from './ServedFacts.ts'

type ServedEntry = ImportedRegistryEntry | ImportedService

/** A dump as it is to be served: one registry root and the planes that begin at it. */
export interface ServedTrees {
  readonly root: Reading
  readonly planes: readonly string[]
  readonly style: ImportedStyle
}

/**
 * A world whose registry is a dump's: its entries are kernel objects that answer the same Mach messages as
 * those of a running machine. Nothing matches, nothing runs but what is asked.
 */
export function serveTrees(trees: ServedTrees): Simulation {
  const world = new Simulation(0)
  world.enter(() => {
    installIOKitServer()
    new RegistryBuilder(trees).build()
  })
  return world
}

class RegistryBuilder {
  private readonly entries = new Map<Reading, ServedEntry>()

  constructor(private readonly trees: ServedTrees) {}

  build(): void {
    const { root, planes, style } = this.trees
    const made = planes.map((name) => IORegistryEntry.makePlane(name))
    const top = this.entryOf(root)
    registryState().root = top
    assignRegistryID(top)
    for (const plane of made) this.attachChildren(root, plane, new Set())
    const dumpStyle = {
      [kPresentationRetainWord]: style.retainWord,
      [kPresentationPrintsIds]: style.printsIds,
    }
    for (const [reading, entry] of this.entries) {
      entry.serve(new ServedFacts(reading, servedClass(reading.row), reading === root ? dumpStyle : null))
    }
  }

  /** Parents before children, so that an entry's first parent is the one below which it was printed first. */
  private attachChildren(parent: Reading, plane: IORegistryPlane, done: Set<Reading>): void {
    if (done.has(parent)) return
    done.add(parent)
    const parentEntry = this.entryOf(parent)
    const children = parent.children.get(plane.name) ?? []
    for (const child of children) this.entryOf(child).attachToParent(parentEntry, plane)
    for (const child of children) this.attachChildren(child, plane, done)
  }

  private entryOf(reading: Reading): ServedEntry {
    const known = this.entries.get(reading)
    if (known !== undefined) return known
    const { row, places } = reading
    const entry = row.state === null ? new ImportedRegistryEntry() : new ImportedService()
    entry.init()
    entry.setName(row.name)
    for (const [planeName, { name, location }] of places) {
      const plane = IORegistryEntry.getPlane(planeName)
      if (plane === null) continue
      entry.setName(name, plane)
      if (location !== null) entry.setLocation(location, plane)
    }
    if (row.id !== 0) {
      entry.registryEntryID = row.id
      if (!registryState().entriesByID.has(row.id)) registryState().entriesByID.set(row.id, entry)
    }
    this.entries.set(reading, entry)
    return entry
  }
}
