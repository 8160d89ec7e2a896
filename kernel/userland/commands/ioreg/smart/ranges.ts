import type { KernelThread } from '../../../../sim/index.ts'
import type { Entry, RegistryReader } from '../RegistryReader.ts'
import { cellsOf, hex8, inheritedCell } from './cells.ts'

/** Address translations as a table: child address, parent address, size. */
export function* rangesLines(
  reader: RegistryReader,
  entry: Entry,
  bytes: Uint8Array,
): KernelThread<readonly string[]> {
  const parent = yield* reader.deviceTreeParent(entry)
  const childCells = yield* inheritedCell(reader, entry, '#address-cells')
  const parentCells = yield* inheritedCell(reader, parent, '#address-cells')
  const sizeCells = yield* inheritedCell(reader, entry, '#size-cells')
  const perRow = childCells + parentCells + sizeCells
  const title =
    heading('-child--', childCells) + heading('-parent-', parentCells) + heading('-size---', sizeCells)
  const lines = ['', `    ${title}`]
  const cells = cellsOf(bytes)
  if (perRow <= 0) return lines
  for (let at = 0; at + perRow <= cells.length; at += perRow) {
    lines.push(`    ${cellsText(cells.slice(at, at + perRow))}`)
  }
  return lines
}

/** Each cell followed by a blank. */
export function cellsText(cells: readonly number[]): string {
  return cells.map((cell) => `${hex8(cell)} `).join('')
}

function heading(title: string, cells: number): string {
  if (cells <= 1) return `${title} `
  let text = `${title}-`
  for (let i = 2; i <= Math.min(cells, 64); i++) text += i === cells ? '-------- ' : '---------'
  return text
}
