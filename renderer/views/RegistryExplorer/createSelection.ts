import { ref, watch } from 'vue'
import type { Ref } from 'vue'
import type { EntryDetails, RegistrySnapshot } from '../../../kernel/api/index.ts'
import { createLoad } from '../../composables/createLoad.ts'
import type { Load } from '../../composables/createLoad.ts'
import { ancestry, rowKey } from './outline.ts'

export interface Selection {
  /** Row of the snapshot, -1 for none. */
  readonly selectedRow: Ref<number>
  readonly details: Load<EntryDetails | null>
  select(row: number): void
}

/**
 * The selected entry stays selected across snapshots and planes. In a plane without it stands its nearest
 * ancestor that is there, until the entry can be shown again or another one is selected.
 */
export function createSelection(
  snapshot: Load<RegistrySnapshot>,
  read: (id: number, row: number) => Promise<EntryDetails | null>,
): Selection {
  const selectedRow = ref(-1)
  /** Keys of the selected entry and its ancestors, the entry first. */
  let wanted: readonly number[] = []
  const details = createLoad<EntryDetails | null>(async () => {
    const row = selectedRow.value
    return snapshot.value === null || row < 0 ? null : read(snapshot.value.ids[row] ?? 0, row)
  })

  function select(row: number): void {
    const current = snapshot.value
    if (current === null || row === selectedRow.value) return
    selectedRow.value = row
    wanted = ancestry(current, row)
      .reverse()
      .map((above) => rowKey(current, above))
    void details.run()
  }

  watch(
    () => snapshot.value,
    (now, before) => {
      if (now === null) return
      const sameTree = before !== null && before.plane === now.plane
      selectedRow.value = rowFor(now, wanted, sameTree ? selectedRow.value : -1)
      void details.run()
    },
  )
  return { selectedRow, details, select }
}

/** The row of the first key that is there; of an entry with several rows the one that was selected. */
function rowFor(snapshot: RegistrySnapshot, wanted: readonly number[], last: number): number {
  if (last >= 0 && snapshot.ids[last] === wanted[0]) return last
  for (const key of wanted) {
    const row = snapshot.ids.indexOf(key)
    if (row >= 0) return row
  }
  return snapshot.ids.length > 0 ? 0 : -1
}
