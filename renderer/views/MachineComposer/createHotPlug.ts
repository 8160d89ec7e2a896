import { computed, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'
import type { DeviceDescription, MachineDescription, Problem } from '../../../kernel/api/index.ts'
import type { KernelClient } from '../../bridge/index.ts'
import type { useMachineStore } from '../../stores/machine.ts'
import type { useNoticesStore } from '../../stores/notices.ts'
import { hotPlugMove, placeRefusals, subtree } from './hotPlug.ts'
import type { HotPlugMove } from './hotPlug.ts'

export interface HotPlug {
  /** The machine of the desk as it runs now; null while it is off or another one runs. */
  readonly running: ComputedRef<MachineDescription | null>
  /** What can be done with the selected device now. */
  readonly move: ComputedRef<HotPlugMove>
  /** Plugs a device of the desk, with what hangs below it, into its port. */
  plugIn(id: string): Promise<void>
  /** Pulls a device out of its port; it stays on the desk. */
  pullOut(id: string): Promise<void>
}

interface Desk {
  readonly document: ShallowRef<MachineDescription | null>
  readonly selected: Ref<string | null>
  readonly problems: ShallowRef<readonly Problem[]>
}

/** Parts that come and go while the machine runs. */
export function createHotPlug(
  kernel: KernelClient, machine: ReturnType<typeof useMachineStore>, notices: ReturnType<typeof useNoticesStore>, desk: Desk,
): HotPlug {
  const known = shallowRef<MachineDescription | null>(null)
  const running = computed(() => machine.isOn && known.value?.name === desk.document.value?.name ? known.value : null)
  const move = computed(() => {
    const device = desk.document.value?.devices.find(({ id }) => id === desk.selected.value)
    return running.value === null || device === undefined ? null : hotPlugMove(running.value, device)
  })

  watch(() => machine.status.session, async (session) => {
    known.value = session === null ? null : await kernel.calls.runningMachine().catch(() => null)
  }, { immediate: true })
  kernel.on('devicesChanged', (devices) => {
    if (known.value !== null) known.value = { ...known.value, devices: [...devices] }
  })

  async function insert(devices: readonly DeviceDescription[]): Promise<void> {
    const [first] = devices
    const now = running.value
    if (first === undefined || now === null) return
    const { problems } = await kernel.calls.insertDevice(devices)
    const onDesk = desk.document.value
    if (problems.length === 0) notices.show({ tone: 'success', title: `${first.id} was plugged in`, action: { title: 'Pull Out', run: () => void pullOut(first.id) } })
    else if (onDesk !== null) {
      desk.problems.value = placeRefusals(problems, devices, now, onDesk)
      desk.selected.value = first.id
      notices.show({ tone: 'warning', title: `${first.id} could not be plugged in`, text: problems.map(({ message }) => message).join(' ') })
    }
  }

  const plugIn = (id: string): Promise<void> => notices.attempt(`${id} could not be plugged in`,
    () => insert(subtree(desk.document.value?.devices ?? [], id)))

  const pullOut = (id: string): Promise<void> => notices.attempt(`${id} could not be pulled out`, async () => {
    const gone = subtree(running.value?.devices ?? [], id)
    const { problems } = await kernel.calls.removeDevice(id)
    if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join(' '))
    notices.show({
      tone: 'info', title: `${id} was pulled out`, text: 'It stays on the desk.',
      action: { title: 'Plug In Again', run: () => void notices.attempt(`${id} could not be plugged in`, () => insert(gone)) },
    })
  })

  return { running, move, plugIn, pullOut }
}
