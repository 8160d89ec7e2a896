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
import { ALL_EXPANDED, ancestry, filterRows, rowKey, searchTexts, visibleRows, withExpanded } from './outline.ts'
import type { Expansion, FilterResult } from './outline.ts'

/** One registry as the explorer shows it: plane, open rows, filter, selection and the details of the selected entry. */
export interface RegistryDocument {
  readonly source: RegistrySource
  plane: string
  readonly snapshot: Load<RegistrySnapshot>
  readonly details: Load<EntryDetails | null>
  expansion: Expansion
  filter: string
  readonly filtered: FilterResult | null
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
  reveal(id: number): Promise<void>
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
    isRemoved(row) ? null : kernel.calls.entryDetails(source, id, row))
  const { properties, clear: clearProperties } = createPropertyChanges(selection.details)
  const { filter, filtered } = createFilter(snapshot, selection)
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

  /** Shows an entry in the chosen plane, or in the service plane when it is not there. */
  async function reveal(id: number): Promise<void> {
    filter.value = ''
    await refresh.freshen()
    if (snapshot.value?.ids.includes(id) !== true && plane.value !== 'IOService') {
      plane.value = 'IOService'
      await snapshot.run()
    }
    const current = snapshot.value
    const row = current?.ids.indexOf(id) ?? -1
    if (current === null || row < 0) return
    setExpanded(ancestry(current, row).slice(0, -1), true)
    selection.select(row)
  }

  return reactive({
    source, plane, snapshot, expansion, filter, filtered, rows, changes, properties, clearChanges, setExpanded,
    reveal, ...selection,
    setShown: refresh.setShown, changed: refresh.changed,
  })
}

/** The selected entry stays selected across snapshots and planes, as long as it is there. */
function createSelection(
  snapshot: Load<RegistrySnapshot>, read: (id: number, row: number) => Promise<EntryDetails | null>,
) {
  const selectedRow = ref(-1)
  let selectedKey: number | null = null
  const details = createLoad<EntryDetails | null>(async () => {
    const row = selectedRow.value
    return snapshot.value === null || row < 0 ? null : read(snapshot.value.ids[row] ?? 0, row)
  })

  function select(row: number): void {
    if (snapshot.value === null || row === selectedRow.value) return
    selectedRow.value = row
    selectedKey = row < 0 ? null : rowKey(snapshot.value, row)
    void details.run()
  }

  watch(() => snapshot.value, (now) => {
    if (now === null) return
    const key = selectedKey
    const row = key === null ? -1 : key < 0 ? -key - 1 : now.ids.indexOf(key)
    const found = row >= 0 && row < now.ids.length
    selectedRow.value = found ? row : now.ids.length > 0 ? 0 : -1
    if (!found) selectedKey = null
    void details.run()
  })
  return { selectedRow, details, select }
}

/** The filter keeps the ancestors of its hits and moves the selection to the first one. */
function createFilter(snapshot: Load<RegistrySnapshot>, selection: ReturnType<typeof createSelection>) {
  const filter = ref('')
  const texts = computed(() => snapshot.value === null ? [] : searchTexts(snapshot.value))
  const filtered = computed(() => snapshot.value === null || filter.value.trim() === '' ? null
    : filterRows(snapshot.value, texts.value, filter.value))
  watch(filtered, (result) => {
    if (result === null || result.hits === 0 || result.isHit[selection.selectedRow.value] === 1) return
    selection.select(result.rows.find((row) => result.isHit[row] === 1) ?? -1)
  })
  return { filter, filtered }
}
