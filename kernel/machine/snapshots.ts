import {
  firstKeyWith, propertiesDigest, propertyTexts, type ComparableSnapshot, type EntryDetails, type EntryParent,
  type PropertyHits, type PropertyValue, type RegistrySnapshot,
} from '../api/index.ts'
import { kIOServiceInactiveState, kIOServiceMatchedState } from '../abi/index.ts'
import { wantsDriver } from '../formats/index.ts'
import {
  IORegistryEntry, getRegistryRoot, gIOServicePlane, type IORegistryPlane,
} from '../iokit/index.ts'
import {
  OSArray, OSBoolean, OSData, OSDictionary, OSNumber, OSSet, OSString, type OSMetaClass, type OSObject,
} from '../libkern/index.ts'

const NO_SERVICE = 0xffffffff
/** Deepest nesting of properties that is shown; beyond it stands a text. */
const MAX_DEPTH = 32

interface Row {
  readonly entry: IORegistryEntry
  readonly parent: number
  readonly depth: number
}

/** One plane of the registry in pre-order, as columns. Inside the machine's world; changes nothing. */
export function snapshotRegistry(planeName: string): RegistrySnapshot {
  const plane = IORegistryEntry.getPlane(planeName)
  const rows = plane === null ? [] : rowsOf(plane)
  const count = rows.length
  const snapshot = {
    source: 'machine' as const,
    plane: planeName,
    planes: planeNames(),
    generation: IORegistryEntry.getGenerationCount(),
    ids: new Float64Array(count), parents: new Int32Array(count), depths: new Uint16Array(count),
    names: [] as string[], locations: [] as (string | null)[], classes: [] as string[],
    states: new Uint32Array(count), busy: new Uint16Array(count), retains: new Int32Array(count),
    drivers: new Uint8Array(count), withoutDriver: new Uint8Array(count),
  }
  rows.forEach(({ entry, parent, depth }, row) => {
    const service = entry.asService()
    snapshot.ids[row] = entry.getRegistryEntryID()
    snapshot.parents[row] = parent
    snapshot.depths[row] = depth
    snapshot.names.push(entry.getName(plane))
    snapshot.locations.push(entry.getLocation(plane))
    snapshot.classes.push(entry.getMetaClass().className)
    snapshot.states[row] = service?.getState() ?? NO_SERVICE
    snapshot.busy[row] = service?.getBusyState() ?? 0
    snapshot.retains[row] = entry.getRetainCount()
    snapshot.drivers[row] = isDriver(entry) ? 1 : 0
    snapshot.withoutDriver[row] = isWithoutDriver(entry) ? 1 : 0
  })
  return snapshot
}

/**
 * Everything about one entry; null when no entry has that id. Inside the machine's world; changes nothing.
 */
export function entryDetails(id: number, planeName: string): EntryDetails | null {
  const entry = IORegistryEntry.entryWithID(id)
  if (entry === null) return null
  const plane = IORegistryEntry.getPlane(planeName) ?? gIOServicePlane
  const service = entry.asService()
  const metaClass = entry.getMetaClass()
  const bundle = entry.getProperty('CFBundleIdentifier')
  return {
    id,
    name: entry.getName(plane),
    location: entry.getLocation(plane),
    className: metaClass.className,
    inheritance: inheritanceOf(metaClass),
    bundle: bundle instanceof OSString ? bundle.getCStringNoCopy() : null,
    path: entry.getPath(plane) ?? pathOf(entry),
    state: service?.getState() ?? null,
    busy: service?.getBusyState() ?? 0,
    busyTimeNs: service?.getAccumulatedBusyTimeNs() ?? 0,
    retain: entry.getRetainCount(),
    parents: parentsOf(entry),
    properties: members(entry.getPropertyTable(), 0),
  }
}

function parentsOf(entry: IORegistryEntry): EntryParent[] {
  const planes = planeNames().flatMap((name) => IORegistryEntry.getPlane(name) ?? [])
  planes.sort((a, b) => Number(b === gIOServicePlane) - Number(a === gIOServicePlane))
  return planes.flatMap((plane) => entry.parents(plane).map((parent) => ({
    plane: plane.name, id: parent.getRegistryEntryID(), title: parent.getPathComponent(plane),
    className: parent.getMetaClass().className,
  })))
}

/** One plane with a digest of the properties of every entry. Inside the machine's world; changes nothing. */
export function comparableSnapshot(planeName: string): ComparableSnapshot {
  const snapshot = snapshotRegistry(planeName)
  const digests = Uint32Array.from(snapshot.ids, (id) => {
    const entry = IORegistryEntry.entryWithID(id)
    return entry === null ? 0 : propertiesDigest(members(entry.getPropertyTable(), 0))
  })
  return { snapshot, digests }
}

/** Entries, in any plane, with a text in their properties. Inside the machine's world; changes nothing. */
export function findInProperties(text: string): PropertyHits {
  const needle = text.toLowerCase()
  const seen = new Set<IORegistryEntry>()
  const hits: { id: number; key: string }[] = []
  for (const name of planeNames()) {
    const plane = IORegistryEntry.getPlane(name)
    for (const { entry } of plane === null ? [] : rowsOf(plane)) {
      if (seen.has(entry)) continue
      seen.add(entry)
      const properties = members(entry.getPropertyTable(), 0)
      const key = properties[firstKeyWith(propertyTexts(properties), needle)]?.key
      if (key !== undefined) hits.push({ id: entry.getRegistryEntryID(), key })
    }
  }
  return { ids: Float64Array.from(hits, ({ id }) => id), keys: hits.map(({ key }) => key) }
}

