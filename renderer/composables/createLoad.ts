import { reactive, ref, shallowRef } from 'vue'
import { errorSentence } from '../format/text.ts'

const SKELETON_AFTER_MS = 150
const PROGRESS_AFTER_MS = 500

/** How long the current load has been felt: not at all, worth a skeleton, worth a progress sentence. */
export type Patience = 'none' | 'skeleton' | 'progress'

export interface Load<T> {
  readonly value: T | null
  readonly error: string | null
  readonly loading: boolean
  readonly patience: Patience
  /**
   * Runs the loader; of several runs under way only the last one counts, and all of them end with it.
   * Keeps the old value until the new one is there.
   */
  run(): Promise<void>
  clear(): void
}

/** State of something fetched from a far side, with the timing that keeps quick answers from flickering. */
export function createLoad<T>(loader: () => Promise<T>): Load<T> {
  const value = shallowRef<T | null>(null)
  const error = ref<string | null>(null)
  const loading = ref(false)
  const patience = ref<Patience>('none')
  let turn = 0
  let latest: Promise<void> = Promise.resolve()

  function run(): Promise<void> {
    const mine = attempt()
    latest = mine
    return mine.then(() => mine === latest ? undefined : latest)
  }

  async function attempt(): Promise<void> {
    turn += 1
    const mine = turn
    loading.value = true
    const skeleton = setTimeout(() => { if (mine === turn) patience.value = 'skeleton' }, SKELETON_AFTER_MS)
    const progress = setTimeout(() => { if (mine === turn) patience.value = 'progress' }, PROGRESS_AFTER_MS)
    try {
      const answer = await loader()
      if (mine !== turn) return
      value.value = answer
      error.value = null
    } catch (fault) {
      if (mine !== turn) return
      error.value = errorSentence(fault)
    } finally {
      clearTimeout(skeleton)
      clearTimeout(progress)
      if (mine === turn) {
        loading.value = false
        patience.value = 'none'
      }
    }
  }

  function clear(): void {
    turn += 1
    value.value = null
    error.value = null
    loading.value = false
    patience.value = 'none'
  }

  // The proxy unwraps the refs; a shallow ref's content stays as it is.
  return reactive({ value, error, loading, patience, run, clear })
}
