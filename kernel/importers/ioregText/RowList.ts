import {
  ImportedDictionary,
  type ImportedRow,
  type ImportedSection,
  type ImportedValue,
} from '../ImportedRegistry.ts'
import { planeOfTree } from '../planeOfTree.ts'
import type { HeaderLine } from './headerLine.ts'
import type { KeyReader } from './KeyReader.ts'

type OpenRow = { -readonly [K in keyof ImportedRow]: ImportedRow[K] }

/** Builds rows, sections and shared entries out of tree lines and properties in printed order. */
export class RowList {
  readonly rows: OpenRow[] = []
  readonly sections: ImportedSection[] = []
  entryCount = 0
  private readonly entryOfId = new Map<number, number>()
  private readonly stack: { indent: number; row: number }[] = []
  private title: string | null = null
  private sectionStart = 0
  /** The open block's values so far; the list is used again for each block. */
  private readonly values: ImportedValue[] = []
  private propertyCount = 0
  private isOpen = false

  /** `keys` reads the keys of the open block, one for each value. */
  constructor(private readonly keys: KeyReader) {}

  /** A title line: the tree that follows is another plane's. */
  openSection(title: string | null): void {
    this.closeSection()
    this.title = title
    this.sectionStart = this.rows.length
    this.stack.length = 0
  }

  /** Adds a tree line. A second registry root begins a new section even without a title. */
  addHeader(header: HeaderLine, indent: number): void {
    this.closeBlock()
    const stack = this.stack
    while (stack.length > 0 && (stack[stack.length - 1]?.indent ?? 0) >= indent) stack.pop()
    const parent = stack[stack.length - 1]?.row ?? -1
    if (parent < 0 && header.className === 'IORegistryEntry' && this.rows.length > this.sectionStart) {
      this.openSection(null)
    }
    const row = this.rows.length
    stack.push({ indent, row })
    this.rows.push(openRow(header, parent, this.entryFor(header.id), (this.rows[parent]?.depth ?? -1) + 1))
  }

  get hasRow(): boolean {
    return this.rows.length > 0
  }

  get depth(): number {
    return this.stack.length
  }

  /** Begins the current row's property block; a block already begun goes on. */
  openBlock(): void {
    this.isOpen = true
  }

  /** The value of the key that was read last. */
  addProperty(value: ImportedValue): void {
    this.isOpen = true
    this.values[this.propertyCount++] = value
  }

  closeBlock(): void {
    const row = this.rows[this.rows.length - 1]
    if (!this.isOpen || row === undefined) return
    const count = this.propertyCount
    row.properties = new ImportedDictionary(this.keys.finish(), this.values.slice(0, count))
    this.keys.begin()
    this.propertyCount = 0
    this.isOpen = false
  }

  finish(): void {
    this.closeBlock()
    this.closeSection()
  }

  private closeSection(): void {
    this.closeBlock()
    const rowCount = this.rows.length - this.sectionStart
    if (rowCount === 0) return
    const plane = this.title ?? planeOfTree(this.rows, this.sectionStart, this.rows.length)
    this.sections.push({ title: this.title, plane, firstRow: this.sectionStart, rowCount })
    this.title = null
  }

  private entryFor(id: number): number {
    if (id === 0) return this.entryCount++
    let entry = this.entryOfId.get(id)
    if (entry === undefined) {
      entry = this.entryCount++
      this.entryOfId.set(id, entry)
    }
    return entry
  }
}

function openRow(header: HeaderLine, parent: number, entry: number, depth: number): OpenRow {
  return {
    parent,
    depth,
    name: header.name,
    location: header.location,
    className: header.className,
    inheritance: header.inheritance,
    id: header.id,
    entry,
    state: header.state,
    busy: header.busy,
    busyTimeNs: header.busyTimeNs,
    retain: header.retain,
    properties: null,
    bundle: null,
    terminated: false,
    clipped: header.clipped,
  }
}
