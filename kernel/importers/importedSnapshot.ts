import { kIOServiceInactiveState, kIOServiceMatchedState } from '../abi/index.ts'
import type {
  EntryDetails,
  EntryParent,
  PropertyValue,
  RegistrySnapshot,
  RegistrySource,
} from '../api/index.ts'
import { wantsDriver } from '../formats/index.ts'
import {
  ImportedArray,
  ImportedData,
  ImportedDictionary,
  ImportedString,
  type ImportedRegistry,
  type ImportedRow,
  type ImportedSection,
  type ImportedValue,
} from './ImportedRegistry.ts'
import { isDriver } from './registryFacts.ts'

const NO_SERVICE = 0xffffffff

/** The planes of a dump whose trees it holds. */
export function importedPlanes(registry: ImportedRegistry): readonly string[] {
  return [...new Set(registry.sections.map((section) => section.plane ?? 'IOService'))]
}

/** The tree of one plane, in columns. An unknown plane gives an empty tree. */
export function importedSnapshot(
  registry: ImportedRegistry,
  plane: string,
  source: RegistrySource,
): RegistrySnapshot {
  const section = sectionOf(registry, plane)
  const first = section?.firstRow ?? 0
  const count = section?.rowCount ?? 0
  const columns = emptyColumns(count)
  for (let i = 0; i < count; i++) {
    const row = registry.rows[first + i]
    if (row === undefined) continue
    fillRow(columns, i, row, first)
    const isLeaf = (registry.rows[first + i + 1]?.depth ?? 0) <= row.depth || i === count - 1
    columns.withoutDriver[i] = isLeaf && isIdleDevice(row) ? 1 : 0
  }
  return { source, plane, planes: importedPlanes(registry), generation: 0, ...columns }
}

type Columns = ReturnType<typeof emptyColumns>

function emptyColumns(count: number) {
  return {
    ids: new Float64Array(count),
    parents: new Int32Array(count),
    depths: new Uint16Array(count),
    names: Array.from<string>({ length: count }),
    locations: Array.from<string | null>({ length: count }),
    classes: Array.from<string>({ length: count }),
    states: new Uint32Array(count),
    busy: new Uint16Array(count),
    retains: new Int32Array(count),
    drivers: new Uint8Array(count),
    withoutDriver: new Uint8Array(count),
  }
}

function fillRow(columns: Columns, at: number, row: ImportedRow, first: number): void {
  columns.ids[at] = shownId(row)
  columns.parents[at] = row.parent < 0 ? -1 : row.parent - first
  columns.depths[at] = row.depth
  columns.names[at] = row.name
  columns.locations[at] = row.location
  columns.classes[at] = row.className
  columns.states[at] = row.state ?? NO_SERVICE
  columns.busy[at] = row.busy
  columns.retains[at] = row.retain ?? 0
  columns.drivers[at] = isDriver(row) ? 1 : 0
}

/** A PCI function that matching was done with and that is no part of the chipset; a dump without properties has none. */
function isIdleDevice(row: ImportedRow): boolean {
  const state = row.state ?? NO_SERVICE
  if (
    state === NO_SERVICE ||
    (state & kIOServiceMatchedState) === 0 ||
    (state & kIOServiceInactiveState) !== 0
  )
    return false
  const code = row.properties?.get('class-code')
  if (!(code instanceof ImportedData) || !(row.properties?.get('device-id') instanceof ImportedData))
    return false
  const [low = 0, middle = 0, high = 0] = code.bytes()
  return wantsDriver((high << 16) | (middle << 8) | low)
}

/** The tree that shows `plane`; a tree whose plane nobody knows is taken for the service plane's. */
export function sectionOf(registry: ImportedRegistry, plane: string): ImportedSection | undefined {
  return registry.sections.find((section) => (section.plane ?? 'IOService') === plane)
}

