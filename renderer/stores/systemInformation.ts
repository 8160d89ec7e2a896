import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { KernelFunctions, ProfileReport } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { createLoad } from '../composables/createLoad.ts'
import { useMachineStore } from './machine.ts'

export type ProfileType = Awaited<ReturnType<KernelFunctions['profileTypes']>>[number]

/** Pages of System Information, asked for when they are opened and again when the registry changed. */
export const useSystemInformationStore = defineStore('systemInformation', () => {
  const { kernel } = useBridge()
  const machine = useMachineStore()
  const selectedType = shallowRef<string | null>(null)
  const types = createLoad<ProfileType[]>(() => kernel.calls.profileTypes())
  const report = createLoad<ProfileReport | null>(async () => {
    const type = selectedType.value
    return type === null ? null : kernel.calls.profile(type)
  })
  let stale = true

  const groups = computed(() => {
    const byGroup = new Map<string, ProfileType[]>()
    for (const type of types.value ?? []) {
      const members = byGroup.get(type.group)
      if (members === undefined) byGroup.set(type.group, [type])
      else members.push(type)
    }
    return [...byGroup].map(([title, members]) => ({ title, members }))
  })

  kernel.on('registryChanged', () => { stale = true })
  watch(() => machine.status.session, () => {
    stale = true
    report.clear()
  })
  watch(selectedType, () => {
    report.clear()
    void report.run()
  })

  /** Called when the view is shown: fetches what is missing or stale. */
  async function show(): Promise<void> {
    if (types.value === null) await types.run()
    selectedType.value ??= types.value?.[0]?.dataType ?? null
    if (stale || report.value === null) await reload()
  }

  async function reload(): Promise<void> {
    stale = false
    await report.run()
  }

  return { types, groups, report, selectedType, show, reload }
})
