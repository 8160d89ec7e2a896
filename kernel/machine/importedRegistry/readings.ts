import {
  ImportedArray,
  ImportedData,
  ImportedDictionary,
  ImportedOther,
  type ImportedRegistry,
  type ImportedRow,
  type ImportedSection,
  type ImportedValue,
} from '../../importers/index.ts'

/**
 * What a dump says of one entry, ready to be served as one registry entry. A dump takes a while on a running
 * machine: an entry below two parents may be printed with another retain count or another idle time the
 * second time. Rows that say the same are one reading; an entry that was read differently has several, with
 * one id.
 */
export interface Reading {
  readonly row: ImportedRow
  /** Children in each plane, in printed order. */
  readonly children: Map<string, readonly Reading[]>
  /** Name and location in each plane. */
  readonly places: Map<string, { readonly name: string; readonly location: string | null }>
}

/** The trees of a dump as readings: for each section the roots, in printed order. */
export interface ReadingForest {
  readonly readings: readonly Reading[]
  readonly roots: readonly {
    readonly section: ImportedSection
    readonly plane: string
    readonly roots: readonly Reading[]
  }[]
}

/** Folds rows into readings, children first. `unknownPlane` is the plane of trees that do not tell theirs. */
export function readingsOf(registry: ImportedRegistry, unknownPlane = 'IOService'): ReadingForest {
  const folder = new ReadingFolder(registry)
  const roots = registry.sections.map((section) => {
    const plane = section.plane ?? unknownPlane
    return { section, plane, roots: folder.foldSection(section, plane) }
  })
  return { readings: folder.readings, roots }
}

class ReadingFolder {
  readonly readings: Reading[] = []
  private readonly ofEntry = new Map<number, Reading[]>()

  constructor(private readonly registry: ImportedRegistry) {}

  foldSection(section: ImportedSection, plane: string): readonly Reading[] {
    const rows = this.registry.rows
    const childrenOf = new Map<number, Reading[]>()
    for (let i = section.firstRow + section.rowCount - 1; i >= section.firstRow; i--) {
      const row = rows[i]
      if (row === undefined) continue
      const children = (childrenOf.get(i) ?? []).reverse()
      childrenOf.delete(i)
      const reading = this.fold(row, plane, children)
      const siblings = childrenOf.get(row.parent)
      if (siblings === undefined) childrenOf.set(row.parent, [reading])
      else siblings.push(reading)
    }
    return (childrenOf.get(-1) ?? []).reverse()
  }

  private fold(row: ImportedRow, plane: string, children: readonly Reading[]): Reading {
    let known = this.ofEntry.get(row.entry)
    if (known === undefined) {
      known = []
      this.ofEntry.set(row.entry, known)
    }
    const same = known.find((reading) => saysTheSame(reading, row, plane, children))
    const reading = same ?? { row, children: new Map(), places: new Map() }
    reading.children.set(plane, children)
    reading.places.set(plane, { name: row.name, location: row.location })
    if (same === undefined) {
      known.push(reading)
      this.readings.push(reading)
    }
    return reading
  }
}

function saysTheSame(
  reading: Reading,
  row: ImportedRow,
  plane: string,
  children: readonly Reading[],
): boolean {
  const place = reading.places.get(plane)
  if (place !== undefined && (place.name !== row.name || place.location !== row.location)) return false
  const before = reading.children.get(plane)
  if (before !== undefined && !sameList(before, children)) return false
  return sameFacts(reading.row, row) && sameValue(reading.row.properties, row.properties)
}

function sameFacts(a: ImportedRow, b: ImportedRow): boolean {
  return (
    a.className === b.className &&
    a.state === b.state &&
    a.busy === b.busy &&
    a.busyTimeNs === b.busyTimeNs &&
    a.retain === b.retain &&
    sameList(a.inheritance ?? [], b.inheritance ?? [])
  )
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i])
}

/** Whether two values print alike. */
export function sameValue(a: ImportedValue | null, b: ImportedValue | null): boolean {
  if (a === b) return true
  if (a instanceof ImportedDictionary)
    return b instanceof ImportedDictionary && sameList(a.keys, b.keys) && sameValues(a, b)
  if (a instanceof ImportedArray) return b instanceof ImportedArray && a.kind === b.kind && sameValues(a, b)
  if (a instanceof ImportedData) return b instanceof ImportedData && sameData(a, b)
  return a instanceof ImportedOther && b instanceof ImportedOther && a.text === b.text
}

function sameData(a: ImportedData, b: ImportedData): boolean {
  if (a.form !== b.form || a.form !== 'bytes') return a.form === b.form && a.source === b.source
  return sameList([...a.bytes()], [...b.bytes()])
}

function sameValues(
  a: { readonly values: readonly ImportedValue[] },
  b: { readonly values: readonly ImportedValue[] },
): boolean {
  return (
    a.values.length === b.values.length &&
    a.values.every((value, i) => sameValue(value, b.values[i] ?? null))
  )
}
