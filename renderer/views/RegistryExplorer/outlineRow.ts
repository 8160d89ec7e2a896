import { kIOServiceInactiveState, kIOServiceMatchedState, kIOServiceRegisteredState } from '../../../kernel/abi/serviceState.ts'
import type { RegistrySnapshot } from '../../../kernel/api/index.ts'
import { entryTitle, formatEntryId } from '../../format/text.ts'
import { hasChildren, isExpanded, rowKey } from './outline.ts'
import type { RegistryDocument } from './registryDocument.ts'

/** How a snapshot marks an entry that is no service. */
const NO_SERVICE = 0xffffffff

/** What one line of the outline shows. */
export interface OutlineRow {
  readonly row: number
  readonly title: string
  readonly className: string
  readonly depth: number
  readonly expandable: boolean
  readonly expanded: boolean
  /** Registered, matched, active; null when the entry is no service. */
  readonly pips: readonly [boolean, boolean, boolean] | null
  readonly stateText: string
  readonly busy: number
  /** True when nothing below is busy: this entry is the cause. */
  readonly busyHere: boolean
  readonly isDriver: boolean
  readonly id: string
  readonly retain: number
  readonly change: 'added' | 'changed' | null
  readonly dimmed: boolean
}

export function outlineRow(document: RegistryDocument, snapshot: RegistrySnapshot, row: number): OutlineRow {
  const state = snapshot.states[row] ?? NO_SERVICE
  const busy = snapshot.busy[row] ?? 0
  const pips = state === NO_SERVICE ? null
    : [
      (state & kIOServiceRegisteredState) !== 0, (state & kIOServiceMatchedState) !== 0, (state & kIOServiceInactiveState) === 0,
    ] as const
  const id = snapshot.ids[row] ?? 0
  const filtered = document.filtered
  return {
    row, busy, pips,
    title: entryTitle(snapshot.names[row] ?? '', snapshot.locations[row] ?? null),
    className: snapshot.classes[row] ?? '',
    depth: snapshot.depths[row] ?? 0,
    expandable: filtered === null && hasChildren(snapshot, row),
    expanded: isExpanded(document.expansion, rowKey(snapshot, row)),
    stateText: pips === null ? 'not a service' : describeState(pips, busy),
    busyHere: busy > 0 && !busyBelow(snapshot, row),
    isDriver: snapshot.drivers[row] === 1,
    id: formatEntryId(id),
    retain: snapshot.retains[row] ?? 0,
    change: document.changes.kinds.get(id) ?? null,
    dimmed: filtered !== null && filtered.isHit[row] !== 1,
  }
}

function describeState([registered, matched, active]: readonly [boolean, boolean, boolean], busy: number): string {
  const words = [registered ? 'registered' : 'not registered', matched ? 'matched' : 'not matched', active ? 'active' : 'inactive']
  return busy > 0 ? `${words.join(', ')}, busy ${busy}` : words.join(', ')
}

function busyBelow(snapshot: RegistrySnapshot, row: number): boolean {
  const depth = snapshot.depths[row] ?? 0
  for (let below = row + 1; (snapshot.depths[below] ?? 0) > depth; below += 1) {
    if ((snapshot.busy[below] ?? 0) > 0) return true
  }
  return false
}
