import type { DeviceDescription, MachineDescription, Problem } from '../api/index.ts'
import { PciBridge, PciFunction, resetDevices } from '../hardware/index.ts'
import { present } from '../sim/index.ts'
import { readMachine } from './compose.ts'
import { addDevices, type BackingSource, type Hardware } from './hardware.ts'

/** A machine after a part came or went, or why it could not. */
export type HotPlugResult =
  | { readonly ok: true; readonly machine: MachineDescription }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * Plugs `added` into a running machine: its first part goes into a hot-plug port, the others hang below it.
 * The port tells its driver with an interrupt; nothing else in the kernel is told.
 */
export function insertDevices(
  machine: MachineDescription, hardware: Hardware, added: readonly DeviceDescription[], backing: BackingSource,
): HotPlugResult {
  const problems = checkInsertion(hardware, added)
  if (problems.length > 0) return { ok: false, problems }
  const grown = readMachine({ ...machine, devices: [...machine.devices, ...added] })
  if (!grown.ok) return grown
  const devices = grown.value.devices.slice(machine.devices.length)
  addDevices(hardware, grown.value, devices, backing)
  resetDevices(present(hardware.devices.get(devices[0]!.id), 'a part that was just built'), 'power-on')
  return { ok: true, machine: grown.value }
}

/** Pulls a part, with what hangs below it, out of its port: its registers read as all ones from now on. */
export function removeDevice(machine: MachineDescription, hardware: Hardware, id: string): HotPlugResult {
  const model = hardware.devices.get(id)
  if (model === undefined) {
    return refused({ where: 'id', message: 'No device of this machine has this id.', seen: id })
  }
  const bus = model instanceof PciFunction ? model.bus : null
  if (!(model instanceof PciFunction) || bus === null || bus.bridge?.isHotPlug !== true) {
    return refused({ where: 'id', message: 'This part cannot be pulled while the machine runs.', seen: id,
      wanted: 'a part in a hot-plug port' })
  }
  const gone = partsBelow(machine, id)
  bus.detach(model)
  for (const each of gone) hardware.devices.delete(each)
  return { ok: true, machine: { ...machine, devices: machine.devices.filter((each) => !gone.has(each.id)) } }
}

function refused(problem: Problem): HotPlugResult {
  return { ok: false, problems: [problem] }
}

function checkInsertion(hardware: Hardware, added: readonly DeviceDescription[]): Problem[] {
  const [first, ...others] = added
  if (first === undefined) return [{ where: 'devices', message: 'There is nothing to plug in.' }]
  const parent = hardware.devices.get(first.parent ?? '')
  if (!(parent instanceof PciBridge) || !parent.isHotPlug) {
    return [{ where: 'devices[0].parent', message: 'Parts can be plugged into hot-plug ports only.',
      seen: first.parent ?? 'nothing', wanted: hotPlugPorts(hardware) }]
  }
  const inside = new Set(added.map(({ id }) => id))
  return others.flatMap((device, index) => (device.parent !== undefined && inside.has(device.parent) ? []
    : [{ where: `devices[${index + 1}].parent`, message: 'This part does not hang below the first one.',
      seen: device.parent ?? 'nothing', wanted: [...inside].join(', ') }]))
}

function hotPlugPorts(hardware: Hardware): string {
  const ports = [...hardware.devices].filter(([, model]) => model instanceof PciBridge && model.isHotPlug)
  return ports.map(([id]) => id).join(', ') || 'a machine with a hot-plug port'
}

/** Ids of a device and of all that hangs below it. */
function partsBelow(machine: MachineDescription, id: string): Set<string> {
  const found = new Set([id])
  for (let before = 0; before !== found.size;) {
    before = found.size
    for (const { id: each, parent } of machine.devices) if (parent !== undefined && found.has(parent)) found.add(each)
  }
  return found
}
