import { shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'
import type { RegistrySnapshot, RegistrySource } from '../../../kernel/api/index.ts'
import type { Load } from '../../composables/createLoad.ts'
import { compareSnapshots, NO_CHANGES } from './changes.ts'
import type { Changes } from './changes.ts'

const SHOWN_MS = 3000

/** What changed between the last two snapshots of the running machine; gone after three seconds. */
export function createLiveChanges(source: RegistrySource, snapshot: Load<RegistrySnapshot>): ShallowRef<Changes> {
  const changes = shallowRef<Changes>(NO_CHANGES)
  let timer: ReturnType<typeof setTimeout> | null = null

  watch(() => snapshot.value, (now, before) => {
    if (source !== 'machine' || before === null || now === null || before.plane !== now.plane) return
    const found = compareSnapshots(before, now)
    if (found.kinds.size + found.removed === 0) return
    changes.value = found
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => { changes.value = NO_CHANGES }, SHOWN_MS)
  })
  return changes
}
