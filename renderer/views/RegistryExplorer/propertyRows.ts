import type { PropertyValue } from '../../../kernel/api/index.ts'
import { decodeProperty } from '../../format/decode.ts'
import { countRanges, pciRanges } from '../../format/pci.ts'
import { childrenOf, shortValue, typeName } from '../../format/propertyValue.ts'

/** One line of the property table. */
export interface PropertyRow {
  /** Keys from the top, joined: unique and stable. */
  readonly path: string
  readonly key: string
  readonly depth: number
  readonly type: string
  readonly text: string
  readonly decoded: string
  readonly expandable: boolean
  readonly value: PropertyValue
}

type Keyed = { readonly key: string; readonly value: PropertyValue }

/** Data of PCI devices that is a list of address ranges. */
const RANGES: ReadonlySet<string> = new Set(['assigned-addresses', 'reg'])

/** Lines on show: top-level properties by name, containers opened where asked. */
export function propertyRows(properties: readonly Keyed[], open: ReadonlySet<string>): PropertyRow[] {
  const sorted = [...properties].sort((a, b) => compareNames(a.key, b.key))
  const rows: PropertyRow[] = []
  const isPci = properties.some(({ key }) => key === 'class-code')
  const visitRanges = (key: string, value: PropertyValue & { type: 'data' }): void => {
    const ranges = pciRanges(value.bytes)
    const path = `/${key}`
    const plain = { path, key, depth: 0, value, type: typeName(value), text: shortValue(value) }
    rows.push({ ...plain, decoded: countRanges(key, ranges.length), expandable: ranges.length > 0 })
    if (!open.has(path)) return
    for (const [index, range] of ranges.entries()) {
      rows.push({ ...range, path: `${path}/${index}`, depth: 1, type: '', expandable: false, value })
    }
  }
  const visit = (items: readonly Keyed[], depth: number, prefix: string): void => {
    for (const { key, value } of items) {
      const path = `${prefix}/${key}`
      if (isPci && depth === 0 && value.type === 'data' && RANGES.has(key)) {
        visitRanges(key, value)
        continue
      }
      const inner = childrenOf(value)
      rows.push({
        path, key, depth, value, type: typeName(value), text: shortValue(value), decoded: decodeProperty(key, value),
        expandable: inner.length > 0,
      })
      if (inner.length > 0 && open.has(path)) visit(inner, depth + 1, path)
    }
  }
  visit(sorted, 0, '')
  return rows
}

function compareNames(a: string, b: string): number {
  const lowA = a.toLowerCase()
  const lowB = b.toLowerCase()
  return lowA < lowB ? -1 : lowA > lowB ? 1 : a < b ? -1 : a > b ? 1 : 0
}
