import { ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { MachineDescription } from '../../../kernel/api/index.ts'

const UNDO_DEPTH = 200

/** The document on the desk and its versions. `selected` is a device id; null is the machine itself. */
export interface History {
  readonly document: ShallowRef<MachineDescription | null>
  readonly selected: Ref<string | null>
  readonly past: ShallowRef<readonly MachineDescription[]>
  readonly future: ShallowRef<readonly MachineDescription[]>
  /** Puts another document on the desk; its history starts here. */
  start(description: MachineDescription | null): void
  /** Changes the document. Edits of the same field in a row are one undo step. */
  edit(next: MachineDescription, field?: string): void
  undo(): void
  redo(): void
}

export function createHistory(): History {
  const document = shallowRef<MachineDescription | null>(null)
  const selected = ref<string | null>(null)
  const past = shallowRef<readonly MachineDescription[]>([])
  const future = shallowRef<readonly MachineDescription[]>([])
  let lastField = ''

  function start(description: MachineDescription | null): void {
    document.value = description
    past.value = []
    future.value = []
    selected.value = null
    lastField = ''
  }

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

  return { document, selected, past, future, start, edit, undo, redo }
}
