import { shallowRef } from 'vue'
import type { ShallowRef } from 'vue'
import type { RegistrySnapshot, RegistrySource } from '../../../kernel/api/index.ts'
import { compareSnapshots, NO_CHANGES } from './changes.ts'
import type { ChangeKind, Changes } from './changes.ts'
import { mergeRemoved } from './mergeRemoved.ts'

const SHOWN_MS = 3000

export interface LiveChanges {
  readonly changes: ShallowRef<Changes>
  /** What is to be shown for a new snapshot: with what left the registry since the last `clear`. */
  take(now: RegistrySnapshot): RegistrySnapshot
  clear(): void
}

/** What changed in the running machine: marked for three seconds, and until cleared when it was removed. */
export function createLiveChanges(source: RegistrySource): LiveChanges {
  const changes = shallowRef<Changes>(NO_CHANGES)
  let before: RegistrySnapshot | null = null
  let shown: RegistrySnapshot | null = null
  let timer: ReturnType<typeof setTimeout> | null = null

  function forgetMarks(): void {
    timer = null
    const kept = [...changes.value.kinds].filter(([, kind]) => kind === 'removed')
    changes.value = kept.length === 0 ? NO_CHANGES : { kinds: new Map(kept) }
  }

  function markFor(kinds: ReadonlyMap<number, ChangeKind>, removed: ReadonlySet<number>): void {
    const all = new Map(changes.value.kinds)
    for (const [id, kind] of kinds) if (kind === 'added' || all.get(id) !== 'added') all.set(id, kind)
    for (const [id, kind] of all) if (kind === 'removed' && !removed.has(id)) all.delete(id)
    for (const id of removed) all.set(id, 'removed')
    changes.value = all.size === 0 ? NO_CHANGES : { kinds: all }
    if (kinds.size === 0) return
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(forgetMarks, SHOWN_MS)
  }

  function clear(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    shown = before
    changes.value = NO_CHANGES
  }

  return {
    changes,
    clear,
    take(now) {
      if (source !== 'machine') return now
      const isSequel = before !== null && before.plane === now.plane && before.generation <= now.generation
      if (before === null || shown === null || !isSequel) {
        before = now
        clear()
        return now
      }
      const merged = mergeRemoved(shown, now)
      markFor(compareSnapshots(before, now), merged.removed)
      before = now
      shown = merged.snapshot
      return shown
    },
  }
}
