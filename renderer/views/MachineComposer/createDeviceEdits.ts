import type { DeviceDescription, MachineDescription, PartDescription } from '../../../kernel/api/index.ts'
import type { History } from './createHistory.ts'
import { removeSubtree, renameDevice, uniqueDeviceId } from './edits.ts'

/** What can be done to the devices of the document on the desk. */
export interface DeviceEdits {
  addPart(part: PartDescription, parent: string | null, slot: string | null): void
  changeDevice(id: string, change: Partial<DeviceDescription>, field: string): void
  /** Attaches the device below another one, or to the board. */
  attach(id: string, parent: string | null): void
  setSlot(id: string, slot: string): void
  rename(id: string, next: string): void
  removeDevice(id: string): void
}

/** `removed` is told how many devices went, so that the window can offer to undo it. */
export function createDeviceEdits(history: History, removed: (id: string, count: number) => void): DeviceEdits {
  const { document, selected, edit } = history

  function withDocument(change: (current: MachineDescription) => void): void {
    if (document.value !== null) change(document.value)
  }

  function replace(id: string, change: (device: DeviceDescription) => DeviceDescription, field?: string): void {
    withDocument((current) => {
      const devices = current.devices.map((device) => device.id === id ? change(device) : device)
      edit({ ...current, devices }, field)
    })
  }

  function addPart(part: PartDescription, parent: string | null, slot: string | null): void {
    withDocument((current) => {
      const device: DeviceDescription = {
        id: uniqueDeviceId(current, part.part), part: part.part, options: {},
        ...(parent === null ? {} : { parent }), ...(slot === null ? {} : { slot }),
      }
      edit({ ...current, devices: [...current.devices, device] })
      selected.value = device.id
    })
  }

  function removeDevice(id: string): void {
    withDocument((current) => {
      const parent = current.devices.find((device) => device.id === id)?.parent ?? null
      const next = removeSubtree(current, id)
      edit(next)
      selected.value = parent
      removed(id, current.devices.length - next.devices.length)
    })
  }

  return {
    addPart,
    removeDevice,
    changeDevice: (id, change, field) => replace(id, (device) => ({ ...device, ...change }), `${id}.${field}`),
    attach: (id, parent) => replace(id, ({ parent: _old, ...rest }) => parent === null ? rest : { ...rest, parent }),
    setSlot: (id, slot) => replace(id, ({ slot: _old, ...rest }) => slot === '' ? rest : { ...rest, slot }, `${id}.slot`),
    rename: (id, next) => withDocument((current) => {
      if (next === id) return
      edit(renameDevice(current, id, next))
      selected.value = next
    }),
  }
}