/** Everything about an entry of `plane`'s snapshot, by its id there; null when there is none. */
export function importedEntryDetails(
  registry: ImportedRegistry,
  plane: string,
  id: number,
): EntryDetails | null {
  const shown = registry.rows.filter((row) => shownId(row) === id)
  const section = sectionOf(registry, plane)
  const entry = shown.find((row) => section !== undefined && isIn(registry, section, row)) ?? shown[0]
  if (entry === undefined) return null
  const properties = shown.find((row) => row.properties !== null)?.properties ?? null
  const bundle = properties?.get('CFBundleIdentifier')
  return {
    id: shownId(entry),
    name: entry.name,
    location: entry.location,
    className: entry.className,
    inheritance: entry.inheritance,
    bundle: entry.bundle ?? (typeof bundle === 'string' ? bundle : null),
    path: pathOf(registry, entry, plane),
    state: entry.state,
    busy: entry.busy,
    busyTimeNs: entry.busyTimeNs ?? 0,
    retain: entry.retain ?? 0,
    parents: parentsOf(registry, entry),
    properties: properties === null ? [] : dictionaryEntries(properties),
  }
}

function isIn(
  registry: ImportedRegistry,
  { firstRow, rowCount }: ImportedSection,
  row: ImportedRow,
): boolean {
  const at = registry.rows.indexOf(row, firstRow)
  return at >= 0 && at < firstRow + rowCount
}

/** The printed id; where there is none, a number below zero that only says which rows show the same entry. */
export function shownId(row: ImportedRow): number {
  return row.id === 0 ? -row.entry - 1 : row.id
}

/** The parents of an entry wherever it stands; each once per plane. */
function parentsOf(registry: ImportedRegistry, entry: ImportedRow): EntryParent[] {
  const found = new Map<string, EntryParent>()
  for (const { plane, firstRow, rowCount } of registry.sections) {
    for (let at = firstRow; at < firstRow + rowCount; at++) {
      const row = registry.rows[at]
      const parent = row?.entry === entry.entry ? registry.rows[row.parent] : undefined
      if (parent === undefined) continue
      const where = plane ?? 'IOService'
      found.set(`${where} ${parent.entry}`, {
        plane: where,
        id: shownId(parent),
        title: componentOf(parent),
        className: parent.className,
      })
    }
  }
  return [...found.values()].sort((a, b) => Number(b.plane === 'IOService') - Number(a.plane === 'IOService'))
}

function componentOf(row: ImportedRow): string {
  return row.location === null ? row.name : `${row.name}@${row.location}`
}

/** `IOService:/name@location/…` as the kernel writes it: without the root and the platform expert's nub. */
function pathOf(registry: ImportedRegistry, entry: ImportedRow, plane: string): string {
  const parts: string[] = []
  for (let row: ImportedRow | undefined = entry; row !== undefined; row = registry.rows[row.parent]) {
    parts.push(componentOf(row))
    if (row.parent < 0) break
  }
  if (parts[parts.length - 1] === 'Root') parts.splice(-2)
  return `${plane}:/${parts.reverse().join('/')}`
}

/** Members of a dictionary in printed order. */
export function dictionaryEntries(dictionary: ImportedDictionary): { key: string; value: PropertyValue }[] {
  return dictionary.keys.map((key, i) => ({ key, value: toPropertyValue(dictionary.values[i] ?? false) }))
}

/** An imported value in the form that crosses to the app. */
export function toPropertyValue(value: ImportedValue): PropertyValue {
  if (typeof value === 'string') return { type: 'string', value }
  if (typeof value === 'boolean') return { type: 'boolean', value }
  if (typeof value === 'bigint') return { type: 'number', value, bits: 64 }
  if (typeof value === 'number') return numberValue(value)
  if (value instanceof ImportedData) return { type: 'data', bytes: value.bytes() }
  if (value instanceof ImportedDictionary) return { type: 'dictionary', entries: dictionaryEntries(value) }
  if (value instanceof ImportedArray) return { type: value.kind, values: value.values.map(toPropertyValue) }
  return {
    type: 'other',
    text: value instanceof ImportedString ? '(text that the dump does not show)' : value.text,
  }
}

function numberValue(value: number): PropertyValue {
  const bits = isInt32(value) ? 32 : 64
  return { type: 'number', value: BigInt.asUintN(bits, BigInt(value)), bits }
}

/** Whether a printed number was, or could have been, a 32-bit number: wider ones print above 2^31 - 1. */
export function isInt32(value: number): boolean {
  return value >= -0x80000000 && value <= 0x7fffffff
}
