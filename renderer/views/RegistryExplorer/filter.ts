import type { PropertyHits, RegistrySnapshot } from '../../../kernel/api/index.ts'

export interface FilterResult {
  readonly rows: Int32Array
  readonly hits: number
  /** 1 for rows that match themselves, 0 for their ancestors. */
  readonly isHit: Uint8Array
  /** Keys of the properties by which entries match, by entry id. */
  readonly keys: ReadonlyMap<number, string>
}

/** Name with location and class of every row in lower case, one after the other. */
export interface SearchText {
  readonly text: string
  /** Where each row begins, and where the last one ends. */
  readonly starts: Int32Array
}

const NO_KEYS: ReadonlyMap<number, string> = new Map()

export function searchText(snapshot: RegistrySnapshot): SearchText {
  const { names, locations, classes } = snapshot
  const starts = new Int32Array(names.length + 1)
  const parts: string[] = []
  let length = 0
  for (let row = 0; row < names.length; row += 1) {
    const location = locations[row]
    const part =
      `${names[row] ?? ''}${location ? `@${location}` : ''}\n${classes[row] ?? ''}\0`.toLowerCase()
    parts.push(part)
    length += part.length
    starts[row + 1] = length
  }
  return { text: parts.join(''), starts }
}

/**
 * Rows whose name, location or class holds the text, or whose properties do, with all their ancestors.
 * `0x…` also finds the entry with that id.
 */
export function filterRows(
  snapshot: RegistrySnapshot,
  search: SearchText,
  filter: string,
  properties: PropertyHits | null = null,
): FilterResult {
  const needle = filter.trim().toLowerCase()
  const isHit = new Uint8Array(snapshot.ids.length)
  markNames(search, needle, isHit)
  const id = /^0x[0-9a-f]{5,}$/u.test(needle) ? Number(needle) : 0
  if (id !== 0)
    snapshot.ids.forEach((entry, row) => {
      if (entry === id) isHit[row] = 1
    })
  const keys =
    properties === null || properties.keys.length === 0
      ? NO_KEYS
      : markProperties(snapshot, properties, isHit)
  return { ...withAncestors(snapshot, isHit), isHit, keys }
}

/** One search through one long text: far faster than one search per row. */
function markNames({ text, starts }: SearchText, needle: string, isHit: Uint8Array): void {
  let row = 0
  for (let at = text.indexOf(needle); at >= 0 && row < isHit.length;) {
    row = rowAt(starts, at, row)
    isHit[row] = 1
    row += 1
    at = text.indexOf(needle, starts[row] ?? text.length)
    if (needle === '') at = row < isHit.length ? (starts[row] ?? -1) : -1
  }
}

/** The row whose text holds the place `at`; rows before `from` are known to end earlier. */
function rowAt(starts: Int32Array, at: number, from: number): number {
  let low = from
  let high = starts.length - 2
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= at) low = middle
    else high = middle - 1
  }
  return low
}

/** Marks rows that match by a property; gives the keys of those that do not match by name or class. */
function markProperties(
  snapshot: RegistrySnapshot,
  { ids, keys }: PropertyHits,
  isHit: Uint8Array,
): Map<number, string> {
  const keyOf = new Map<number, string>()
  keys.forEach((key, at) => keyOf.set(ids[at] ?? 0, key))
  snapshot.ids.forEach((id, row) => {
    if (!keyOf.has(id)) return
    if (isHit[row] === 1) keyOf.delete(id)
    else isHit[row] = 1
  })
  return keyOf
}

function withAncestors(snapshot: RegistrySnapshot, isHit: Uint8Array): { rows: Int32Array; hits: number } {
  const count = isHit.length
  const kept = new Uint8Array(isHit)
  let hits = 0
  let keptCount = 0
  for (let row = count - 1; row >= 0; row -= 1) {
    hits += isHit[row] ?? 0
    if (kept[row] !== 1) continue
    keptCount += 1
    const parent = snapshot.parents[row] ?? -1
    if (parent >= 0) kept[parent] = 1
  }
  const rows = new Int32Array(keptCount)
  let at = 0
  for (let row = 0; row < count; row += 1) {
    if (kept[row] !== 1) continue
    rows[at] = row
    at += 1
  }
  return { rows, hits }
}
