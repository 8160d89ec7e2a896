import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { MachineDescription } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { createChecker } from '../views/MachineComposer/createChecker.ts'
import { createDeviceEdits } from '../views/MachineComposer/createDeviceEdits.ts'
import { createHotPlug } from '../views/MachineComposer/createHotPlug.ts'
import { waitsFor } from '../views/MachineComposer/hotPlug.ts'
import { createHistory } from '../views/MachineComposer/createHistory.ts'
import { readDesk, writeDesk } from '../views/MachineComposer/desk.ts'
import { useMachineStore } from './machine.ts'
import { useNavigationStore } from './navigation.ts'
import { useNoticesStore } from './notices.ts'
import { useShelvesStore } from './shelves.ts'

/** The machine on the desk: its description, undo, problems, and putting it to work. */
export const useComposerStore = defineStore('composer', () => {
  const { kernel, host } = useBridge()
  const machine = useMachineStore()
  const notices = useNoticesStore()
  const navigation = useNavigationStore()
  const shelves = useShelvesStore()
  const history = createHistory()
  const { document, selected } = history
  const edits = createDeviceEdits(history, (id, count) => notices.show({
    tone: 'info', title: count === 1 ? `${id} was removed` : `${id} and ${count - 1} below it were removed`,
    action: { title: 'Undo', run: history.undo },
  }))
  const problems = createChecker(kernel, document)
  const hotPlug = createHotPlug(kernel, machine, notices, { document, selected, problems })
  const savedDocument = shallowRef<MachineDescription | null>(null)
  const runningDocument = shallowRef<MachineDescription | null>(null)
  const busy = ref(false)
  let wasClosed = false

  history.start(readDesk())
  watch(document, writeDesk)
  watch(() => [machine.isPresent, shelves.saved.value, shelves.templates.value], adoptRunning)
  watch(() => machine.isPresent, (present) => { if (!present) runningDocument.value = null })

  const isDirty = computed(() => document.value !== null && document.value !== savedDocument.value)
  const waitsForPowerOn = computed(() => waitsFor(document.value, runningDocument.value, hotPlug.running.value))
  const selectedDevice = computed(() => document.value?.devices.find((device) => device.id === selected.value) ?? null)
  const canPowerOn = computed(() => document.value !== null && problems.value.length === 0 && !machine.isOn && !busy.value)

  /** A machine that was powered on from another window is put on an empty desk, if its file is known by name. */
  async function adoptRunning(): Promise<void> {
    const name = machine.status.name
    if (!machine.isPresent || name === null || document.value !== null || wasClosed) return
    if (shelves.saved.value?.some((entry) => entry.name === name) === true) await openSaved(name)
    else if (shelves.templates.value?.some((entry) => entry.name === name) === true) await openTemplate(name)
  }

  const openTemplate = (name: string): Promise<void> => notices.attempt('The template could not be opened', async () => {
    history.start(await kernel.calls.getTemplate(name))
    savedDocument.value = null
  })

  const openSaved = (name: string): Promise<void> => notices.attempt('The machine could not be opened', async () => {
    history.start(await host.calls.getSavedMachine(name))
    savedDocument.value = document.value
  })

  const save = (): Promise<void> => notices.attempt('The machine could not be saved', async () => {
    const current = document.value
    if (current === null) return
    const answer = await host.calls.saveMachine(current)
    if (answer.problems.length > 0) throw new Error(answer.problems.map((problem) => problem.message).join(' '))
    savedDocument.value = current
    notices.show({ tone: 'success', title: `${current.title} was saved` })
  })

  /** Powers the machine on the desk on; problems stay at their fields. */
  async function powerOn(): Promise<void> {
    const current = document.value
    if (current === null || busy.value) return
    busy.value = true
    await notices.attempt('The machine could not be powered on', async () => {
      problems.value = await machine.powerOn(current)
      if (problems.value.length === 0) runningDocument.value = current
      else navigation.go({ view: 'machines' })
    })
    busy.value = false
  }


  const close = (): void => {
    wasClosed = true
    history.start(null)
  }
  const { past, future, edit, undo, redo } = history
  const restart = (): Promise<void> => machine.powerOff().then(powerOn)
  return {
    document, problems, selected, selectedDevice, past, future, busy, isDirty, waitsForPowerOn, canPowerOn, edit, undo, redo,
    ...edits, ...hotPlug, start: history.start, openTemplate, openSaved, save, powerOn, restart, close,
  }
})
