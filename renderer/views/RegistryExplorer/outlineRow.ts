import type { RegistrySnapshot } from '../../../kernel/api/index.ts'
import { entryTitle, formatEntryId } from '../../format/text.ts'
import { stateBits, stateWords } from '../../format/serviceState.ts'
import type { ChangeKind } from './changes.ts'
import { hasChildren, isExpanded, rowKey } from './outline.ts'
import type { RegistryDocument } from './registryDocument.ts'

/** How a snapshot marks an entry that is no service. */
const NO_SERVICE = 0xffffffff
const SIGNS: Readonly<Record<ChangeKind, string>> = { added: '+', changed: '△', removed: '−' }

/** What one line of the outline shows. */
export interface OutlineRow {
  readonly row: number
  readonly title: string
  readonly className: string
  readonly depth: number
  readonly expandable: boolean
  readonly expanded: boolean
  /** Registered, matched, active as full or empty circles; a dash when the entry is no service. */
  readonly pips: string
  readonly twist: 'open' | 'closed' | 'none'
  readonly stateText: string
  readonly busy: number
  /** True when nothing below is busy: this entry is the cause. */
  readonly busyHere: boolean
  readonly id: string
  readonly retain: number
  /** A device that no driver has taken. */
  readonly withoutDriver: boolean
  readonly change: ChangeKind | null
  readonly sign: string
  /** The key of the property by which the line matches the filter; empty when its name or class does. */
  readonly hitKey: string
  /** Classes of the line: its change, and whether it is only on the way to a hit of the filter. */
  readonly look: string
}

export function outlineRow(document: RegistryDocument, snapshot: RegistrySnapshot, row: number): OutlineRow {
  const state = snapshot.states[row] ?? NO_SERVICE
  const busy = snapshot.busy[row] ?? 0
  const bits = state === NO_SERVICE ? null : stateBits(state)
  const expandable = document.filtered === null && hasChildren(snapshot, row)
  const expanded = isExpanded(document.expansion, rowKey(snapshot, row))
  const id = snapshot.ids[row] ?? 0
  const filtered = document.filtered
  const change = document.changes.kinds.get(id) ?? null
  return {
    row,
    busy,
    expandable,
    expanded,
    pips: bits === null ? '–' : `${pip(bits.registered)}${pip(bits.matched)}${pip(bits.active)}`,
    twist: !expandable ? 'none' : expanded ? 'open' : 'closed',
    title: entryTitle(snapshot.names[row] ?? '', snapshot.locations[row] ?? null),
    className: snapshot.classes[row] ?? '',
    depth: snapshot.depths[row] ?? 0,
    stateText: bits === null ? 'not a service' : stateWords(state, busy),
    busyHere: busy > 0 && !busyBelow(snapshot, row),
    id: formatEntryId(id),
    retain: snapshot.retains[row] ?? 0,
    withoutDriver: change !== 'removed' && snapshot.withoutDriver[row] === 1,
    change,
    sign: change === null ? '' : SIGNS[change],
    hitKey: filtered?.keys.get(id) ?? '',
    look: `${change ?? ''}${filtered !== null && filtered.isHit[row] !== 1 ? ' dimmed' : ''}`,
  }
}

const pip = (set: boolean): string => (set ? '●' : '○')

function busyBelow(snapshot: RegistrySnapshot, row: number): boolean {
  const depth = snapshot.depths[row] ?? 0
  for (let below = row + 1; (snapshot.depths[below] ?? 0) > depth; below += 1) {
    if ((snapshot.busy[below] ?? 0) > 0) return true
  }
  return false
}
