import type { DiffDriver, DiffReport, DiffRow, DiffValue } from '../../kernel/index.ts'
import { columns, counted } from './columns.ts'

/** Values told for one entry; the rest are counted. */
const MAX_VALUES = 12

/** Differences as a tree: + only after, - only before, ~ in both and not the same. */
export function diffText(report: DiffReport): string {
  const { added, removed, changed, driverChanged } = report
  const drivers = report.kind === 'registry'
    ? counted(driverChanged.length, 'driver changed', 'drivers changed')
    : counted(driverChanged.length, 'version changed', 'versions changed')
  const sum = `${added.length} added, ${removed.length} removed, ${changed.length} changed, ${drivers}\n`
  if (added.length + removed.length + changed.length + driverChanged.length === 0) return 'No difference.\n'
  const changes = driverChanged.map(({ path, category, before, after }) => [
    path.split('/').slice(-2).join('/'), category === null || category === 'IODefaultMatchCategory' ? ''
      : category,
    `${driver(before)} -> ${driver(after)}`,
  ])
  const list = changes.length === 0 ? ''
    : `\n${report.kind === 'registry' ? 'Drivers' : 'Versions'}\n${columns(changes, 2)}`
  const notes = report.notes.map((note) => `\n${note}\n`).join('')
  return `${sum}${list}\n${report.tree.map(row).join('')}${notes}`
}

function driver(one: DiffDriver | null): string {
  if (one === null) return 'none'
  if (one.ioClass === null) return one.version ?? 'no version'
  return one.bundle === null ? one.ioClass : `${one.ioClass} (${one.bundle})`
}

function row({ mark, depth, text, below, values }: DiffRow): string {
  const indent = `${mark} ${'  '.repeat(depth)}`
  const more = below === 0 ? '' : `  (and ${below} below)`
  const rest = values.length > MAX_VALUES
    ? `${' '.repeat(indent.length + 4)}and ${values.length - MAX_VALUES} more\n` : ''
  const shown = columns(values.slice(0, MAX_VALUES).map(value), indent.length + 4)
  return `${indent}${text}${more}\n${shown}${rest}`
}

function value({ key, before, after }: DiffValue): string[] {
  if (before === null) return [key, `+ ${after}`]
  return after === null ? [key, `- ${before}`] : [key, `${before} -> ${after}`]
}
