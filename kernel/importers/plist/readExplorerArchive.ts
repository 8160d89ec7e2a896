import type { Result } from '../../api/index.ts'
import { PlistData, parsePlist, type PlistValue } from '../../formats/plist/index.ts'
import { decodeUtf8Lossless } from '../../formats/utf8.ts'
import {
  EMPTY_DICTIONARY,
  NO_LINES,
  type ImportedDictionary,
  type ImportedRegistry,
  type ImportedRow,
  type ImportedSection,
} from '../ImportedRegistry.ts'
import { ProblemList } from '../ProblemList.ts'
import { MAX_ROWS, MAX_TREE_DEPTH } from '../limits.ts'
import { importedDictionary } from './importedValue.ts'
import type { KeyedArchive } from './KeyedArchive.ts'

const INACTIVE = 0x1
const REGISTERED = 0x2
const MATCHED = 0x4

/**
 * Reads a file of IORegistryExplorer: a keyed archive of a `RexDataStore`, whose entries know their children
 * in every plane. Total.
 */
export function readExplorerArchive(archive: KeyedArchive): ImportedRegistry {
  return new ExplorerReader(archive).read()
}

/** What is the same for an entry in every plane. */
interface Entry {
  readonly object: ReadonlyMap<string, PlistValue>
  readonly index: number
  readonly properties: ImportedDictionary
  readonly names: ReadonlyMap<string, PlistValue>
  readonly locations: ReadonlyMap<string, PlistValue>
  readonly children: ReadonlyMap<string, PlistValue>
  readonly inheritance: readonly string[]
}

class ExplorerReader {
  private readonly rows: ImportedRow[] = []
  private readonly sections: ImportedSection[] = []
  private readonly problems = new ProblemList()
  private readonly entries = new Map<number, Entry | null>()
  private readonly above = new Set<number>()
  private isFull = false

  constructor(private readonly archive: KeyedArchive) {}

  read(): ImportedRegistry {
    const store = this.archive.root
    const root = store instanceof Map ? this.rootOf(store) : null
    if (root === null)
      this.problems.addGeneral('The archive holds no registry root: it is no file of IORegistryExplorer.')
    else for (const plane of this.planesOf(store)) this.readPlane(root, plane)
    return {
      format: 'archive',
      sections: this.sections,
      rows: this.rows,
      entryCount: this.entries.size,
      style: {
        retainWord: 'retain',
        printsIds: false,
        printsInheritance: true,
        lineEnding: '\n',
        endsWithNewline: true,
      },
      ...NO_LINES,
      problems: this.problems.finish(),
    }
  }

  private rootOf(store: ReadonlyMap<string, PlistValue>): PlistValue | null {
    for (const reference of this.archive.members(store.get('registryEntries'))) {
      const entry = this.archive.resolve(reference)
      if (entry instanceof Map && this.archive.resolve(entry.get('isRegistryRoot')) === true)
        return reference
    }
    return null
  }

  /** The service plane first, the rest as the archive lists them. */
  private planesOf(store: PlistValue | null): readonly string[] {
    const listed = store instanceof Map ? this.archive.members(store.get('registryPlanes')) : []
    const planes = listed.map((plane) => this.archive.text(plane)).filter((plane) => plane !== null)
    return [...new Set(['IOService', ...planes])]
  }

  private readPlane(root: PlistValue, plane: string): void {
    const firstRow = this.rows.length
    this.walk(root, plane, -1)
    const rowCount = this.rows.length - firstRow
    if (rowCount > 0) this.sections.push({ title: null, plane, firstRow, rowCount })
  }

  private walk(reference: PlistValue, plane: string, parent: number): void {
    const number = this.archive.numberOf(reference)
    const depth = (this.rows[parent]?.depth ?? -1) + 1
    if (this.above.has(number) || depth > MAX_TREE_DEPTH || this.isFull) return
    const entry = this.entryOf(reference, number)
    if (entry === null) return
    if (this.rows.length >= MAX_ROWS) {
      this.isFull = true
      this.problems.addGeneral(`Reading stopped after ${MAX_ROWS} tree lines.`)
      return
    }
    const row = this.rows.length
    this.rows.push(this.rowOf(entry, plane, parent, depth))
    this.above.add(number)
    for (const child of this.archive.members(entry.children.get(plane))) this.walk(child, plane, row)
    this.above.delete(number)
  }

