import type { PropertyValue } from '../../../kernel/api/index.ts'
import { decodeProperty } from '../../format/decode.ts'
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

/** Lines on show: top-level properties by name, containers opened where asked. */
export function propertyRows(properties: readonly Keyed[], open: ReadonlySet<string>): PropertyRow[] {
  const sorted = [...properties].sort((a, b) => compareNames(a.key, b.key))
  const rows: PropertyRow[] = []
  const visit = (items: readonly Keyed[], depth: number, prefix: string): void => {
    for (const { key, value } of items) {
      const path = `${prefix}/${key}`
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
