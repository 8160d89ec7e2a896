import {
  kIODefaultMatchCategoryKey, kIOServiceMatchedState, kIOServiceRegisteredState,
} from '../../abi/index.ts'
import type {
  DiffChange, DiffDriver, DiffDriverChange, DiffItem, DiffReport, DiffRow, DiffValue,
} from '../../api/index.ts'
import { isDriver, type ImportedRegistry, type ImportedRow } from '../../importers/index.ts'
import { diffTrees, type DiffNode } from './DiffNode.ts'
import { pairNodes } from './pairNodes.ts'
import { propertyChanges } from './values.ts'

/** What a comparison of registries takes into account. */
export interface DiffRegistryOptions {
  readonly plane?: string
  /** Counters, clocks and charge too. */
  readonly all?: boolean
}

/** A pair of entries, or an entry of one side, as the tree of differences holds it. */
interface Branch {
  readonly row: Omit<DiffRow, 'depth' | 'below'>
  readonly size: number
  readonly children: Branch[]
}

/**
 * Compares two registries entry by entry: what is there, of which class, with which driver and properties.
 */
export function diffRegistries(
  before: ImportedRegistry, after: ImportedRegistry,
  { plane = 'IOService', all = false }: DiffRegistryOptions = {},
): DiffReport {
  const work = new Comparison(all)
  const top: Branch = { row: { mark: ' ', text: '', values: [] }, size: 0, children: [] }
  work.compare(diffTrees(before, plane), diffTrees(after, plane), top)
  return {
    kind: 'registry', added: work.added, removed: work.removed, changed: work.changed,
    driverChanged: work.driverChanged,
    tree: top.children.flatMap((one) => rowsOf(one, 0)),
    notes: all ? [] : ['Counters, clocks, charge and power states were left out; --all compares them too.'],
  }
}

class Comparison {
  readonly added: DiffItem[] = []
  readonly removed: DiffItem[] = []
  readonly changed: DiffChange[] = []
  readonly driverChanged: DiffDriverChange[] = []

  constructor(private readonly all: boolean) {}

  /** Compares children of one entry and all below them, without recursion: trees may be deep. */
  compare(before: readonly DiffNode[], after: readonly DiffNode[], top: Branch): void {
    const waiting = [{ before, after, into: top }]
    for (let work = waiting.pop(); work !== undefined; work = waiting.pop()) {
      const { both, removed, added } = pairNodes(work.before, work.after)
      const inner = both.map(([one, other]) => {
        const into = this.pair(one, other)
        work.into.children.push(into)
        return { before: one.children, after: other.children, into }
      })
      waiting.push(...inner.toReversed())
      for (const node of removed) work.into.children.push(this.single(node, '-', this.removed))
      for (const node of added) work.into.children.push(this.single(node, '+', this.added))
    }
  }

  private pair(one: DiffNode, other: DiffNode): Branch {
    const values = [...headerChanges(one.row, other.row),
      ...propertyChanges(one.row.properties, other.row.properties, this.all)]
    if (values.length > 0) this.changed.push({ path: one.path, values })
    this.drivers(one, other)
    return { row: { mark: values.length > 0 ? '~' : ' ', text: textOf(other), values }, size: 1,
      children: [] }
  }

  private single(node: DiffNode, mark: '+' | '-', list: DiffItem[]): Branch {
    let size = 0
    const waiting = [node]
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      list.push({ path: next.path, what: next.row.className, isInside: next !== node })
      size++
      waiting.push(...next.children.toReversed())
    }
    return { row: { mark, text: textOf(node), values: [] }, size, children: [] }
  }

  /** Drivers that matching made on a provider, by category. */
  private drivers(one: DiffNode, other: DiffNode): void {
    const before = driversOf(one)
    const after = driversOf(other)
    for (const category of new Set([...before.keys(), ...after.keys()])) {
      const [a, b] = [before.get(category) ?? null, after.get(category) ?? null]
      if (a?.ioClass === b?.ioClass && a?.bundle === b?.bundle) continue
      this.driverChanged.push({ path: one.path, category, before: a, after: b })
    }
  }
}

function textOf({ label, row }: DiffNode): string {
  return `${label} <${row.className}>`
}

function driversOf({ children }: DiffNode): Map<string, DiffDriver> {
  return new Map(children.filter(({ row }) => isDriver(row)).map(({ row }) => {
    const text = (key: string): string | null => {
      const value = row.properties?.get(key)
      return typeof value === 'string' ? value : null
    }
    const bundle = text('CFBundleIdentifier') ?? row.bundle
    return [text('IOMatchCategory') ?? kIODefaultMatchCategoryKey,
      { ioClass: text('IOClass'), bundle, version: null }]
  }))
}

const STATES = [['registered', kIOServiceRegisteredState], ['matched', kIOServiceMatchedState]] as const

function headerChanges(one: ImportedRow, other: ImportedRow): DiffValue[] {
  const told = [
    ['name', one.name, other.name], ['class', one.className, other.className],
    ['location', one.location, other.location],
  ] as const
  const changes: DiffValue[] = told.filter(([, a, b]) => a !== b).map(([key, before, after]) =>
    ({ key, before, after }))
  for (const [key, bit] of STATES) {
    if (one.state === null || other.state === null || ((one.state ^ other.state) & bit) === 0) continue
    const word = (state: number): string => ((state & bit) !== 0 ? 'Yes' : 'No')
    changes.push({ key, before: word(one.state), after: word(other.state) })
  }
  return changes
}

/** The branches that hold a difference, as rows; all others are left out. */
function rowsOf(branch: Branch, depth: number): DiffRow[] {
  const inner = branch.children.flatMap((one) => rowsOf(one, depth + 1))
  if (branch.row.mark === ' ' && inner.length === 0) return []
  return [{ ...branch.row, depth, below: branch.size - 1 }, ...inner]
}
