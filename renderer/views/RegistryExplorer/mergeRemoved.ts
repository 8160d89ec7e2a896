import { kIOServiceInactiveState } from '../../../kernel/abi/serviceState.ts'
import type { RegistrySnapshot } from '../../../kernel/api/index.ts'

/** More than this at once is no change but another registry. */
const MAX_REMOVED = 2000
const NO_SERVICE = 0xffffffff

export interface Merged {
  readonly snapshot: RegistrySnapshot
  readonly removed: ReadonlySet<number>
}

/** One row of the result: where it is copied from, and how deep it stands now. */
interface Place {
  readonly from: RegistrySnapshot
  readonly row: number
  readonly depth: number
}

/** The new snapshot with the entries that only the old one has put back where they were, inactive. */
export function mergeRemoved(before: RegistrySnapshot, now: RegistrySnapshot): Merged {
  const alive = new Set(now.ids)
  const removed = new Set<number>()
  for (const id of before.ids) if (!alive.has(id)) removed.add(id)
  if (removed.size === 0 || removed.size > MAX_REMOVED) return { snapshot: now, removed: new Set() }
  return { snapshot: build(now, places(before, now, removed), removed), removed }
}

/** Removed subtrees by what stands before them: the living sibling above, or else the parent. */
interface Anchors {
  readonly afterSibling: Map<number, number[]>
  readonly firstInParent: Map<number, number[]>
}

function anchorsOf(before: RegistrySnapshot, removed: ReadonlySet<number>): Anchors {
  const anchors: Anchors = { afterSibling: new Map(), firstInParent: new Map() }
  const lastAlive = new Map<number, number>()
  before.ids.forEach((id, row) => {
    const parent = before.parents[row] ?? -1
    if (parent < 0 || removed.has(before.ids[parent] ?? 0)) return
    const sibling = lastAlive.get(parent)
    if (!removed.has(id)) lastAlive.set(parent, id)
    else if (sibling === undefined) push(anchors.firstInParent, before.ids[parent] ?? 0, row)
    else push(anchors.afterSibling, sibling, row)
  })
  return anchors
}

function push(map: Map<number, number[]>, key: number, row: number): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [row])
  else list.push(row)
}

function places(before: RegistrySnapshot, now: RegistrySnapshot, removed: ReadonlySet<number>): Place[] {
  const { afterSibling, firstInParent } = anchorsOf(before, removed)
  const result: Place[] = []
  const open: { id: number; depth: number }[] = []

  const putBack = (map: Map<number, number[]>, id: number, depth: number): void => {
    for (const top of map.get(id) ?? []) addSubtree(before, top, depth)
    map.delete(id)
  }
  const addSubtree = (from: RegistrySnapshot, top: number, depth: number): void => {
    const level = from.depths[top] ?? 0
    for (let row = top; row === top || (from.depths[row] ?? 0) > level; row += 1) {
      const below = (from.depths[row] ?? 0) - level
      if (removed.has(from.ids[row] ?? 0)) result.push({ from, row, depth: depth + below })
    }
  }
  const close = (depth: number): void => {
    for (let last = open.at(-1); last !== undefined && last.depth >= depth; last = open.at(-1)) {
      open.pop()
      putBack(afterSibling, last.id, last.depth)
    }
  }

  now.ids.forEach((id, row) => {
    const depth = now.depths[row] ?? 0
    close(depth)
    result.push({ from: now, row, depth })
    open.push({ id, depth })
    putBack(firstInParent, id, depth + 1)
  })
  close(0)
  return result
}

function build(
  now: RegistrySnapshot, rows: readonly Place[], removed: ReadonlySet<number>,
): RegistrySnapshot {
  const above: number[] = []
  const isRemoved = ({ from, row }: Place): boolean => from !== now && removed.has(from.ids[row] ?? 0)
  const stateOf = (place: Place): number => {
    const state = place.from.states[place.row] ?? NO_SERVICE
    return isRemoved(place) && state !== NO_SERVICE ? kIOServiceInactiveState : state
  }
  return {
    ...now,
    ids: Float64Array.from(rows, ({ from, row }) => from.ids[row] ?? 0),
    depths: Uint16Array.from(rows, ({ depth }) => depth),
    parents: Int32Array.from(rows, ({ depth }, row) => {
      above[depth] = row
      return depth === 0 ? -1 : above[depth - 1] ?? -1
    }),
    names: rows.map(({ from, row }) => from.names[row] ?? ''),
    locations: rows.map(({ from, row }) => from.locations[row] ?? null),
    classes: rows.map(({ from, row }) => from.classes[row] ?? ''),
    states: Uint32Array.from(rows, stateOf),
    busy: Uint16Array.from(rows, (place) => isRemoved(place) ? 0 : place.from.busy[place.row] ?? 0),
    retains: Int32Array.from(rows, ({ from, row }) => from.retains[row] ?? 0),
    drivers: Uint8Array.from(rows, ({ from, row }) => from.drivers[row] ?? 0),
    withoutDriver: Uint8Array.from(rows, ({ from, row }) => from.withoutDriver[row] ?? 0),
  }
}
