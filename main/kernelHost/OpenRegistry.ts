import { setImmediate as turn } from 'node:timers/promises'
import { dumpWorld, type DumpWorld, type PersonalityFacts } from '../../kernel/explain/index.ts'
import {
  comparableImport,
  importedEntryDetails,
  importedSnapshot,
  PropertyIndex,
  type ImportedRegistry,
} from '../../kernel/importers/index.ts'
import type { ComparableSnapshot, EntryDetails, PropertyHits, RegistrySnapshot } from '../../kernel/index.ts'

/** Rows that are indexed at once: a few milliseconds, so that a running machine is not held up. */
const ROWS_PER_TURN = 100
/** The index is made when the rows have gone out to the window: between its turns only little is sent. */
const INDEX_AFTER_MS = 400

/** A registry dump that is open. */
export class OpenRegistry {
  private readonly index: PropertyIndex
  private indexing: Promise<void> | null = null
  private isClosed = false
  private matched: { readonly generation: number; readonly world: DumpWorld } | null = null

  constructor(
    private readonly registry: ImportedRegistry,
    private readonly source: `import:${number}`,
  ) {
    this.index = new PropertyIndex(registry)
  }

  snapshot(plane: string): RegistrySnapshot {
    setTimeout(() => void this.indexed(), INDEX_AFTER_MS).unref()
    return importedSnapshot(this.registry, plane, this.source)
  }

  comparable(plane: string): ComparableSnapshot {
    return comparableImport(this.registry, plane, this.source)
  }

  details(plane: string, id: number): EntryDetails | null {
    return importedEntryDetails(this.registry, plane, id)
  }

  /** The drivers taken out and matched anew, with some kexts; made once for each set of them. */
  world(kexts: readonly PersonalityFacts[], generation: number): DumpWorld {
    if (this.matched?.generation !== generation) {
      this.matched = { generation, world: dumpWorld(this.registry, kexts) }
    }
    return this.matched.world
  }

  /** The first entry of the service plane with this name and location; the root where there is none. */
  idOf(title: string): number {
    const { names, locations, ids } = importedSnapshot(this.registry, 'IOService', this.source)
    const found = names.findIndex((name, at) => `${name}@${locations[at] ?? ''}` === title)
    return ids[Math.max(0, found)] ?? 0
  }

  async findInProperties(text: string): Promise<PropertyHits> {
    await this.indexed()
    return this.index.find(text)
  }

  close(): void {
    this.isClosed = true
  }

  /** Ends when the properties can be searched; begins to make the index when that was not done yet. */
  private indexed(): Promise<void> {
    this.indexing ??= this.makeIndex()
    return this.indexing
  }

  private async makeIndex(): Promise<void> {
    while (!this.index.isComplete && !this.isClosed) {
      await turn()
      this.index.step(ROWS_PER_TURN)
    }
  }
}
