import type { ComparableSnapshot, RegistrySnapshot } from '../../../../kernel/api/index.ts'
import { titleOf } from '../paths.ts'

/** How the two sides of a row differ. */
export type Difference = 'same' | 'changed' | 'driver' | 'added' | 'removed'

/** One row of a comparison: what stands on each side, and how they differ. */
export interface AlignedRow {
  /** Rows of the two snapshots; -1 where that side has nothing. */
  readonly left: number
  readonly right: number
  readonly parent: number
  readonly depth: number
  readonly difference: Difference
  /** For a driver that changed, what it was and what it is. */
  readonly note: string
}

export interface Alignment {
  readonly rows: readonly AlignedRow[]
  readonly counts: Readonly<Record<Difference, number>>
}

/**
 * Lays two trees side by side. Children of entries that belong together are paired by title and class, then by
 * ever less; what finds no partner was added or removed, with all that hangs below it.
 */
export function alignRegistries(left: ComparableSnapshot, right: ComparableSnapshot): Alignment {
  const sides = { left, right, leftChildren: childrenOf(left.snapshot), rightChildren: childrenOf(right.snapshot) }
  const rows: AlignedRow[] = []
  const counts = { same: 0, changed: 0, driver: 0, added: 0, removed: 0 }
  const stack: { left: number; right: number; parent: number; depth: number }[] = []
  const visit = (pairs: readonly Pair[], parent: number, depth: number): void => {
    for (let at = pairs.length - 1; at >= 0; at -= 1) {
      stack.push({ left: pairs[at]?.[0] ?? -1, right: pairs[at]?.[1] ?? -1, parent, depth })
    }
  }
  visit(pairRoots(left.snapshot, right.snapshot), -1, 0)
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const told = tell(sides, next.left, next.right)
    counts[told.difference] += 1
    rows.push({ ...next, ...told })
    const below = pairChildren(sides, next.left, next.right)
    visit(below, rows.length - 1, next.depth + 1)
  }
  return { rows, counts }
}

type Pair = readonly [left: number, right: number]

interface Sides {
  readonly left: ComparableSnapshot
  readonly right: ComparableSnapshot
  readonly leftChildren: ReadonlyMap<number, readonly number[]>
  readonly rightChildren: ReadonlyMap<number, readonly number[]>
}

function childrenOf(snapshot: RegistrySnapshot): Map<number, number[]> {
  const children = new Map<number, number[]>()
  snapshot.parents.forEach((parent, row) => push(children, parent, row))
  return children
}

function push<Key>(lists: Map<Key, number[]>, key: Key, row: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [row])
  else list.push(row)
}

/** The roots belong together whatever they are called: machines have different names. */
function pairRoots(left: RegistrySnapshot, right: RegistrySnapshot): Pair[] {
  return left.ids.length === 0 && right.ids.length === 0 ? []
    : [[left.ids.length > 0 ? 0 : -1, right.ids.length > 0 ? 0 : -1]]
}

function pairChildren(sides: Sides, left: number, right: number): Pair[] {
  const ours = left < 0 ? [] : sides.leftChildren.get(left) ?? []
  const theirs = right < 0 ? [] : sides.rightChildren.get(right) ?? []
  if (ours.length === 0) return theirs.map((row) => [-1, row])
  if (theirs.length === 0) return ours.map((row) => [row, -1])
  const partner = new Map<number, number>()
  const free = { left: new Set(ours), right: new Set(theirs) }
  for (const key of KEYS) {
    if (free.left.size === 0 || free.right.size === 0) break
    const waiting = new Map<string, number[]>()
    for (const row of free.right) {
      const name = key(sides.right.snapshot, row)
      if (name !== null) push(waiting, name, row)
    }
    for (const row of free.left) {
      const found = waiting.get(key(sides.left.snapshot, row) ?? '')?.shift()
      if (found === undefined) continue
      partner.set(row, found)
      free.left.delete(row)
      free.right.delete(found)
    }
  }
  return inOrder(ours, theirs, partner)
}

/** What entries are paired by, the surest first; null when an entry has no such key. */
const KEYS: readonly ((snapshot: RegistrySnapshot, row: number) => string | null)[] = [
  (snapshot, row) => `${titleOf(snapshot, row)}\n${snapshot.classes[row] ?? ''}`,
  titleOf,
  (snapshot, row) => `${snapshot.names[row] ?? ''}\n${snapshot.classes[row] ?? ''}`,
  (snapshot, row) => snapshot.locations[row] ? `${snapshot.locations[row]}\n${snapshot.classes[row] ?? ''}` : null,
  (snapshot, row) => snapshot.classes[row] === 'IOPlatformExpertDevice' ? 'platform' : null,
]

/** The order of the right side, with what only the left has behind the neighbour it stood behind. */
function inOrder(ours: readonly number[], theirs: readonly number[], partner: ReadonlyMap<number, number>): Pair[] {
  const of = new Map([...partner].map(([left, right]) => [right, left]))
  const goneAfter = new Map<number, number[]>()
  let anchor = -1
  for (const left of ours) {
    const right = partner.get(left)
    if (right !== undefined) anchor = right
    else push(goneAfter, anchor, left)
  }
  const gone = (after: number): Pair[] => (goneAfter.get(after) ?? []).map((left) => [left, -1])
  return [...gone(-1), ...theirs.flatMap((right): Pair[] => [[of.get(right) ?? -1, right], ...gone(right)])]
}

function tell(sides: Sides, left: number, right: number): { difference: Difference; note: string } {
  if (left < 0) return { difference: 'added', note: '' }
  if (right < 0) return { difference: 'removed', note: '' }
  const { left: ours, right: theirs } = sides
  const was = driversOf(ours.snapshot, sides.leftChildren.get(left) ?? [])
  const is = driversOf(theirs.snapshot, sides.rightChildren.get(right) ?? [])
  if (was.join() !== is.join()) return { difference: 'driver', note: driverNote(was, is) }
  const sameClass = ours.snapshot.classes[left] === theirs.snapshot.classes[right]
  const sameTitle = titleOf(ours.snapshot, left) === titleOf(theirs.snapshot, right)
  const same = sameClass && sameTitle && ours.digests[left] === theirs.digests[right]
  return { difference: same ? 'same' : 'changed', note: '' }
}

/** Which drivers came in the place of which; those that both sides have are left out. */
function driverNote(was: readonly string[], is: readonly string[]): string {
  const gone = was.filter((name) => !is.includes(name)).join(', ')
  const come = is.filter((name) => !was.includes(name)).join(', ')
  if (gone !== '' && come !== '') return `${gone} → ${come}`
  if (gone === '') return was.length === 0 ? `no driver → ${come}` : `also ${come}`
  return is.length === 0 ? `${gone} → no driver` : `without ${gone}`
}

/** Classes of the drivers that matching attached, each once. */
function driversOf(snapshot: RegistrySnapshot, children: readonly number[]): readonly string[] {
  const classes = children.filter((row) => snapshot.drivers[row] === 1).map((row) => snapshot.classes[row] ?? '')
  return [...new Set(classes)].sort()
}
