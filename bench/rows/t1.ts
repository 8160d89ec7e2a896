import { readIoregText } from '../../kernel/importers/index.ts'
import { ioregFile } from '../data/files.ts'
import { readByRegex } from '../peers/regexPerLine.ts'
import { repeat, type Row } from '../Row.ts'

/** Entries and values: equal on both sides, or somebody skipped something. */
const summary = (entries: number, properties: number): string => `${entries} entries, ${properties} properties`

export const t1: Row = {
  id: 'T1', title: 'ioreg -l text to typed registry, mb50', maxRatio: 1 / 1.8,
  ours: {
    name: 'readIoregText',
    measure: () => {
      const bytes = ioregFile('mb50')
      return repeat(7, () => {
        const registry = readIoregText(bytes.toString('latin1'))
        let properties = 0
        for (const row of registry.rows) properties += row.properties?.keys.length ?? 0
        return summary(registry.rows.length, properties)
      })
    },
  },
  peer: {
    name: 'regex per line',
    measure: () => {
      const bytes = ioregFile('mb50')
      return repeat(7, () => {
        const entries = readByRegex(bytes.toString('latin1'))
        let properties = 0
        for (const entry of entries) properties += entry.properties.size
        return summary(entries.length, properties)
      })
    },
  },
}
