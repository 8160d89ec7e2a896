import type { KernelThread } from '../../../../sim/index.ts'
import type { Entry, RegistryReader } from '../RegistryReader.ts'
import { cellsOf, hex8, inheritedCell, two } from './cells.ts'
import { cellsText } from './ranges.ts'

/** Specifier and sense of each interrupt. */
export function interruptsLines(bytes: Uint8Array): readonly string[] {
  const cells = cellsOf(bytes)
  const lines = ['']
  for (let i = 0, n = 0; i < cells.length; i += 2, n++) {
    const specifier = cells[i] ?? 0
    const sense = cells[i + 1]
    const text =
      sense === undefined
        ? `parent interrupt-map entry: ${hex8(specifier)}`
        : specifierText(specifier, sense)
    lines.push(`    ${two(n)}: ${text}`)
  }
  return lines
}

function specifierText(specifier: number, sense: number): string {
  const vector = (specifier & 0xff).toString(16).padStart(2, '0')
  const transport = ((specifier >>> 16) & 0xffff).toString(16).padStart(4, '0')
  const hyper = (sense & 2) === 0 ? '' : `HyperTransport vector: ${transport}, `
  const trigger = (sense & 1) === 0 ? 'edge' : 'level'
  return `specifier: ${hex8(specifier)} (vector: ${vector}) sense: ${hex8(sense)} (${hyper}${trigger})`
}

/** Where each child interrupt goes: controller and its own specifier. */
export function* interruptMapLines(
  reader: RegistryReader,
  entry: Entry,
  bytes: Uint8Array,
): KernelThread<readonly string[]> {
  const childCells =
    (yield* inheritedCell(reader, entry, '#address-cells')) +
    (yield* inheritedCell(reader, entry, '#interrupt-cells'))
  const cells = cellsOf(bytes)
  const lines = ['']
  let at = 0
  for (let n = 0; at + childCells < cells.length; n++) {
    const child = cells.slice(at, at + childCells)
    const phandle = cells[at + childCells] ?? 0
    const parent = yield* reader.deviceTreeEntryWithPhandle(phandle)
    if (parent === null) break
    const parentCells = yield* ownCells(reader, parent)
    at += childCells + 1
    const path = yield* reader.deviceTreePath(parent)
    lines.push(
      `    ${two(n)}:   child: ${cellsText(child)}`,
      `        phandle: ${hex8(phandle)} (${path ?? ''})`,
      `         parent: ${cellsText(cells.slice(at, at + parentCells))}`,
    )
    at += parentCells
    yield* reader.release(parent)
  }
  return lines
}

function* ownCells(reader: RegistryReader, entry: Entry): KernelThread<number> {
  const address =
    (yield* reader.property(entry, '#address-cells')) === null
      ? 0
      : yield* inheritedCell(reader, entry, '#address-cells')
  return address + (yield* inheritedCell(reader, entry, '#interrupt-cells'))
}

/** The controller's handle and, when it is found, its path. */
export function* interruptParentText(
  reader: RegistryReader,
  bytes: Uint8Array,
): KernelThread<readonly string[]> {
  const phandle = cellsOf(bytes)[0]
  if (phandle === undefined) return ['']
  const parent = yield* reader.deviceTreeEntryWithPhandle(phandle)
  const path = parent === null ? null : yield* reader.deviceTreePath(parent)
  if (parent !== null) yield* reader.release(parent)
  return [path === null ? '' : `<${hex8(phandle)}> (${path})`]
}
