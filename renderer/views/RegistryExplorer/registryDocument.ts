import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { EntryDetails, RegistrySnapshot, RegistrySource } from '../../../kernel/api/index.ts'
import type { KernelClient } from '../../bridge/index.ts'
import { createLoad } from '../../composables/createLoad.ts'
import type { Load } from '../../composables/createLoad.ts'
import type { Changes } from './changes.ts'
import { createLiveChanges } from './createLiveChanges.ts'
import { createPropertyChanges } from './createPropertyChanges.ts'
import type { PropertyChanges } from './createPropertyChanges.ts'
import { createRefresh } from './createRefresh.ts'
import { createFilter } from './createFilter.ts'
import { createReveal } from './createReveal.ts'
import { createSelection } from './createSelection.ts'
import type { FilterResult } from './filter.ts'
import type { Target } from './goTo.ts'
import { ALL_EXPANDED, ancestry, rowKey, visibleRows, withExpanded } from './outline.ts'
import type { Expansion } from './outline.ts'

/** One registry as the explorer shows it: plane, open rows, filter, selection and the details of the selected entry. */
export interface RegistryDocument {
  readonly source: RegistrySource
  plane: string
  readonly snapshot: Load<RegistrySnapshot>
  readonly details: Load<EntryDetails | null>
  expansion: Expansion
  filter: string
  /** What of the filter is looked for, in lower case; empty for none. */
  readonly needle: string
  readonly filtered: FilterResult | null
  /** The properties are still being searched for the filter. */
  readonly searching: boolean
  readonly rows: Int32Array
  /** Row of the snapshot, -1 for none. */
  readonly selectedRow: number
  readonly changes: Changes
  readonly properties: PropertyChanges
  /** Forgets the marks of everything that changed, and what was removed. */
  clearChanges(): void
  /** Tells that the view is on the screen, so that live changes are fetched. */
  setShown(shown: boolean): void
  /** The registry behind it changed. */
  changed(): void
  select(row: number): void
  setExpanded(rows: readonly number[], expanded: boolean): void
  /** Shows an entry in the chosen plane, or in the service plane when it is not there. */
  reveal(id: number): Promise<void>
  /** Shows the entry that somebody named; false when there is none. */
  goTo(target: Target): Promise<boolean>
  /** Shows an entry in a plane that has it. */
  revealIn(plane: string, id: number): Promise<void>
}

export function createRegistryDocument(source: RegistrySource, kernel: KernelClient): RegistryDocument {
  const plane = ref('IOService')
  const expansion = shallowRef<Expansion>(ALL_EXPANDED)
  const live = createLiveChanges(source)
  const { changes } = live
  const snapshot = createLoad<RegistrySnapshot>(async () =>
    live.take(await kernel.calls.registrySnapshot(source, plane.value)))
  const isRemoved = (row: number): boolean =>
    changes.value.kinds.get(snapshot.value?.ids[row] ?? 0) === 'removed'
  const selection = createSelection(snapshot, async (id, row) =>
    isRemoved(row) ? null : kernel.calls.entryDetails(source, plane.value, id))
  const { properties, clear: clearProperties } = createPropertyChanges(selection.details)
  const { filter, needle, filtered, searching } = createFilter({
    snapshot, selection, find: (text) => kernel.calls.findInProperties(source, text),
  })
  const refresh = createRefresh(snapshot)
  const rows = computed(() => filtered.value?.rows
    ?? (snapshot.value === null ? new Int32Array(0) : visibleRows(snapshot.value, expansion.value)))

  watch(plane, () => void snapshot.run())

  function setExpanded(chosen: readonly number[], expanded: boolean): void {
    const current = snapshot.value
    if (current === null) return
    expansion.value = withExpanded(expansion.value, chosen.map((row) => rowKey(current, row)), expanded)
  }

  function clearChanges(): void {
    clearProperties()
    const hadRemoved = [...changes.value.kinds.values()].includes('removed')
    live.clear()
    if (hadRemoved) void snapshot.run()
  }

  function showEntry(id: number): void {
    const current = snapshot.value
    const row = current?.ids.indexOf(id) ?? -1
    if (current === null || row < 0) return
    setExpanded(ancestry(current, row).slice(0, -1), true)
    selection.select(row)
  }

  const ways = createReveal({
    source, kernel, plane, filter, snapshot, freshen: () => refresh.freshen(), showEntry,
  })

  return reactive({
    source, plane, snapshot, expansion, filter, needle, filtered, searching, rows, changes, properties,
    clearChanges, setExpanded, ...ways, ...selection,
    setShown: refresh.setShown, changed: refresh.changed,
  })
}
