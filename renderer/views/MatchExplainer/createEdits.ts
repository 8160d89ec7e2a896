import { computed, reactive, shallowRef } from 'vue'
import type { CounterfactualEdit } from '../../../kernel/api/index.ts'

type EditList = readonly CounterfactualEdit[]

/** What-if edits with their history: every change is one step back. */
export interface Edits {
  readonly list: EditList
  readonly canUndo: boolean
  readonly canRedo: boolean
  add(edits: EditList): void
  removeAt(index: number): void
  reset(): void
  undo(): void
  redo(): void
}

/** At most so many edits are tried at once. */
export const MOST_EDITS = 64

export function createEdits(changed: () => void): Edits {
  const past = shallowRef<readonly EditList[]>([])
  const future = shallowRef<readonly EditList[]>([])
  const list = shallowRef<EditList>([])

  function set(next: EditList): void {
    past.value = [...past.value, list.value]
    future.value = []
    list.value = next
    changed()
  }

  function step(from: typeof past, to: typeof past): void {
    const next = from.value.at(-1)
    if (next === undefined) return
    to.value = [...to.value, list.value]
    from.value = from.value.slice(0, -1)
    list.value = next
    changed()
  }

  return reactive({
    list,
    canUndo: computed(() => past.value.length > 0),
    canRedo: computed(() => future.value.length > 0),
    add: (edits: EditList) => set([...list.value, ...edits].slice(-MOST_EDITS)),
    removeAt: (index: number) => set(list.value.filter((_, at) => at !== index)),
    reset: () => {
      if (list.value.length > 0) set([])
    },
    undo: () => step(past, future),
    redo: () => step(future, past),
  })
}
