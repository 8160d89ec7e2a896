import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { KextSet } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { createLoad } from '../composables/createLoad.ts'
import { plural } from '../format/text.ts'
import { createProgress } from './importBatch.ts'
import { useNoticesStore } from './notices.ts'

/** Property lists beyond this are nobody's Info.plist. */
const LARGEST_BYTES = 16 * 1024 * 1024
const MOST_FILES = 5000

/** A file with its path from a folder down. */
interface PathFile {
  readonly path: string
  readonly file: File
}

/** Kexts that people gave to try, kept by the kernel process while it lives. */
export const useKextSetsStore = defineStore('kextSets', () => {
  const { kernel } = useBridge()
  const notices = useNoticesStore()
  const list = createLoad<KextSet[]>(() => kernel.calls.listKextSets())
  /** Counts changes, for those whose answers depend on the sets. */
  const generation = ref(0)
  const sets = computed(() => list.value ?? [])
  const versions = computed(() => versionsOf(sets.value))

  kernel.onState((state) => {
    if (state === 'open') void refresh()
  })

  async function refresh(): Promise<void> {
    await list.run()
    generation.value += 1
  }

  /** Takes the property lists of a folder; false when there is none. */
  async function add(name: string, files: readonly PathFile[]): Promise<boolean> {
    const progress = createProgress(notices, `Reading ${name}…`)
    try {
      const set = await kernel.calls.addKextSet(name, await propertyLists(files))
      await refresh()
      const count = set.kexts.reduce((sum, { personalities }) => sum + personalities, 0)
      notices.show({
        tone: 'success',
        title: `${plural(set.kexts.length, 'kext')} added from ${name}`,
        text: `${plural(count, 'personality', 'personalities')} to try on every device.`,
        action: { title: 'Undo', run: () => void remove(set, false) },
      })
      return true
    } catch (error) {
      notices.fail(`${name} could not be added`, error)
      return false
    } finally {
      progress.end()
    }
  }

  async function remove({ id, name }: KextSet, isTold = true): Promise<void> {
    try {
      await kernel.calls.removeKextSet(id)
      await refresh()
      if (isTold) {
        notices.show({
          tone: 'info',
          title: `${name} was removed`,
          action: { title: 'Undo', run: () => void restore(id) },
        })
      }
    } catch (error) {
      notices.fail('The kexts could not be removed', error)
    }
  }

  async function restore(id: number): Promise<void> {
    await kernel.calls
      .restoreKextSet(id)
      .catch((error: unknown) => notices.fail('The kexts could not be put back', error))
    await refresh()
  }

  return { list, sets, versions, generation, add, remove, refresh }
})

/** Versions of the bundles of all sets. */
function versionsOf(sets: readonly KextSet[]): ReadonlyMap<string, string> {
  const versions = new Map<string, string>()
  for (const { bundle, version } of sets.flatMap(({ kexts }) => kexts)) {
    if (bundle !== null && version !== null) versions.set(bundle, version)
  }
  return versions
}

/** The property lists among some files, read. */
function propertyLists(files: readonly PathFile[]): Promise<{ path: string; bytes: Uint8Array }[]> {
  const chosen = files.filter(({ path, file }) => /\.plist$/iu.test(path) && file.size <= LARGEST_BYTES)
  return Promise.all(
    chosen
      .slice(0, MOST_FILES)
      .map(async ({ path, file }) => ({ path, bytes: new Uint8Array(await file.arrayBuffer()) })),
  )
}

/** Whether a loose file is the property list of a kext. */
export async function isKextPlist(file: File): Promise<boolean> {
  if (!/\.plist$/iu.test(file.name) || file.size > LARGEST_BYTES) return false
  return /IOKitPersonalities|OSBundleLibraries/u.test(await file.text())
}
