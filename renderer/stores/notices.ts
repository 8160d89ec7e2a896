import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** How long a notice stays: what went as asked is soon read, what failed or can be undone takes a little longer. */
const SHOWN_MS = { success: 3500, info: 4500, warning: 6000, error: 8000 } as const
const LEAST_WITH_ACTION_MS = 6000
const MOST_SHOWN = 3

export interface Notice {
  readonly id: number
  readonly tone: 'info' | 'success' | 'warning' | 'error'
  readonly title: string
  readonly text?: string
  readonly action?: { readonly title: string; readonly run: () => void }
  /** Stays until it is closed. */
  readonly sticky?: boolean
  /** Share that is done, for what takes a while. */
  readonly progress?: number
}

/** Non-modal messages above the status bar. */
export const useNoticesStore = defineStore('notices', () => {
  const notices = shallowRef<readonly Notice[]>([])
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  let lastId = 0

  function show(notice: Omit<Notice, 'id'>): number {
    lastId += 1
    const id = lastId
    notices.value = trimmed([...notices.value, { ...notice, id }])
    wait(id)
    return id
  }

  /** Changes a notice in its place; one that was closed stays closed. */
  function update(id: number, change: Partial<Omit<Notice, 'id'>>): void {
    notices.value = notices.value.map((notice) => notice.id === id ? { ...notice, ...change } : notice)
  }

  function close(id: number): void {
    hold(id)
    notices.value = notices.value.filter((notice) => notice.id !== id)
  }

  /** Keeps a notice while somebody reads it. */
  function hold(id: number): void {
    clearTimeout(timers.get(id))
    timers.delete(id)
  }

  /** Lets a notice go after its time. */
  function wait(id: number): void {
    const notice = notices.value.find((candidate) => candidate.id === id)
    if (notice === undefined || notice.sticky === true) return
    const shown = notice.action === undefined ? SHOWN_MS[notice.tone] : Math.max(SHOWN_MS[notice.tone], LEAST_WITH_ACTION_MS)
    hold(id)
    timers.set(id, setTimeout(() => close(id), shown))
  }

  /** Says that something asked for did not work, and why. */
  function fail(title: string, error: unknown): void {
    show({ tone: 'error', title, text: error instanceof Error ? error.message : String(error) })
  }

  /** Does what was asked for; a refusal becomes a notice. */
  async function attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => fail(what, error))
  }

  return { notices, show, update, close, hold, wait, fail, attempt }
})

/** The newest few; what stays until it is closed is not pushed out. */
function trimmed(notices: readonly Notice[]): readonly Notice[] {
  const passing = notices.filter(({ sticky }) => sticky !== true)
  const gone = new Set(passing.slice(0, Math.max(0, passing.length - MOST_SHOWN)))
  return notices.filter((notice) => !gone.has(notice))
}
