import type { DeviceDescription, MachineDescription, Problem } from '../../../kernel/api/index.ts'

/** Where a device of the desk stands in the machine that runs. */
export type Presence = 'running' | 'absent'

/** What can be done with a device while its machine runs. */
export type HotPlugMove = 'plugIn' | 'pullOut' | null

export function presenceOf(running: MachineDescription, id: string): Presence {
  return running.devices.some((device) => device.id === id) ? 'running' : 'absent'
}

/** A part that sits in a hot-plug port can be pulled; one that is meant for a port that runs can be plugged in. */
export function hotPlugMove(running: MachineDescription, device: DeviceDescription): HotPlugMove {
  const inside = running.devices.find(({ id }) => id === device.id)
  const port = running.devices.find(({ id }) => id === (inside ?? device).parent)
  if (port?.options['hotPlug'] !== true) return null
  if (inside !== undefined) return 'pullOut'
  return running.devices.some(({ parent }) => parent === port.id) ? null : 'plugIn'
}

/** A device with all that hangs below it, itself first. */
export function subtree(devices: readonly DeviceDescription[], id: string): readonly DeviceDescription[] {
  const own = devices.find((device) => device.id === id)
  if (own === undefined) return []
  return [own, ...devices.filter(({ parent }) => parent === id).flatMap((child) => subtree(devices, child.id))]
}

/**
 * Reasons of a refusal, moved to the devices of the desk: the machine counts from the first part that was to be
 * plugged in, or on from those that it has.
 */
export function placeRefusals(
  problems: readonly Problem[], added: readonly DeviceDescription[], running: MachineDescription, desk: MachineDescription,
): readonly Problem[] {
  return problems.map((problem) => {
    const found = /^devices\[(\d+)\](.*)$/u.exec(problem.where)
    if (found === null) return problem
    const number = Number(found[1])
    const device = added[number >= running.devices.length ? number - running.devices.length : number]
    const at = desk.devices.findIndex(({ id }) => id === device?.id)
    return at < 0 ? problem : { ...problem, where: `devices[${at}]${found[2] ?? ''}` }
  })
}

/** Whether all edits of the desk since power-on were made in the machine too, by plugging in and pulling out. */
function runsAlready(desk: MachineDescription, atPowerOn: MachineDescription, running: MachineDescription | null): boolean {
  if (running === null || desk.devices.length !== running.devices.length) return false
  const rest = (description: MachineDescription): string => JSON.stringify({ ...description, devices: [] })
  const there = new Map(running.devices.map((device) => [device.id, device.parent]))
  const edited = desk.devices.filter((device) => !atPowerOn.devices.includes(device))
  return rest(desk) === rest(atPowerOn) && desk.devices.every(({ id, parent }) => there.has(id) && there.get(id) === parent)
    && edited.every(({ id }) => !atPowerOn.devices.some((device) => device.id === id))
}

/** Whether the desk holds edits of the machine that runs which only its next power-on takes up. */
export function waitsFor(
  desk: MachineDescription | null, atPowerOn: MachineDescription | null, running: MachineDescription | null,
): boolean {
  if (desk === null || atPowerOn === null || desk === atPowerOn || desk.name !== atPowerOn.name) return false
  return !runsAlready(desk, atPowerOn, running)
}
