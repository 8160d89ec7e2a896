import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import type { CoverageReport, DeviceSource } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { createLoad } from '../composables/createLoad.ts'
import { plural } from '../format/text.ts'
import { createProgress } from './importBatch.ts'
import { useKextSetsStore } from './kextSets.ts'
import { useNavigationStore } from './navigation.ts'
import { useNoticesStore } from './notices.ts'

const LARGEST_FILE_BYTES = 128 * 1024 * 1024

/** Which device of a computer gets which driver: its lists, and what comes of them with the kexts given. */
export const useCoverageStore = defineStore('coverage', () => {
  const { kernel } = useBridge()
  const kextSets = useKextSetsStore()
  const navigation = useNavigationStore()
  const report = createLoad<CoverageReport | null>(() => kernel.calls.coverage())
  const list = createLoad<DeviceSource[]>(() => kernel.calls.listDeviceSources())
  const sources = computed(() => list.value ?? [])
  /** Rows that are open, by their place in the report. */
  const opened = ref<number | null>(null)

  async function refresh(): Promise<void> {
    opened.value = null
    await Promise.all([list.run(), report.run()])
  }

  const adding = useAdding(refresh)
  kernel.onState((state) => {
    if (state === 'open') void refresh()
  })
  watch(
    () => kextSets.generation,
    () => void report.run(),
  )
  watch(
    () => navigation.place.view,
    () => {
      opened.value = null
    },
  )
  return { report, sources, opened, refresh, ...adding }
})

/** Sources come and go; what is taken away can be put back. */
function useAdding(refresh: () => Promise<void>) {
  const { kernel } = useBridge()
  const kextSets = useKextSetsStore()
  const notices = useNoticesStore()

  async function attempt(what: string, task: () => Promise<unknown>): Promise<boolean> {
    const progress = createProgress(notices, `${what}…`)
    try {
      await task()
      await refresh()
      return true
    } catch (error) {
      notices.fail('No devices could be added', error)
      return false
    } finally {
      progress.end()
    }
  }

  async function addFiles(files: readonly File[]): Promise<void> {
    for (const file of files) {
      if (file.size > LARGEST_FILE_BYTES) {
        notices.show({
          tone: 'error',
          title: `${file.name} is too large`,
          text: 'Files up to 128 MB are read.',
        })
        continue
      }
      await attempt(`Reading ${file.name}`, async () => {
        const source = await kernel.calls.addDeviceFile(
          file.name,
          new Uint8Array(await file.arrayBuffer()),
        )
        notices.show({
          tone: 'success',
          title: `${plural(source.devices, 'device')} from ${source.name}`,
        })
      })
    }
  }

  async function addHost(): Promise<void> {
    await attempt('Listing the devices of this computer', () => kernel.calls.addHostDevices())
  }

  async function openSample(): Promise<void> {
    const isOpen = await attempt('Opening the sample', () => kernel.calls.openCoverageSample())
    if (isOpen) await kextSets.refresh()
  }

  async function remove({ id, name }: DeviceSource): Promise<void> {
    const isGone = await attempt(`Removing ${name}`, () => kernel.calls.removeDeviceSource(id))
    if (!isGone) return
    const run = (): void =>
      void attempt(`Restoring ${name}`, () => kernel.calls.restoreDeviceSource(id))
    notices.show({ tone: 'info', title: `${name} was removed`, action: { title: 'Undo', run } })
  }

  return { addFiles, addHost, openSample, remove }
}
