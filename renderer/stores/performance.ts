import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { PerformanceSample } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { createLoad } from '../composables/createLoad.ts'
import { useMachineStore } from './machine.ts'

const KEPT_SAMPLES = 3600

/** A stretch of virtual time. */
export interface TimeSpan { readonly fromNs: number; readonly toNs: number }

/** Samples of the running machine, oldest first, and the span that is looked at. */
export const usePerformanceStore = defineStore('performance', () => {
  const { kernel } = useBridge()
  const machine = useMachineStore()
  const samples = shallowRef<readonly PerformanceSample[]>([])
  const span = shallowRef<TimeSpan | null>(null)
  const history = createLoad<PerformanceSample[]>(async () => {
    const list = await kernel.calls.performanceHistory()
    samples.value = list.slice(-KEPT_SAMPLES)
    return list
  })
  let pending: PerformanceSample[] = []
  let frame = 0

  kernel.on('performanceSampled', (sample) => {
    pending.push(sample)
    if (frame === 0) frame = requestAnimationFrame(flush)
  })
  kernel.onState((state) => {
    if (state === 'open') void history.run()
    if (state === 'lost') samples.value = []
  })

  watch(() => machine.status.session, () => {
    span.value = null
    void history.run()
  })

  /** At most one update per frame; time that runs backwards means a new machine. */
  function flush(): void {
    frame = 0
    const last = samples.value.at(-1)
    const first = pending[0]
    const fresh = first !== undefined && last !== undefined && first.timeNs < last.timeNs
    if (fresh) span.value = null
    samples.value = [...(fresh ? [] : samples.value), ...pending].slice(-KEPT_SAMPLES)
    pending = []
  }

  const inSpan = computed(() => {
    const chosen = span.value
    if (chosen === null) return samples.value
    return samples.value.filter((sample) => sample.timeNs > chosen.fromNs && sample.timeNs - sample.spanNs < chosen.toNs)
  })

  const isLive = computed(() => machine.isOn)

  return { samples, span, inSpan, history, isLive }
})
