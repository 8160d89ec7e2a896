import type { ProfileItem, ProfileReport } from '../../../kernel/api/index.ts'

/** One line of the item table; `path` is unique within the report. */
export interface ItemRow {
  readonly path: string
  readonly item: ProfileItem
  readonly depth: number
}

const MOST_COLUMNS = 3

/** The items of a report as an outline, all levels. */
export function itemRows(report: ProfileReport): readonly ItemRow[] {
  const rows: ItemRow[] = []
  const visit = (items: readonly ProfileItem[], depth: number, prefix: string): void => {
    items.forEach((item, index) => {
      const path = `${prefix}/${index}`
      rows.push({ path, item, depth })
      visit(item.items, depth + 1, path)
    })
  }
  visit(report.items, 0, '')
  return rows
}

/** The facts that most items have, in the order they are told: columns of the table beside the name. */
export function columnsOf(rows: readonly ItemRow[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { item } of rows) for (const { label } of item.facts) counts.set(label, (counts.get(label) ?? 0) + 1)
  const common = [...counts].filter(([, count]) => count * 2 > rows.length)
  return common.slice(0, MOST_COLUMNS).map(([label]) => label)
}

export function factOf(item: ProfileItem, label: string): string {
  return item.facts.find((fact) => fact.label === label)?.value ?? ''
}

/** The layout of `system_profiler`: title, items and facts indented below each other. */
export function itemText(item: ProfileItem, indent = 0): string {
  const pad = ' '.repeat(indent)
  const facts = item.facts.map((fact) => `${pad}  ${fact.label}: ${fact.value}\n`).join('')
  const below = item.items.map((child) => `\n${itemText(child, indent + 2)}`).join('')
  return `${pad}${item.name}:\n\n${facts}${below}`
}

export function reportText(report: ProfileReport): string {
  return `${report.title}:\n\n${report.items.map((item) => itemText(item, 4)).join('\n')}`
}
