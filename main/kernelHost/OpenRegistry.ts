import { setImmediate as turn } from 'node:timers/promises'
import {
  importedEntryDetails,
  importedSnapshot,
  PropertyIndex,
  type ImportedRegistry,
} from '../../kernel/importers/index.ts'
import type { EntryDetails, PropertyHits, RegistrySnapshot } from '../../kernel/index.ts'

/** Rows that are indexed at once: a few milliseconds, so that a running machine is not held up. */
const ROWS_PER_TURN = 200

/** A registry dump that is open. */
export class OpenRegistry {
  private readonly index: PropertyIndex
  private indexing: Promise<void> | null = null
  private isClosed = false

  constructor(
    private readonly registry: ImportedRegistry,
    private readonly source: `import:${number}`,
  ) {
    this.index = new PropertyIndex(registry)
  }

  snapshot(plane: string): RegistrySnapshot {
    void this.indexed()
    return importedSnapshot(this.registry, plane, this.source)
  }

  details(plane: string, id: number): EntryDetails | null {
    return importedEntryDetails(this.registry, plane, id)
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
