import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { KernelFunctions, MachineDescription, MachineStatus, Problem } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { useStored } from '../composables/useStored.ts'
import { useNoticesStore } from './notices.ts'

export type SampleKext = Awaited<ReturnType<KernelFunctions['listSampleKexts']>>[number]

export const SPEEDS = [0.25, 0.5, 1, 2, 4, 16, Infinity] as const

const OFF: MachineStatus = {
  session: null, power: 'off', name: null, title: null, model: null, seed: 0, timeNs: 0, speed: 1,
  entries: 0, busy: 0, kexts: 0, devicesWithoutDriver: 0, digest: '', steps: 0,
}

/** The machine in the kernel process: where it stands, and the controls of the toolbar. */
export const useMachineStore = defineStore('machine', () => {
  const { kernel } = useBridge()
  const notices = useNoticesStore()
  const status = shallowRef<MachineStatus>(OFF)
  const samples = shallowRef<readonly SampleKext[]>([])
  const seed = useStored('seed', 42)

  kernel.on('statusChanged', (next) => { status.value = next })
  kernel.onState((state) => {
    if (state === 'open') void refresh()
    if (state === 'lost') status.value = OFF
  })

  const isOn = computed(() => status.value.power === 'running' || status.value.power === 'paused')
  /** True while there is a machine to look at, even a panicked one. */
  const isPresent = computed(() => status.value.power !== 'off')

  async function refresh(): Promise<void> {
    status.value = await kernel.calls.status().catch(() => OFF)
    samples.value = await kernel.calls.listSampleKexts().catch(() => [])
  }

  async function powerOn(description: MachineDescription): Promise<readonly Problem[]> {
    const { problems } = await kernel.calls.powerOn(description, seed.value)
    return problems
  }

  const powerOff = (): Promise<void> => notices.attempt('The machine could not be powered off', () => kernel.calls.powerOff())
  const step = (): Promise<void> => notices.attempt('The machine could not step', () => kernel.calls.stepOnce())
  const setSpeed = (speed: number): Promise<void> => notices.attempt('The speed could not be set', () => kernel.calls.setSpeed(speed))
  const togglePaused = (): Promise<void> => notices.attempt('The machine could not be paused or resumed',
    () => kernel.calls.setPaused(status.value.power === 'running'))

  async function loadSample(sample: SampleKext): Promise<void> {
    try {
      await kernel.calls.loadSampleKext(sample.name)
      if (status.value.power !== 'panicked') notices.show({ tone: 'success', title: `${sample.title} was handed to the machine` })
    } catch (error) {
      notices.fail(`${sample.title} could not be loaded`, error)
    }
  }

  return {
    status, samples, seed, isOn, isPresent, powerOn, powerOff, step, setSpeed, togglePaused, loadSample,
  }
})