/** What a status line counts. */
export interface ServiceCounts {
  /** Entries below the root of the service plane, the root included; each once. */
  readonly entries: number
  readonly busyServices: number
  /** Devices that no driver has taken. */
  readonly withoutDriver: number
}

/** Entries of the service plane, each once. Inside the machine's world; changes nothing. */
export function countEntries(): number {
  const seen = new Set<IORegistryEntry>()
  const visit = (entry: IORegistryEntry): void => {
    if (seen.has(entry)) return
    seen.add(entry)
    const links = entry.childLinks(gIOServicePlane)
    if (links !== null) for (const child of links.members) visit(child)
  }
  visit(getRegistryRoot())
  return seen.size
}

/** Counts the service plane. Inside the machine's world; changes nothing. */
export function countServices(): ServiceCounts {
  const seen = new Set<IORegistryEntry>()
  let busyServices = 0
  let withoutDriver = 0
  const visit = (entry: IORegistryEntry): void => {
    if (seen.has(entry)) return
    seen.add(entry)
    if ((entry.asService()?.getBusyState() ?? 0) > 0) busyServices++
    if (isWithoutDriver(entry)) withoutDriver++
    for (const child of entry.children(gIOServicePlane)) visit(child)
  }
  visit(getRegistryRoot())
  return { entries: seen.size, busyServices, withoutDriver }
}

function rowsOf(plane: IORegistryPlane): Row[] {
  const rows: Row[] = []
  const visit = (entry: IORegistryEntry, parent: number, depth: number): void => {
    const row = rows.length
    rows.push({ entry, parent, depth })
    for (const child of entry.children(plane)) visit(child, row, depth + 1)
  }
  visit(getRegistryRoot(), -1, 0)
  return rows
}

function planeNames(): string[] {
  const planes = getRegistryRoot().getProperty('IORegistryPlanes')
  return planes instanceof OSDictionary ? Array.from(planes.keys(), (key) => key.getCStringNoCopy()) : []
}

function isDriver(entry: IORegistryEntry): boolean {
  return entry.getProperty('IOClass') !== null && entry.getProperty('IOProviderClass') !== null
}

/** A PCI function that matching is done with, that nobody has attached to, and that is no part of the chipset. */
function isWithoutDriver(entry: IORegistryEntry): boolean {
  const service = entry.asService()
  if (service === null || service.getBusyState() > 0) return false
  const done = (service.getState() & (kIOServiceMatchedState | kIOServiceInactiveState)) === kIOServiceMatchedState
  if (!done) return false
  const code = entry.getProperty('class-code')
  if (!(code instanceof OSData) || !(entry.getProperty('device-id') instanceof OSData)) return false
  const [low = 0, middle = 0, high = 0] = code.bytes()
  return wantsDriver((high << 16) | (middle << 8) | low) && entry.children(gIOServicePlane).length === 0
}

/** By the service plane if the entry lies in it, else by the first plane that has it. */
function pathOf(entry: IORegistryEntry): string | null {
  const own = entry.getPath(gIOServicePlane)
  if (own !== null) return own
  for (const name of planeNames()) {
    const plane = IORegistryEntry.getPlane(name)
    const path = plane === null ? null : entry.getPath(plane)
    if (path !== null) return path
  }
  return null
}

const inheritances = new WeakMap<OSMetaClass, readonly string[]>()

/** Class names from the base down. */
function inheritanceOf(metaClass: OSMetaClass): readonly string[] {
  let names = inheritances.get(metaClass)
  if (names === undefined) {
    const base = metaClass.getSuperClass()
    names = base === null ? [metaClass.className] : [...inheritanceOf(base), metaClass.className]
    inheritances.set(metaClass, names)
  }
  return names
}

function members(table: OSDictionary, depth: number): EntryDetails['properties'] {
  const list = new Array<{ key: string; value: PropertyValue }>(table.getCount())
  let at = 0
  table.iteratePairs((key, value) => {
    list[at++] = { key: key.getCStringNoCopy(), value: propertyValue(value, depth) }
    return false
  })
  return list
}

function propertyValue(object: OSObject, depth: number): PropertyValue {
  if (depth >= MAX_DEPTH) return { type: 'other', text: '…' }
  if (object instanceof OSString) return { type: 'string', value: object.getCStringNoCopy() }
  if (object instanceof OSBoolean) return { type: 'boolean', value: object.isTrue() }
  if (object instanceof OSNumber) {
    return { type: 'number', value: object.unsigned64BitValue(), bits: object.numberOfBits() }
  }
  if (object instanceof OSData) return { type: 'data', bytes: object.bytes().slice() }
  if (object instanceof OSArray || object instanceof OSSet) {
    const values = Array.from(object.values(), (value) => propertyValue(value, depth + 1))
    return { type: object instanceof OSArray ? 'array' : 'set', values }
  }
  if (object instanceof OSDictionary) {
    return { type: 'dictionary', entries: members(object, depth + 1) }
  }
  return { type: 'other', text: `${object.getMetaClass().className} is not serializable` }
}
