import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

const SHOWN_MS = 9000
/** What went as asked is soon read. */
const SUCCESS_SHOWN_MS = 4000

export interface Notice {
  readonly id: number
  readonly tone: 'info' | 'success' | 'warning' | 'error'
  readonly title: string
  readonly text?: string
  readonly action?: { readonly title: string; readonly run: () => void }
  /** Stays until it is closed. */
  readonly sticky?: boolean
}

/** Non-modal messages at the lower right of the window. */
export const useNoticesStore = defineStore('notices', () => {
  const notices = shallowRef<readonly Notice[]>([])
  let lastId = 0

  function show(notice: Omit<Notice, 'id'>): number {
    lastId += 1
    const id = lastId
    notices.value = [...notices.value.slice(-3), { ...notice, id }]
    const shownMs = notice.tone === 'success' ? SUCCESS_SHOWN_MS : SHOWN_MS
    if (notice.sticky !== true) setTimeout(() => close(id), shownMs)
    return id
  }

  function close(id: number): void {
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }

  /** Says that something asked for did not work, and why. */
  function fail(title: string, error: unknown): void {
    show({ tone: 'error', title, text: error instanceof Error ? error.message : String(error) })
  }

  /** Does what was asked for; a refusal becomes a notice. */
  async function attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => fail(what, error))
  }

  return { notices, show, close, fail, attempt }
})
