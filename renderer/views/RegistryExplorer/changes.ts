import type { RegistrySnapshot } from '../../../kernel/api/index.ts'

export type ChangeKind = 'added' | 'changed' | 'removed'

/** What differs from what was there before, by entry id. */
export interface Changes {
  readonly kinds: ReadonlyMap<number, ChangeKind>
}

export const NO_CHANGES: Changes = { kinds: new Map() }

/** What came, and what changed in name, state or busy count; retain counts move too often to tell. */
export function compareSnapshots(before: RegistrySnapshot, now: RegistrySnapshot): Map<number, ChangeKind> {
  const rowsBefore = new Map<number, number>()
  before.ids.forEach((id, row) => rowsBefore.set(id, row))
  const kinds = new Map<number, ChangeKind>()
  now.ids.forEach((id, row) => {
    const old = rowsBefore.get(id)
    if (old === undefined) kinds.set(id, 'added')
    else if (differs(before, old, now, row)) kinds.set(id, 'changed')
  })
  return kinds
}

function differs(before: RegistrySnapshot, old: number, now: RegistrySnapshot, row: number): boolean {
  return before.states[old] !== now.states[row] || before.busy[old] !== now.busy[row]
    || before.names[old] !== now.names[row] || before.locations[old] !== now.locations[row]
}
