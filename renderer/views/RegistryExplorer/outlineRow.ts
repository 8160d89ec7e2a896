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
  /** Letters of the bits that are set (`r m a`: registered, matched, active), `noservice` when the entry is no service. */
  readonly pips: string
  readonly twist: 'open' | 'closed' | ''
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
  const bits = state === NO_SERVICE ? null : {
    registered: (state & kIOServiceRegisteredState) !== 0, matched: (state & kIOServiceMatchedState) !== 0,
    active: (state & kIOServiceInactiveState) === 0,
  }
  const expandable = document.filtered === null && hasChildren(snapshot, row)
  const expanded = isExpanded(document.expansion, rowKey(snapshot, row))
  const id = snapshot.ids[row] ?? 0
  const filtered = document.filtered
  return {
    row, busy, expandable, expanded,
    pips: bits === null ? 'noservice' : `${bits.registered ? 'r ' : ''}${bits.matched ? 'm ' : ''}${bits.active ? 'a' : ''}`,
    twist: !expandable ? '' : expanded ? 'open' : 'closed',
    title: entryTitle(snapshot.names[row] ?? '', snapshot.locations[row] ?? null),
    className: snapshot.classes[row] ?? '',
    depth: snapshot.depths[row] ?? 0,
    stateText: bits === null ? 'not a service' : describeState(bits, busy),
    busyHere: busy > 0 && !busyBelow(snapshot, row),
    isDriver: snapshot.drivers[row] === 1,
    id: formatEntryId(id),
    retain: snapshot.retains[row] ?? 0,
    change: document.changes.kinds.get(id) ?? null,
    dimmed: filtered !== null && filtered.isHit[row] !== 1,
  }
}

interface StateBits { readonly registered: boolean; readonly matched: boolean; readonly active: boolean }

function describeState({ registered, matched, active }: StateBits, busy: number): string {
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
