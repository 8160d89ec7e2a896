import { createHash, type Hash } from 'node:crypto'
import {
  ImportedArray, ImportedData, ImportedDictionary, ImportedOther, ImportedString, readIoregText,
  type ImportedValue,
} from '../../kernel/importers/index.ts'
import { decodeLatin1 } from '../data/decodeLatin1.ts'
import { ioregFile } from '../data/files.ts'
import { readByScanner } from '../peers/bareScanner.ts'
import { PeerData, type PeerEntry, type PeerValue } from '../peers/PeerEntry.ts'
import { readByRegex } from '../peers/regexPerLine.ts'
import { repeat, type Measurement, type Row, type Side } from '../Row.ts'

const SET = 'mb50'

/** Counts values and hashes them in one written form: equal on both sides, or somebody skipped something. */
class Digest {
  private readonly hash: Hash = createHash('sha1')
  private count = 0

  entry(facts: readonly unknown[]): void {
    this.hash.update(`\n${facts.join('|')}`)
  }

  property(key: string, value: ImportedValue | PeerValue): void {
    this.hash.update(`\n${key}=${this.write(value)}`)
  }

  private write(value: ImportedValue | PeerValue): string {
    this.count++
    if (typeof value === 'string') return `"${value}"`
    if (value instanceof ImportedData) return `<${value.source}>`
    if (value instanceof PeerData) return `<${value.hex}>`
    if (value instanceof ImportedArray) return `(${value.values.map((item) => this.write(item)).join(',')})`
    if (Array.isArray(value)) return `(${value.map((item) => this.write(item)).join(',')})`
    if (value instanceof Map) return this.members([...value.keys()], [...value.values()])
    if (value instanceof ImportedDictionary) return this.members(value.keys, value.values)
    if (value instanceof ImportedOther) return value.text
    return value instanceof ImportedString ? '' : String(value)
  }

  private members(keys: readonly string[], values: readonly (ImportedValue | PeerValue)[]): string {
    return `{${keys.map((key, index) => `${key}=${this.write(values[index]!)}`).join(',')}}`
  }

  finish(entries: number): string {
    return `${entries} entries, ${this.count} values, ${this.hash.digest('hex')}`
  }
}

function measureOurs(): Measurement {
  const bytes = ioregFile(SET)
  let registry = readIoregText(bytes, { decodeLatin1 })
  const measured = repeat(9, () => {
    registry = readIoregText(bytes, { decodeLatin1 })
    return null
  })
  const digest = new Digest()
  for (const row of registry.rows) {
    const state = row.state ?? 0
    digest.entry([row.parent, row.name, row.location, row.className, row.id, (state & 2) !== 0,
      (state & 4) !== 0, (state & 1) === 0, row.busy, (row.busyTimeNs ?? 0) / 1e6, row.retain])
    row.properties?.keys.forEach((key, index) => digest.property(key, row.properties!.values[index]!))
  }
  return { ...measured, check: digest.finish(registry.rows.length) }
}

function measurePeer(read: (text: string) => PeerEntry[]): Measurement {
  const bytes = ioregFile(SET)
  let entries: PeerEntry[] = []
  const measured = repeat(9, () => {
    entries = read(bytes.toString('latin1'))
    return null
  })
  const digest = new Digest()
  for (const entry of entries) {
    digest.entry([entry.parent, entry.name, entry.location, entry.className, entry.id, entry.isRegistered,
      entry.isMatched, entry.isActive, entry.busy, entry.busyMs, entry.retain])
    for (const [key, value] of entry.properties) digest.property(key, value)
  }
  return { ...measured, check: digest.finish(entries.length) }
}

const title = `ioreg -l text to typed registry, ${SET}`
const ours: Side = { name: 'readIoregText', measure: measureOurs }

export const t1: Row = {
  id: 'T1', title, maxRatio: 1 / 1.8, ours,
  peer: { name: 'regex per line', measure: () => measurePeer(readByRegex) },
}

export const t1s: Row = {
  id: 'T1s', title, maxRatio: 1 / 0.8, ours,
  peer: { name: 'bare scanner', measure: () => measurePeer(readByScanner) },
}
