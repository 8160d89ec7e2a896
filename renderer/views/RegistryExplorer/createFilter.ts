import { computed, ref, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import type { PropertyHits, RegistrySnapshot } from '../../../kernel/api/index.ts'
import type { Load } from '../../composables/createLoad.ts'
import type { Selection } from './createSelection.ts'
import { filterRows, searchText } from './filter.ts'
import type { FilterResult } from './filter.ts'

/** Properties are asked for when typing rests this long; names answer at once. */
const REST_MS = 60
/** A single letter is in nearly every property. */
const SHORTEST = 2

export interface Filter {
  readonly filter: Ref<string>
  readonly needle: ComputedRef<string>
  readonly filtered: ComputedRef<FilterResult | null>
  readonly searching: Ref<boolean>
}

interface FilterParts {
  readonly snapshot: Load<RegistrySnapshot>
  readonly selection: Selection
  find(text: string): Promise<PropertyHits>
}

/**
 * Names and classes are filtered here and at once; the kernel process says which entries match by a property.
 * The selection moves to the first hit when it is none itself.
 */
export function createFilter({ snapshot, selection, find }: FilterParts): Filter {
  const filter = ref('')
  const needle = computed(() => filter.value.trim().toLowerCase())
  const text = computed(() => (snapshot.value === null ? null : searchText(snapshot.value)))
  const found = shallowRef<{ readonly needle: string; readonly hits: PropertyHits } | null>(null)
  const searching = ref(false)
  let timer: ReturnType<typeof setTimeout> | null = null

  async function ask(): Promise<void> {
    const asked = needle.value
    const hits = await find(asked).catch(() => null)
    if (asked !== needle.value) return
    searching.value = false
    found.value = hits === null ? null : { needle: asked, hits }
  }

  watch([needle, () => snapshot.value?.generation], () => {
    if (timer !== null) clearTimeout(timer)
    searching.value = needle.value.length >= SHORTEST
    if (searching.value) timer = setTimeout(() => void ask(), REST_MS)
  })

  const filtered = computed(() => {
    if (snapshot.value === null || text.value === null || needle.value === '') return null
    const properties = found.value?.needle === needle.value ? found.value.hits : null
    return filterRows(snapshot.value, text.value, needle.value, properties)
  })
  watch(filtered, (result) => {
    if (result === null || result.hits === 0 || result.isHit[selection.selectedRow.value] === 1) return
    selection.select(result.rows.find((row) => result.isHit[row] === 1) ?? -1)
  })
  return { filter, needle, filtered, searching }
}
