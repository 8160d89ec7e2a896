import type { DeviceDescription, MachineDescription, PartDescription, Problem } from '../../../kernel/api/index.ts'

/** One line of the device tree. */
export interface DeviceLine {
  readonly device: DeviceDescription
  readonly depth: number
  /** True when the parent is missing: the device waits on the shelf and does not vanish. */
  readonly orphan: boolean
  readonly isLast: boolean
  /** For each ancestor level: does its rail go on below this line? */
  readonly rails: readonly boolean[]
  /** Devices below it, at all depths. */
  readonly below: number
}

/** Devices in tree order; those without a reachable parent come last, as orphans. */
export function deviceLines(description: MachineDescription, closed: ReadonlySet<string> = new Set()): readonly DeviceLine[] {
  const children = new Map<string | undefined, DeviceDescription[]>()
  for (const device of description.devices) {
    const siblings = children.get(device.parent)
    if (siblings === undefined) children.set(device.parent, [device])
    else siblings.push(device)
  }
  const lines: DeviceLine[] = []
  const seen = new Set<string>()
  const visit = (siblings: readonly DeviceDescription[], depth: number, rails: readonly boolean[]): void => {
    siblings.forEach((device, index) => {
      if (seen.has(device.id)) return
      seen.add(device.id)
      const isLast = index === siblings.length - 1
      const at = lines.length
      lines.push({ device, depth, orphan: false, isLast, rails, below: 0 })
      visit(children.get(device.id) ?? [], depth + 1, [...rails, !isLast])
      lines[at] = { device, depth, orphan: false, isLast, rails, below: lines.length - at - 1 }
    })
  }
  visit(children.get(undefined) ?? [], 0, [])
  for (const device of description.devices) {
    if (!seen.has(device.id)) lines.push({ device, depth: 0, orphan: true, isLast: true, rails: [], below: 0 })
  }
  return withoutClosed(lines, closed)
}

/** Leaves out what lies below closed devices. */
function withoutClosed(lines: readonly DeviceLine[], closed: ReadonlySet<string>): readonly DeviceLine[] {
  const shown: DeviceLine[] = []
  let skip = 0
  for (const line of lines) {
    if (skip > 0) skip -= 1
    else {
      shown.push(line)
      if (closed.has(line.device.id)) skip = line.below
    }
  }
  return shown
}

/** `nvme.controller` becomes `nvme0`, `nvme1` …: the family's word and the first free number. */
export function uniqueDeviceId(description: MachineDescription, part: string): string {
  const words = part.split('.')
  const last = words.at(-1) ?? 'device'
  const stem = (last === 'controller' ? words[0] ?? last : last).replace(/[^A-Za-z0-9_-]/gu, '')
  const taken = new Set(description.devices.map((device) => device.id))
  let number = 0
  while (taken.has(`${stem}${number}`)) number += 1
  return `${stem}${number}`
}

export function renameDevice(description: MachineDescription, id: string, next: string): MachineDescription {
  const devices = description.devices.map((device) => {
    const own = device.id === id ? { ...device, id: next } : device
    return own.parent === id ? { ...own, parent: next } : own
  })
  return { ...description, devices }
}

/** Takes a device out, with everything below it. */
export function removeSubtree(description: MachineDescription, id: string): MachineDescription {
  const gone = new Set([id])
  let grew = true
  while (grew) {
    grew = false
    for (const device of description.devices) {
      if (device.parent !== undefined && gone.has(device.parent) && !gone.has(device.id)) {
        gone.add(device.id)
        grew = true
      }
    }
  }
  return { ...description, devices: description.devices.filter((device) => !gone.has(device.id)) }
}

/** May this kind of part hang below that device (null: the platform itself)? */
export function fits(part: PartDescription, description: MachineDescription, parent: DeviceDescription | null): boolean {
  if (!part.platforms.includes(description.platform)) return false
  return parent === null ? part.parents.length === 0 : part.parents.includes(parent.part)
}

/** First place below the parent that nobody has, in the form the part's slots are written; null when it takes none. */
export function freeSlot(part: PartDescription, description: MachineDescription, parent: string | null): string | null {
  if (part.slotForm === null) return null
  const taken = new Set(description.devices
    .filter((device) => (device.parent ?? null) === parent)
    .map((device) => normalizeSlot(device.slot ?? '')))
  const first = /namespace|number/iu.test(part.slotForm) ? 1 : 0
  for (let number = first; number < 256; number += 1) {
    const slot = number.toString(16)
    if (!taken.has(slot)) return slot
  }
  return null
}

function normalizeSlot(slot: string): string {
  return slot.toLowerCase().replace(/,0$/u, '').replace(/^0+(?=.)/u, '')
}

/** Problems of one device (`devices[3].options.size` …), each with the field that it speaks about. */
export function problemsOfDevice(
  problems: readonly Problem[], index: number,
): readonly { readonly field: string; readonly problem: Problem }[] {
  const prefix = new RegExp(`^devices\\[${index}\\]\\.?(.*)$`, 'u')
  return problems.flatMap((problem) => {
    const match = prefix.exec(problem.where)
    return match === null ? [] : [{ field: match[1] ?? '', problem }]
  })
}

/** Number of the device that a problem speaks about, or -1 when it speaks about the machine. */
export function deviceIndexOf(problem: Problem): number {
  const match = /^devices\[(\d+)\]/u.exec(problem.where)
  return match === null ? -1 : Number(match[1])
}

/** Where a new part would go: below the selected device, beside it, or below the first device that takes it. */
export function placeFor(
  part: PartDescription, description: MachineDescription, selected: string | null,
): { readonly parent: string | null } | null {
  const chosen = description.devices.find((device) => device.id === selected)
  const above = description.devices.find((device) => device.id === chosen?.parent)
  const candidates = [chosen, above].filter((device) => device !== undefined)
  const near = candidates.find((device) => fits(part, description, device))
  if (near !== undefined) return { parent: near.id }
  if (fits(part, description, null)) return { parent: null }
  const anywhere = description.devices.find((device) => fits(part, description, device))
  return anywhere === undefined ? null : { parent: anywhere.id }
}
