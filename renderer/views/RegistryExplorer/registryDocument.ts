import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { EntryDetails, RegistrySnapshot, RegistrySource } from '../../../kernel/api/index.ts'
import type { KernelClient } from '../../bridge/index.ts'
import { createLoad } from '../../composables/createLoad.ts'
import type { Load } from '../../composables/createLoad.ts'
import { compareSnapshots, NO_CHANGES } from './changes.ts'
import type { Changes } from './changes.ts'
import { ALL_EXPANDED, ancestry, filterRows, rowKey, searchTexts, visibleRows, withExpanded } from './outline.ts'
import type { Expansion, FilterResult } from './outline.ts'

const REFRESH_MS = 300
const CHANGE_SHOWN_MS = 3000

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
  const filter = ref('')
  const selectedRow = ref(-1)
  const expansion = shallowRef<Expansion>(ALL_EXPANDED)
  const changes = shallowRef<Changes>(NO_CHANGES)
  let selectedKey: number | null = null
  let shown = false
  let stale = true
  let timer: ReturnType<typeof setTimeout> | null = null
  let changesTimer: ReturnType<typeof setTimeout> | null = null

  const snapshot = createLoad<RegistrySnapshot>(() => kernel.calls.registrySnapshot(source, plane.value))
  const details = createLoad<EntryDetails | null>(async () => {
    const current = snapshot.value
    const row = selectedRow.value
    if (current === null || row < 0) return null
    return kernel.calls.entryDetails(source, current.ids[row] ?? 0, row)
  })

  const texts = computed(() => snapshot.value === null ? [] : searchTexts(snapshot.value))
  const filtered = computed(() => {
    const current = snapshot.value
    return current === null || filter.value.trim() === '' ? null : filterRows(current, texts.value, filter.value)
  })
  const rows = computed(() => {
    const current = snapshot.value
    if (current === null) return new Int32Array(0)
    return filtered.value?.rows ?? visibleRows(current, expansion.value)
  })

  watch(filtered, (result) => {
    if (result === null || result.hits === 0 || result.isHit[selectedRow.value] === 1) return
    select(result.rows.find((row) => result.isHit[row] === 1) ?? -1)
  })
  watch(plane, () => void load())
  watch(() => snapshot.value, (now, before) => {
    restoreSelection(now)
    showChanges(before, now)
  })

  async function load(): Promise<void> {
    stale = false
    await snapshot.run()
  }

  function restoreSelection(now: RegistrySnapshot | null): void {
    if (now === null) return
    const key = selectedKey
    const row = key === null ? -1 : key < 0 ? -key - 1 : now.ids.indexOf(key)
    selectedRow.value = row >= 0 && row < now.ids.length ? row : now.ids.length > 0 ? 0 : -1
    if (row < 0) selectedKey = null
    void details.run()
  }

  function showChanges(before: RegistrySnapshot | null, now: RegistrySnapshot | null): void {
    if (source !== 'machine' || before === null || now === null || before.plane !== now.plane) return
    const found = compareSnapshots(before, now)
    if (found.kinds.size === 0) return
    changes.value = found
    if (changesTimer !== null) clearTimeout(changesTimer)
    changesTimer = setTimeout(() => { changes.value = NO_CHANGES }, CHANGE_SHOWN_MS)
  }

  function select(row: number): void {
    const current = snapshot.value
    if (current === null || row === selectedRow.value) return
    selectedRow.value = row
    selectedKey = row < 0 ? null : rowKey(current, row)
    void details.run()
  }

  function setExpanded(chosen: readonly number[], expanded: boolean): void {
    const current = snapshot.value
    if (current === null) return
    expansion.value = withExpanded(expansion.value, chosen.map((row) => rowKey(current, row)), expanded)
  }

  async function reveal(id: number): Promise<void> {
    filter.value = ''
    if (snapshot.value === null || stale) await load()
    if (snapshot.value?.ids.includes(id) !== true && plane.value !== 'IOService') {
      plane.value = 'IOService'
      await load()
    }
    const current = snapshot.value
    const row = current?.ids.indexOf(id) ?? -1
    if (current === null || row < 0) return
    setExpanded(ancestry(current, row).slice(0, -1), true)
    select(row)
  }

  function setShown(now: boolean): void {
    shown = now
    if (shown && (stale || snapshot.value === null)) void load()
  }

  function changed(): void {
    stale = true
    if (!shown || timer !== null) return
    timer = setTimeout(() => {
      timer = null
      if (shown) void load()
    }, REFRESH_MS)
  }

  return reactive({
    source, plane, snapshot, details, expansion, filter, filtered, rows, selectedRow, changes,
    setShown, changed, select, setExpanded, reveal,
  }) as unknown as RegistryDocument
}
