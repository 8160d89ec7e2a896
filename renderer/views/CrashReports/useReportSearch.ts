import { onBeforeUnmount, ref, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import { useBridge } from '../../bridge/index.ts'
import { errorSentence } from '../../format/text.ts'
import { useCrashReportsStore } from '../../stores/crashReports.ts'

const ASK_AFTER_MS = 200

export interface ReportSearch {
  readonly text: Ref<string>
  /** Numbers of the reports that were found; null while nothing is sought. */
  readonly found: ShallowRef<ReadonlySet<number> | null>
  readonly error: Ref<string | null>
}

/** A search of the library's full text, asked a moment after the last key, and again when reports change. */
export function useReportSearch(): ReportSearch {
  const { host } = useBridge()
  const store = useCrashReportsStore()
  const text = ref('')
  const found = shallowRef<ReadonlySet<number> | null>(null)
  const error = ref<string | null>(null)
  let timer: ReturnType<typeof setTimeout> | null = null
  let turn = 0

  async function ask(): Promise<void> {
    turn += 1
    const mine = turn
    const sought = text.value
    try {
      const hits = sought.trim() === '' ? null : await host.calls.searchCrashReports(sought)
      if (mine !== turn) return
      found.value = hits === null ? null : new Set(hits.map(({ id }) => id))
      error.value = null
    } catch (fault) {
      if (mine === turn) error.value = errorSentence(fault)
    }
  }

  function soon(): void {
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => void ask(), text.value === '' ? 0 : ASK_AFTER_MS)
  }

  watch(text, soon)
  watch(
    () => store.reports,
    () => {
      if (found.value !== null) soon()
    },
  )
  onBeforeUnmount(() => {
    turn += 1
    if (timer !== null) clearTimeout(timer)
  })
  return { text, found, error }
}
