import { firstKeyWith, propertyTexts, type PropertyHits } from '../api/index.ts'
import type { ImportedDictionary, ImportedRegistry } from './ImportedRegistry.ts'
import { dictionaryEntries, shownId } from './importedSnapshot.ts'

/** An index larger than this is not built further: the rest is not searched. */
const MOST_CHARACTERS = 400_000_000

/** The properties of a dump as text, made in steps so that a host can do other things between them. */
export class PropertyIndex {
  private readonly texts: string[] = []
  private readonly properties: ImportedDictionary[] = []
  private readonly ids: number[] = []
  private readonly seen = new Set<number>()
  private nextRow = 0
  private characters = 0

  constructor(private readonly registry: ImportedRegistry) {}

  get isComplete(): boolean {
    return this.nextRow >= this.registry.rows.length || this.characters >= MOST_CHARACTERS
  }

  /** Reads the next `rows` rows of the dump. */
  step(rows: number): void {
    const end = Math.min(this.nextRow + rows, this.registry.rows.length)
    for (; this.nextRow < end && !this.isComplete; this.nextRow++) this.add(this.nextRow)
  }

  private add(at: number): void {
    const row = this.registry.rows[at]
    if (row === undefined || row.properties === null || this.seen.has(row.entry)) return
    this.seen.add(row.entry)
    const bundle = row.bundle === null ? '' : `\nbundle=${row.bundle.toLowerCase()}`
    const text = `${propertyTexts(dictionaryEntries(row.properties))}${bundle}`
    this.texts.push(text)
    this.properties.push(row.properties)
    this.ids.push(shownId(row))
    this.characters += text.length
  }

  /** Entries with the text in what was read so far. */
  find(text: string): PropertyHits {
    const needle = text.toLowerCase()
    const ids: number[] = []
    const keys: string[] = []
    this.texts.forEach((lines, at) => {
      const line = firstKeyWith(lines, needle)
      if (line < 0) return
      ids.push(this.ids[at] ?? 0)
      keys.push(this.properties[at]?.keys[line] ?? 'bundle')
    })
    return { ids: Float64Array.from(ids), keys }
  }
}
