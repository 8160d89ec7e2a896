import type { RegistrySnapshot } from '../../../kernel/api/index.ts'

/** Which rows are open: everything or nothing but the exceptions, by row key. */
export interface Expansion {
  readonly base: 'expanded' | 'collapsed'
  readonly exceptions: ReadonlySet<number>
}

export const ALL_EXPANDED: Expansion = { base: 'expanded', exceptions: new Set() }
export const ALL_COLLAPSED: Expansion = { base: 'collapsed', exceptions: new Set([]) }

/** What stays the same in every snapshot and plane: the entry. */
export function rowKey(snapshot: RegistrySnapshot, row: number): number {
  return snapshot.ids[row] ?? 0
}

export function isExpanded(expansion: Expansion, key: number): boolean {
  return expansion.exceptions.has(key) !== (expansion.base === 'expanded')
}

export function withExpanded(expansion: Expansion, keys: Iterable<number>, expanded: boolean): Expansion {
  const exceptions = new Set(expansion.exceptions)
  for (const key of keys) {
    if ((expansion.base === 'expanded') === expanded) exceptions.delete(key)
    else exceptions.add(key)
  }
  return { base: expansion.base, exceptions }
}

export function hasChildren(snapshot: RegistrySnapshot, row: number): boolean {
  return (snapshot.depths[row + 1] ?? 0) > (snapshot.depths[row] ?? 0)
}

/** Rows on show, in order. One pass over the columns; nothing is made per row. */
export function visibleRows(snapshot: RegistrySnapshot, expansion: Expansion): Int32Array {
  const { depths } = snapshot
  const count = depths.length
  const rows = new Int32Array(count)
  const plain = expansion.base === 'expanded' && expansion.exceptions.size === 0
  let shown = 0
  let hiddenBelow = -1
  for (let row = 0; row < count; row += 1) {
    const depth = depths[row] ?? 0
    if (hiddenBelow >= 0 && depth > hiddenBelow) continue
    rows[shown] = row
    shown += 1
    hiddenBelow = plain || isExpanded(expansion, rowKey(snapshot, row)) ? -1 : depth
  }
  return rows.subarray(0, shown)
}

/** What the filter looks into, lower-case, one string per row. */
export function searchTexts(snapshot: RegistrySnapshot): readonly string[] {
  return snapshot.names.map((name, row) => {
    const location = snapshot.locations[row]
    const at = location === null || location === undefined ? '' : `@${location}`
    return `${name}${at}\n${snapshot.classes[row] ?? ''}`.toLowerCase()
  })
}

/** Rows from the root to this one. */
export function ancestry(snapshot: RegistrySnapshot, row: number): number[] {
  const path: number[] = []
  for (let at = row; at >= 0; at = snapshot.parents[at] ?? -1) path.unshift(at)
  return path
}

/** The row and everything below it. */
export function subtreeOf(snapshot: RegistrySnapshot, row: number): number[] {
  const { depths } = snapshot
  const inside = [row]
  const level = depths[row] ?? 0
  for (let next = row + 1; (depths[next] ?? 0) > level; next += 1) inside.push(next)
  return inside
}
