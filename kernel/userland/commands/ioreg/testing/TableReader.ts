import type { KernelThread } from '../../../../sim/index.ts'
import { CFArray, CFDictionary, type CFType } from '../../../CoreFoundation/index.ts'
import { LIVE_STYLE, type DumpStyle, type Presentation } from '../Presentation.ts'
import type { Entry, EntryFacts, RegistryReader } from '../RegistryReader.ts'

/** An entry of a made-up registry. */
export interface TableEntry {
  readonly name: string
  readonly location?: string
  /** From the base down; services have IOService in it. */
  readonly classes: readonly string[]
  readonly id?: number
  readonly state?: number
  readonly busyTimeNs?: number
  readonly properties?: Readonly<Record<string, CFType>>
  readonly children?: readonly TableEntry[]
}

/** Answers from a table: for tests of what ioreg does with the answers. */
export class TableReader implements RegistryReader {
  private readonly entries: TableEntry[] = []
  private readonly parents = new Map<TableEntry, TableEntry>()

  constructor(private readonly top: TableEntry) {
    this.add(top)
  }

  private add(entry: TableEntry): void {
    this.entries.push(entry)
    for (const child of entry.children ?? []) {
      this.parents.set(child, entry)
      this.add(child)
    }
  }

  private at(entry: Entry): TableEntry {
    return this.entries[entry] ?? this.top
  }

  private handle(entry: TableEntry | undefined): Entry | null {
    return entry === undefined ? null : this.entries.indexOf(entry)
  }

  *style(): KernelThread<DumpStyle> {
    return LIVE_STYLE
  }

  *root(): KernelThread<Entry> {
    return 0
  }

  *children(entry: Entry): KernelThread<readonly Entry[] | null> {
    return (this.at(entry).children ?? []).map((child) => this.entries.indexOf(child))
  }

  *release(): KernelThread {}

  *facts(entry: Entry): KernelThread<EntryFacts> {
    const { name, location, classes, id, state, busyTimeNs } = this.at(entry)
    const service = classes.includes('IOService')
      ? { state: state ?? 6, busy: 0, busyTimeNs: busyTimeNs ?? 0 }
      : null
    const className = classes[classes.length - 1] ?? ''
    return {
      name,
      location: location ?? null,
      className,
      id: BigInt(id ?? 0x100000100 + entry),
      retain: 5,
      service,
    }
  }

  *name(entry: Entry): KernelThread<string> {
    return this.at(entry).name
  }

  *location(entry: Entry): KernelThread<string | null> {
    return this.at(entry).location ?? null
  }

  *inheritance(entry: Entry): KernelThread<readonly string[]> {
    return this.at(entry).classes
  }

  *conformsTo(entry: Entry, className: string): KernelThread<boolean> {
    return this.at(entry).classes.includes(className)
  }

  *properties(entry: Entry): KernelThread<CFDictionary | null> {
    const properties = this.at(entry).properties ?? {}
    return new CFDictionary(Object.keys(properties), Object.values(properties), 'given')
  }

  *property(entry: Entry, key: string): KernelThread<CFType | null> {
    return this.at(entry).properties?.[key] ?? null
  }

  *presentation(): KernelThread<Presentation | null> {
    return null
  }

  *deviceTreeParent(entry: Entry): KernelThread<Entry | null> {
    return this.handle(this.parents.get(this.at(entry)))
  }

  *deviceTreePath(entry: Entry): KernelThread<string | null> {
    return `/${this.at(entry).name}`
  }

  *deviceTreeEntryWithPhandle(phandle: number): KernelThread<Entry | null> {
    return this.handle(
      this.entries.find((entry) => entry.properties?.['phandle-for-test'] === String(phandle)),
    )
  }
}

/** A list value. */
export function list(...values: CFType[]): CFArray {
  return new CFArray(values)
}
