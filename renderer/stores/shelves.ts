import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { MachineSummary, PartDescription } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { createLoad } from '../composables/createLoad.ts'
import { useNoticesStore } from './notices.ts'

/** Where machines and parts come from: templates, saved machines, and the parts that machines are made of. */
export const useShelvesStore = defineStore('shelves', () => {
  const { kernel, host } = useBridge()
  const notices = useNoticesStore()
  const templates = createLoad<MachineSummary[]>(() => kernel.calls.listTemplates())
  const saved = createLoad<MachineSummary[]>(() => host.calls.listSavedMachines())
  const parts = createLoad<PartDescription[]>(() => kernel.calls.listParts())
  const partsByName = computed(() => new Map((parts.value ?? []).map((part) => [part.part, part])))

  kernel.onState((state) => {
    if (state !== 'open') return
    void templates.run()
    void parts.run()
  })
  host.onState((state) => { if (state === 'open') void saved.run() })
  host.on('savedMachinesChanged', () => void saved.run())

  async function deleteSaved(summary: MachineSummary): Promise<void> {
    try {
      const kept = await host.calls.getSavedMachine(summary.name)
      await host.calls.deleteMachine(summary.name)
      const putBack = (): void => void host.calls.saveMachine(kept)
        .catch((error: unknown) => notices.fail('The machine could not be put back', error))
      notices.show({ tone: 'info', title: `${summary.title} was deleted`, action: { title: 'Undo', run: putBack } })
    } catch (error) {
      notices.fail('The machine could not be deleted', error)
    }
  }

  return { templates, saved, parts, partsByName, deleteSaved }
})
