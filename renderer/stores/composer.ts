import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { DeviceDescription, MachineDescription, MachineSummary, PartDescription, Problem } from '../../kernel/api/index.ts'
import { useBridge } from '../bridge/index.ts'
import { createLoad } from '../composables/createLoad.ts'
import { removeSubtree, renameDevice, uniqueDeviceId } from '../views/MachineComposer/edits.ts'
import { readDesk, writeDesk } from '../views/MachineComposer/desk.ts'
import { useMachineStore } from './machine.ts'
import { useNavigationStore } from './navigation.ts'
import { useNoticesStore } from './notices.ts'

const VALIDATE_AFTER_MS = 200
const UNDO_DEPTH = 200

/** `null` is the machine itself. */
export type Selection = string | null

/** The machine on the desk: its description, undo, problems, and the shelves it can be taken from. */
export const useComposerStore = defineStore('composer', () => {
  const { kernel, host } = useBridge()
  const machine = useMachineStore()
  const notices = useNoticesStore()
  const navigation = useNavigationStore()
  const templates = createLoad<MachineSummary[]>(() => kernel.calls.listTemplates())
  const saved = createLoad<MachineSummary[]>(() => host.calls.listSavedMachines())
  const parts = createLoad<PartDescription[]>(() => kernel.calls.listParts())
  const document = shallowRef<MachineDescription | null>(null)
  const problems = shallowRef<readonly Problem[]>([])
  const selected = ref<Selection>(null)
  const past = shallowRef<readonly MachineDescription[]>([])
  const future = shallowRef<readonly MachineDescription[]>([])
  const savedDocument = shallowRef<MachineDescription | null>(null)
  const runningDocument = shallowRef<MachineDescription | null>(null)
  const busy = ref(false)
  let validateTimer: ReturnType<typeof setTimeout> | null = null
  let lastField = ''
  let closed = false

  document.value = readDesk()
  kernel.onState((state) => {
    if (state !== 'open') return
    void templates.run()
    void parts.run()
    validateSoon()
  })
  host.onState((state) => { if (state === 'open') void saved.run() })
  host.on('savedMachinesChanged', () => void saved.run())
  watch(document, (now) => {
    writeDesk(now)
    validateSoon()
  })
  watch(() => [machine.isPresent, saved.value, templates.value], adoptRunning)
  watch(() => machine.isPresent, (present) => { if (!present) runningDocument.value = null })

  const partsByName = computed(() => new Map((parts.value ?? []).map((part) => [part.part, part])))
  const isDirty = computed(() => document.value !== null && document.value !== savedDocument.value)
  const waitsForPowerOn = computed(() => runningDocument.value !== null && document.value !== runningDocument.value
    && document.value?.name === runningDocument.value.name)
  const selectedDevice = computed(() => document.value?.devices.find((device) => device.id === selected.value) ?? null)
  const canPowerOn = computed(() => document.value !== null && problems.value.length === 0 && !machine.isOn && !busy.value)

  /** A machine that was powered on from another window is put on an empty desk, if its file is known by name. */
  async function adoptRunning(): Promise<void> {
    const name = machine.status.name
    if (!machine.isPresent || name === null || document.value !== null || closed) return
    if (saved.value?.some((entry) => entry.name === name) === true) await openSaved(name)
    else if (templates.value?.some((entry) => entry.name === name) === true) await openTemplate(name)
  }

  function validateSoon(): void {
    if (validateTimer !== null) clearTimeout(validateTimer)
    validateTimer = setTimeout(() => void validate(), VALIDATE_AFTER_MS)
  }

  async function validate(): Promise<void> {
    const checked = document.value
    if (checked === null) {
      problems.value = []
      return
    }
    const found = await kernel.calls.validateMachine(checked).catch(() => null)
    if (found !== null && checked === document.value) problems.value = found
  }

  function open(description: MachineDescription, isSaved: boolean): void {
    document.value = description
    savedDocument.value = isSaved ? description : null
    past.value = []
    future.value = []
    selected.value = null
    problems.value = []
    lastField = ''
  }

  async function openTemplate(name: string): Promise<void> {
    await attempt('The template could not be opened', async () => open(await kernel.calls.getTemplate(name), false))
  }

  async function openSaved(name: string): Promise<void> {
    await attempt('The machine could not be opened', async () => open(await host.calls.getSavedMachine(name), true))
  }

  /** Changes the document. Edits of the same field in a row are one undo step. */
  function edit(next: MachineDescription, field = ''): void {
    const before = document.value
    if (before === null || before === next) return
    const merge = field !== '' && field === lastField
    if (!merge) past.value = [...past.value, before].slice(-UNDO_DEPTH)
    future.value = []
    lastField = field
    document.value = next
  }

  function undo(): void {
    const previous = past.value.at(-1)
    if (previous === undefined || document.value === null) return
    future.value = [...future.value, document.value]
    past.value = past.value.slice(0, -1)
    show(previous)
  }

  function redo(): void {
    const next = future.value.at(-1)
    if (next === undefined || document.value === null) return
    past.value = [...past.value, document.value]
    future.value = future.value.slice(0, -1)
    show(next)
  }

  function show(version: MachineDescription): void {
    document.value = version
    lastField = ''
    if (!version.devices.some((device) => device.id === selected.value)) selected.value = null
  }

  function addPart(part: PartDescription, parent: string | null, slot: string | null): void {
    const current = document.value
    if (current === null) return
    const device: DeviceDescription = {
      id: uniqueDeviceId(current, part.part), part: part.part, options: {},
      ...(parent === null ? {} : { parent }), ...(slot === null ? {} : { slot }),
    }
    edit({ ...current, devices: [...current.devices, device] })
    selected.value = device.id
  }

  function changeDevice(id: string, change: Partial<DeviceDescription>, field: string): void {
    const current = document.value
    if (current === null) return
    const devices = current.devices.map((device) => device.id === id ? { ...device, ...change } : device)
    edit({ ...current, devices }, `${id}.${field}`)
  }

  function rename(id: string, next: string): void {
    if (document.value === null || next === id) return
    edit(renameDevice(document.value, id, next))
    selected.value = next
  }

  function removeDevice(id: string): void {
    const current = document.value
    if (current === null) return
    const parent = current.devices.find((device) => device.id === id)?.parent ?? null
    const next = removeSubtree(current, id)
    const gone = current.devices.length - next.devices.length
    edit(next)
    selected.value = parent
    notices.show({
      tone: 'info', title: gone === 1 ? `${id} was removed` : `${id} and ${gone - 1} below it were removed`,
      action: { title: 'Undo', run: undo },
    })
  }

  async function save(): Promise<void> {
    const current = document.value
    if (current === null) return
    await attempt('The machine could not be saved', async () => {
      const answer = await host.calls.saveMachine(current)
      if (answer.problems.length > 0) throw new Error(answer.problems.map((problem) => problem.message).join(' '))
      savedDocument.value = current
      notices.show({ tone: 'success', title: `${current.title} was saved` })
    })
  }

  async function deleteSaved(summary: MachineSummary): Promise<void> {
    await attempt('The machine could not be deleted', async () => {
      const kept = await host.calls.getSavedMachine(summary.name)
      await host.calls.deleteMachine(summary.name)
      notices.show({
        tone: 'info', title: `${summary.title} was deleted`,
        action: { title: 'Undo', run: () => void attempt('The machine could not be put back', () => host.calls.saveMachine(kept)) },
      })
    })
  }

  /** Powers the machine on the desk on; problems stay at their fields. */
  async function powerOn(): Promise<void> {
    const current = document.value
    if (current === null || busy.value) return
    busy.value = true
    await attempt('The machine could not be powered on', async () => {
      const found = await machine.powerOn(current)
      problems.value = found
      if (found.length === 0) runningDocument.value = current
      else navigation.go({ view: 'machines' })
    })
    busy.value = false
  }

  async function restart(): Promise<void> {
    await machine.powerOff()
    await powerOn()
  }

  async function attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    await work().catch((error: unknown) => notices.fail(what, error))
  }

  function close(): void {
    closed = true
    document.value = null
    selected.value = null
  }

  return {
    templates, saved, parts, partsByName, document, problems, selected, selectedDevice, past, future, busy,
    isDirty, waitsForPowerOn, canPowerOn, openTemplate, openSaved, edit, undo, redo, addPart, changeDevice, rename,
    removeDevice, save, deleteSaved, powerOn, restart, close,
  }
})
