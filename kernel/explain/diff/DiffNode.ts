import type { ImportedRegistry, ImportedRow } from '../../importers/index.ts'
import { sectionOf } from '../../importers/index.ts'
import { valueKey } from './values.ts'

/** One entry of a tree that is compared. */
export interface DiffNode {
  readonly row: ImportedRow
  /** Name with location. */
  readonly label: string
  readonly path: string
  readonly children: DiffNode[]
  /** What tells it from its like: numbers of a device, what matching made of a driver. */
  readonly identity: string
}

/** Keys whose values name a device or driver and outlive a restart. */
const IDENTITY = [
  'vendor-id', 'device-id', 'subsystem-id', 'idVendor', 'idProduct', 'bInterfaceNumber',
  'bConfigurationValue', 'IOClass',
  'IOProviderClass', 'CFBundleIdentifier', 'IOMatchCategory', 'UUID', 'Content', 'Product',
  'PrimaryUsagePage', 'PrimaryUsage',
  'reg', 'compatible', 'IOUserClientClass',
]

/**
 * The trees of a dump in one plane: roots with all below them. An entry under two parents is under the
 * first.
 */
export function diffTrees(registry: ImportedRegistry, plane: string): DiffNode[] {
  const section = sectionOf(registry, plane)
  if (section === undefined) return []
  const roots: DiffNode[] = []
  const byRow = new Map<number, DiffNode>()
  const seen = new Set<number>()
  for (let i = section.firstRow; i < section.firstRow + section.rowCount; i++) {
    const row = registry.rows[i]
    if (row === undefined || row.terminated || seen.has(row.entry)) continue
    const parent = byRow.get(row.parent)
    if (row.parent >= section.firstRow && parent === undefined) continue
    seen.add(row.entry)
    const label = row.location === null ? row.name : `${row.name}@${row.location}`
    const path = parent === undefined ? label : `${parent.path}/${label}`
    const node: DiffNode = { row, label, path, children: [], identity: identityOf(row) }
    byRow.set(i, node)
    if (parent === undefined) roots.push(node)
    else parent.children.push(node)
  }
  return roots
}

function identityOf({ properties }: ImportedRow): string {
  if (properties === null) return ''
  const told = IDENTITY.map((key) => {
    const value = properties.get(key)
    return value === undefined ? '' : valueKey(value)
  })
  return told.some((text) => text !== '') ? told.join('|') : ''
}
