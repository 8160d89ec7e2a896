import type { PlistValue } from '../../formats/plist/index.ts'
import { EMPTY_DICTIONARY, NO_LINES, type ImportedRegistry, type ImportedRow } from '../ImportedRegistry.ts'
import { ProblemList } from '../ProblemList.ts'
import { MAX_ROWS, MAX_TREE_DEPTH } from '../limits.ts'
import { planeOfTree } from '../planeOfTree.ts'
import { importedDictionary } from './importedValue.ts'

const CHILDREN = 'IORegistryEntryChildren'

/** Keys that ioreg adds to an entry's own properties. */
const OWN_KEYS: ReadonlySet<string> = new Set([
  CHILDREN,
  'IORegistryEntryName',
  'IORegistryEntryLocation',
  'IORegistryEntryID',
  'IOObjectClass',
  'IOObjectInheritance',
  'IOObjectRetainCount',
  'IOServiceState',
  'IOServiceBusyState',
  'IOServiceBusyTime',
])

/**
 * Reads what `ioreg -a` prints: one entry's dictionary with all below it, or with -r a list of such. Total.
 */
export function readIoregPlist(value: PlistValue, format: 'xml' | 'binary-plist'): ImportedRegistry {
  const reader = new PlistTreeReader()
  for (const root of Array.isArray(value) ? value : [value]) reader.readNode(root, -1)
  return reader.finish(format)
}

class PlistTreeReader {
  private readonly rows: ImportedRow[] = []
  private readonly problems = new ProblemList()
  private readonly entries = new Map<number, number>()
  private entryCount = 0
  private printsIds = false
  private printsInheritance = false
  private hasProperties = false

  readNode(node: PlistValue, parent: number): void {
    const depth = (this.rows[parent]?.depth ?? -1) + 1
    if (!(node instanceof Map) || typeof node.get('IORegistryEntryName') !== 'string') {
      this.problems.addIn(
        this.rows[parent]?.name ?? 'the dump',
        'A node below has no IORegistryEntryName; it was left out.',
      )
      return
    }
    if (this.rows.length >= MAX_ROWS || depth > MAX_TREE_DEPTH) return
    const row = this.rows.length
    this.rows.push(this.rowOf(node, parent, depth))
    if (this.rows.length === MAX_ROWS)
      this.problems.addGeneral(`Reading stopped after ${MAX_ROWS} entries.`)
    const children = node.get(CHILDREN)
    for (const child of Array.isArray(children) ? children : children instanceof Map ? [children] : []) {
      this.readNode(child, row)
    }
  }

  finish(format: 'xml' | 'binary-plist'): ImportedRegistry {
    const rows = this.hasProperties ? this.rows : this.rows.map((row) => ({ ...row, properties: null }))
    const plane = planeOfTree(rows, 0, rows.length)
    if (rows.length === 0) this.problems.addGeneral('The property list holds no registry entry.')
    return {
      format,
      sections: rows.length === 0 ? [] : [{ title: null, plane, firstRow: 0, rowCount: rows.length }],
      rows,
      entryCount: this.entryCount,
      style: {
        retainWord: 'retain',
        printsIds: this.printsIds,
        printsInheritance: this.printsInheritance,
        lineEnding: '\n',
        endsWithNewline: true,
      },
      ...NO_LINES,
      problems: this.problems.finish(),
    }
  }

  private rowOf(node: ReadonlyMap<string, PlistValue>, parent: number, depth: number): ImportedRow {
    const id = integer(node.get('IORegistryEntryID')) ?? 0
    if (id !== 0) this.printsIds = true
    const inheritance = node.get('IOObjectInheritance')
    if (Array.isArray(inheritance)) this.printsInheritance = true
    const own = new Map([...node].filter(([key]) => !OWN_KEYS.has(key)))
    if (own.size > 0) this.hasProperties = true
    return {
      parent,
      depth,
      name: text(node.get('IORegistryEntryName')) ?? '',
      location: text(node.get('IORegistryEntryLocation')),
      className: text(node.get('IOObjectClass')) ?? '',
      inheritance: Array.isArray(inheritance) ? inheritance.map(String) : null,
      id,
      entry: this.entryFor(id),
      state: integer(node.get('IOServiceState')),
      busy: integer(node.get('IOServiceBusyState')) ?? 0,
      busyTimeNs: integer(node.get('IOServiceBusyTime')) || null,
      retain: integer(node.get('IOObjectRetainCount')),
      properties: own.size === 0 ? EMPTY_DICTIONARY : importedDictionary(own),
      bundle: null,
      terminated: false,
      clipped: false,
    }
  }

  private entryFor(id: number): number {
    if (id === 0) return this.entryCount++
    const known = this.entries.get(id)
    if (known !== undefined) return known
    this.entries.set(id, this.entryCount)
    return this.entryCount++
  }
}

function text(value: PlistValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function integer(value: PlistValue | undefined): number | null {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null
}
