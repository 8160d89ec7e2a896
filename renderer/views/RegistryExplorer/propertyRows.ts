import type { PropertyValue } from '../../../kernel/api/index.ts'
import {
  bridgeRanges,
  countRanges,
  decodeProperty,
  memoryRanges,
  pciRanges,
  type PciRange,
} from '../../format/decode/index.ts'
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

/** Data that is a list of address ranges, of PCI devices and of all others. */
const PCI_RANGES: Readonly<Record<string, (bytes: Uint8Array) => PciRange[]>> = {
  'assigned-addresses': pciRanges,
  reg: pciRanges,
  ranges: bridgeRanges,
}
const OTHER_RANGES: Readonly<Record<string, (bytes: Uint8Array) => PciRange[]>> = { reg: memoryRanges }

/** Lines on show: top-level properties by name, containers opened where asked. */
export function propertyRows(properties: readonly Keyed[], open: ReadonlySet<string>): PropertyRow[] {
  const sorted = [...properties].sort((a, b) => compareNames(a.key, b.key))
  const rows: PropertyRow[] = []
  const readers = properties.some(({ key }) => key === 'class-code') ? PCI_RANGES : OTHER_RANGES
  const visitRanges = (
    key: string,
    value: PropertyValue & { type: 'data' },
    ranges: readonly PciRange[],
  ): void => {
    const path = `/${key}`
    const plain = { path, key, depth: 0, value, type: typeName(value), text: shortValue(value) }
    rows.push({ ...plain, decoded: countRanges(key, ranges.length), expandable: true })
    if (!open.has(path)) return
    for (const [index, range] of ranges.entries()) {
      rows.push({ ...range, path: `${path}/${index}`, depth: 1, type: '', expandable: false, value })
    }
  }
  const visit = (items: readonly Keyed[], depth: number, prefix: string): void => {
    for (const { key, value } of items) {
      const path = `${prefix}/${key}`
      const ranges = depth === 0 && value.type === 'data' ? (readers[key]?.(value.bytes) ?? []) : []
      if (value.type === 'data' && ranges.length > 0) {
        visitRanges(key, value, ranges)
        continue
      }
      const inner = childrenOf(value)
      rows.push({
        path,
        key,
        depth,
        value,
        type: typeName(value),
        text: shortValue(value),
        decoded: decodeProperty(key, value),
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
