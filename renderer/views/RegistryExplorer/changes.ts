import type { RegistrySnapshot } from '../../../kernel/api/index.ts'

export type ChangeKind = 'added' | 'changed' | 'removed'

/** What differs between two snapshots of one plane, by entry id. */
export interface Changes {
  readonly kinds: ReadonlyMap<number, ChangeKind>
  readonly removed: number
}

export const NO_CHANGES: Changes = { kinds: new Map(), removed: 0 }

/** An entry changed when its class, name, state or busy count did; retain counts move too often to tell anything. */
export function compareSnapshots(before: RegistrySnapshot, now: RegistrySnapshot): Changes {
  const rowsBefore = new Map<number, number>()
  before.ids.forEach((id, row) => rowsBefore.set(id, row))
  const kinds = new Map<number, ChangeKind>()
  now.ids.forEach((id, row) => {
    const old = rowsBefore.get(id)
    if (old === undefined) kinds.set(id, 'added')
    else if (differs(before, old, now, row)) kinds.set(id, 'changed')
  })
  const idsNow = new Set(now.ids)
  let removed = 0
  for (const id of rowsBefore.keys()) if (!idsNow.has(id)) removed += 1
  return { kinds, removed }
}

function differs(before: RegistrySnapshot, old: number, now: RegistrySnapshot, row: number): boolean {
  return before.states[old] !== now.states[row] || before.busy[old] !== now.busy[row]
    || before.names[old] !== now.names[row] || before.locations[old] !== now.locations[row]
}
