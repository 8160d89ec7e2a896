import type { ImportedRegistry, ImportedRow } from '../../importers/index.ts'
import type { Simulation } from '../../sim/index.ts'
import { readingsOf, type Reading, type ReadingForest } from './readings.ts'
import { serveTrees } from './serveTrees.ts'

/** One tree of a dump, ready to be walked: the world that serves it and its plane there. */
export interface ServedSection {
  /** The line above the tree, without its colon. */
  readonly title: string | null
  readonly plane: string
  readonly world: Simulation
}

/**
 * Serves a dump. Trees that begin at the same root share a world; a dump that was put together from several
 * runs of ioreg may need several. Worlds are made when asked for.
 */
export class ServedDump {
  private readonly forest: ReadingForest
  private readonly worlds = new Map<Reading, Simulation>()
  private readonly madeUpRoots = new Map<object, Reading>()

  /** `unknownPlane` is where trees are served whose plane the dump does not tell. */
  constructor(
    private readonly registry: ImportedRegistry,
    unknownPlane = 'IOService',
  ) {
    this.forest = readingsOf(registry, unknownPlane)
  }

  /** Planes of the trees, in the order of the dump. */
  get planes(): readonly string[] {
    return this.forest.roots.map((tree) => tree.plane)
  }

  /** Trees of the dump, in its order. */
  sections(): readonly ServedSection[] {
    return this.forest.roots.map((tree) => ({
      title: tree.section.title,
      plane: tree.plane,
      world: this.worldOf(this.rootOf(tree)),
    }))
  }

  /** The tree of one plane; null when the dump has none. */
  section(plane: string): ServedSection | null {
    const tree = this.forest.roots.find((candidate) => candidate.plane === plane)
    return tree === undefined
      ? null
      : { title: tree.section.title, plane, world: this.worldOf(this.rootOf(tree)) }
  }

  /** The first tree; for a dump without any, a registry that holds nothing. */
  anySection(): ServedSection {
    const [first] = this.sections()
    return first ?? { title: null, plane: 'IOService', world: this.worldOf(EMPTY) }
  }

  private rootOf(tree: ReadingForest['roots'][number]): Reading {
    const [first] = tree.roots
    return first !== undefined && tree.roots.length === 1 ? first : this.madeUpRoot(tree)
  }

  /** Several trees without a common root, as `ioreg -r` prints them, hang below one that says nothing. */
  private madeUpRoot(tree: ReadingForest['roots'][number]): Reading {
    const known = this.madeUpRoots.get(tree)
    if (known !== undefined) return known
    const reading: Reading = {
      row: MADE_UP_ROOT,
      children: new Map([[tree.plane, tree.roots]]),
      places: new Map([[tree.plane, { name: MADE_UP_ROOT.name, location: null }]]),
    }
    this.madeUpRoots.set(tree, reading)
    return reading
  }

  private worldOf(root: Reading): Simulation {
    let world = this.worlds.get(root)
    if (world === undefined) {
      world = serveTrees({ root, planes: [...root.children.keys()], style: this.registry.style })
      this.worlds.set(root, world)
    }
    return world
  }
}

const MADE_UP_ROOT: ImportedRow = {
  parent: -1,
  depth: 0,
  name: 'Root',
  location: null,
  className: 'IORegistryEntry',
  inheritance: null,
  id: 0,
  entry: -1,
  state: null,
  busy: 0,
  busyTimeNs: null,
  retain: null,
  properties: null,
  bundle: null,
  terminated: false,
  clipped: false,
}

const EMPTY: Reading = { row: MADE_UP_ROOT, children: new Map(), places: new Map() }