  private entryOf(reference: PlistValue, number: number): Entry | null {
    const known = this.entries.get(number)
    if (known !== undefined) return known
    const object = this.archive.resolve(reference)
    if (!(object instanceof Map)) {
      this.problems.addIn(`object ${number}`, 'This is no registry entry; it was left out.')
      return null
    }
    const { archive } = this
    const entry: Entry = {
      object,
      index: this.entries.size,
      properties: this.propertiesOf(object),
      names: archive.dictionary(object.get('namesInPlanes')),
      locations: archive.dictionary(object.get('locationsInPlanes')),
      children: archive.dictionary(object.get('childrenInPlanes')),
      inheritance: this.inheritanceOf(object),
    }
    this.entries.set(number, entry)
    return entry
  }

  /** From the base down, OSObject left out; archives list the classes in either direction. */
  private inheritanceOf(object: ReadonlyMap<string, PlistValue>): readonly string[] {
    const listed = this.archive
      .members(object.get('inheritance'))
      .map((name) => this.archive.text(name) ?? '')
    const chain = listed[listed.length - 1] === 'OSObject' ? listed.toReversed() : listed
    return chain[0] === 'OSObject' && chain.length > 1 ? chain.slice(1) : chain
  }

  private propertiesOf(object: ReadonlyMap<string, PlistValue>): ImportedDictionary {
    const data = this.archive.resolve(object.get('properties'))
    const name = this.archive.text(object.get('name')) ?? ''
    if (data === null) return EMPTY_DICTIONARY
    const parsed = data instanceof PlistData ? parseProperties(data.bytes, name) : null
    if (parsed?.ok === true && parsed.value instanceof Map) return importedDictionary(parsed.value)
    const reason = parsed?.ok === false ? (parsed.problems[0]?.message ?? '') : 'They are no dictionary.'
    this.problems.addIn(name, `The properties of this entry cannot be read. ${reason}`)
    return EMPTY_DICTIONARY
  }

  private rowOf(entry: Entry, plane: string, parent: number, depth: number): ImportedRow {
    const { archive } = this
    const { object, inheritance } = entry
    return {
      parent,
      depth,
      name: archive.text(entry.names.get(plane)) ?? archive.text(object.get('name')) ?? '',
      location: archive.text(entry.locations.get(plane)) ?? archive.text(object.get('location')),
      className: inheritance[inheritance.length - 1] ?? '',
      inheritance,
      id: 0,
      entry: entry.index,
      state: this.stateOf(object),
      busy: this.integer(object.get('busyCount')) ?? 0,
      busyTimeNs: null,
      retain: this.integer(object.get('kernelRetainCount')),
      properties: entry.properties,
      bundle: archive.text(object.get('bundleID')),
      terminated: archive.resolve(object.get('dateTerminated')) !== null,
      clipped: false,
    }
  }

  private stateOf(object: ReadonlyMap<string, PlistValue>): number | null {
    const is = (key: string): boolean => this.archive.resolve(object.get(key)) === true
    if (!is('conformsToIOService')) return null
    return (
      (is('isActive') ? 0 : INACTIVE) |
      (is('isRegistered') ? REGISTERED : 0) |
      (is('isMatched') ? MATCHED : 0)
    )
  }

  private integer(value: PlistValue | undefined): number | null {
    const found = this.archive.resolve(value)
    return typeof found === 'number' ? found : null
  }
}

/** Whoever hides a serial number may put letters where a number stands: such a number is read as text. */
function parseProperties(bytes: Uint8Array, where: string): Result<PlistValue> {
  const parsed = parsePlist(bytes, { where })
  if (parsed.ok) return parsed
  const text = decodeUtf8Lossless(bytes)
  const masked = text.replace(/<integer>([A-Za-z]{1,40})<\/integer>/g, '<string>$1</string>')
  return masked === text ? parsed : parsePlist(masked, { where })
}
