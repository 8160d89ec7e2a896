import type { RegistrySnapshot } from '../../kernel/api/index.ts'

/** A snapshot from an indented outline: two spaces per level, `name:Class`. Ids count from 0x100000100. */
export function snapshotOf(outline: string, change: Partial<RegistrySnapshot> = {}): RegistrySnapshot {
  const lines = outline.split('\n').filter((line) => line.trim() !== '')
  const depths = Uint16Array.from(lines, (line) => line.search(/\S/u) / 2)
  const parents = new Int32Array(lines.length)
  const above: number[] = []
  depths.forEach((depth, row) => {
    parents[row] = depth === 0 ? -1 : above[depth - 1] ?? -1
    above[depth] = row
  })
  const words = lines.map((line) => line.trim().split(':'))
  return {
    source: 'machine', plane: 'IOService', planes: ['IOService'], generation: 1, depths, parents,
    ids: Float64Array.from(lines, (_line, row) => 0x100000100 + row), names: words.map(([name]) => name ?? ''),
    classes: words.map(([, className]) => className ?? 'IOService'), locations: lines.map(() => null),
    states: Uint32Array.from(lines, () => 0x1e), busy: new Uint16Array(lines.length), retains: new Int32Array(lines.length),
    drivers: new Uint8Array(lines.length), withoutDriver: new Uint8Array(lines.length), ...change,
  }
}
