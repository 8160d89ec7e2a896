import type { DiffChange, DiffItem, DiffReport, DiffRow, MachineDescription } from '../../api/index.ts'
import { plainChanges } from './diffPlain.ts'

/** Compares two machine descriptions: the machine's own fields, and its devices by their ids. */
export function diffMachines(before: MachineDescription, after: MachineDescription): DiffReport {
  const { devices: old, ...own } = before
  const { devices: recent, ...other } = after
  const known = new Map(old.map((device) => [device.id, device]))
  const now = new Map(recent.map((device) => [device.id, device]))
  const itemOf = ({ id, part, parent }: (typeof old)[number], inside: ReadonlyMap<string,
    unknown>): DiffItem =>
    ({ path: id, what: part, isInside: parent !== undefined && !inside.has(parent) })
  const added = recent.filter(({ id }) => !known.has(id)).map((device) => itemOf(device, known))
  const removed = old.filter(({ id }) => !now.has(id)).map((device) => itemOf(device, now))
  const ofMachine = plainChanges(own, other)
  const changed: DiffChange[] = [
    ...(ofMachine.length === 0 ? [] : [{ path: before.name, values: ofMachine }]),
    ...old.flatMap((device) => {
      const twin = now.get(device.id)
      const values = twin === undefined ? [] : plainChanges(device, twin)
      return values.length === 0 ? [] : [{ path: device.id, values }]
    }),
  ]
  return { kind: 'machine', added, removed, changed, driverChanged: [],
    tree: flatRows({ added, removed, changed }), notes: [] }
}

/** Lists of differences as rows of one level. */
export function flatRows(
  { added, removed, changed }: Pick<DiffReport, 'added' | 'removed' | 'changed'>,
): DiffRow[] {
  const row = (mark: '+' | '-', { path, what }: DiffItem): DiffRow =>
    ({ depth: 0, mark, text: what === null ? path : `${path} ${what}`, below: 0, values: [] })
  return [
    ...changed.map(({ path, values }): DiffRow => ({ depth: 0, mark: '~', text: path, below: 0, values })),
    ...removed.map((one) => row('-', one)), ...added.map((one) => row('+', one)),
  ]
}
