import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { HostFunctions, KernelProcessState } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import type { ConnectionState } from '../bridge/index.ts'

export type HostInfo = ReturnType<HostFunctions['hostInfo']>

/** Whether the two far sides of this window are there. */
export const useConnectionStore = defineStore('connection', () => {
  const { kernel, host } = useBridge()
  const kernelState = ref<ConnectionState>('connecting')
  const hostState = ref<ConnectionState>('connecting')
  const process = shallowRef<KernelProcessState | null>(null)
  const hostInfo = shallowRef<HostInfo | null>(null)
  const restarting = ref(false)

  kernel.onState((state) => { kernelState.value = state })
  host.onState((state) => {
    hostState.value = state
    if (state === 'open') void refresh()
  })
  host.on('kernelProcessChanged', (state) => {
    process.value = state
    if (state.state === 'running') restarting.value = false
  })

  async function refresh(): Promise<void> {
    const [info, state] = await Promise.all([host.calls.hostInfo(), host.calls.kernelProcess()]).catch(() => [null, null])
    hostInfo.value = info
    process.value = state
  }

  const kernelOpen = computed(() => kernelState.value === 'open')

  async function restartKernel(): Promise<void> {
    restarting.value = true
    await host.calls.restartKernel().catch(() => { restarting.value = false })
  }

  return { kernelState, hostState, process, hostInfo, restarting, kernelOpen, restartKernel }
})
