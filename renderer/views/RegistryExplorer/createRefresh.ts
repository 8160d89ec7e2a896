import type { RegistrySnapshot } from '../../../kernel/api/index.ts'
import type { Load } from '../../composables/createLoad.ts'

const REFRESH_MS = 300

export interface Refresh {
  setShown(shown: boolean): void
  changed(): void
  /** Loads when there is nothing yet or something newer. */
  freshen(): Promise<void>
}

/** Fetches a changing registry while it is on the screen, at most once per interval; hidden, it only grows stale. */
export function createRefresh(snapshot: Load<RegistrySnapshot>): Refresh {
  let shown = false
  let stale = true
  let timer: ReturnType<typeof setTimeout> | null = null

  async function freshen(): Promise<void> {
    if (!stale && snapshot.value !== null) return
    stale = false
    await snapshot.run()
  }

  return {
    freshen,
    setShown(now) {
      shown = now
      if (shown) void freshen()
    },
    changed() {
      stale = true
      if (!shown || timer !== null) return
      timer = setTimeout(() => {
        timer = null
        if (shown) void freshen()
      }, REFRESH_MS)
    },
  }
}
