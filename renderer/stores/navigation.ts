import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { RegistrySource } from '../../kernel/api/index.ts'
import type { ViewId } from '../views/viewIds.ts'

/** A place in the window: a view and what it shows. */
export interface Place {
  readonly view: ViewId
  /** Registry view and Match Explainer: whose registry. */
  readonly source?: RegistrySource
  /** Registry view: the registry it is compared with. */
  readonly against?: RegistrySource
  /** Match Explainer: id of the provider that is explained. */
  readonly entry?: number
}

/** Where the window is, and back and forward. */
export const useNavigationStore = defineStore('navigation', () => {
  const history = shallowRef<readonly Place[]>([{ view: 'machines' }])
  const position = shallowRef(0)
  const place = computed(() => history.value[position.value] ?? { view: 'machines' as const })
  const canGoBack = computed(() => position.value > 0)
  const canGoForward = computed(() => position.value < history.value.length - 1)

  function go(next: Place): void {
    const here = place.value
    const same = here.view === next.view && here.source === next.source
      && here.against === next.against && here.entry === next.entry
    if (same) return
    history.value = [...history.value.slice(0, position.value + 1), next].slice(-100)
    position.value = history.value.length - 1
  }

  function back(): void {
    if (canGoBack.value) position.value -= 1
  }

  function forward(): void {
    if (canGoForward.value) position.value += 1
  }

  /** Takes places out of the history that cannot be shown any more. */
  function forget(gone: (place: Place) => boolean): void {
    const current = place.value
    const kept = history.value.filter((entry) => !gone(entry))
    history.value = kept.length > 0 ? kept : [{ view: 'machines' }]
    const index = kept.lastIndexOf(current)
    position.value = index >= 0 ? index : history.value.length - 1
  }

  return { place, canGoBack, canGoForward, go, back, forward, forget }
})
