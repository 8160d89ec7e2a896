import type { DeviceDescription, Problem } from '../../api/index.ts'
import type { CheckContext } from '../defineFamily.ts'

/** Parts that a PCI function may hang below. */
export const PCI_PARENTS = ['pci.host', 'pci.root-port', 'pci.upstream-port', 'pci.downstream-port'] as const
/** How `slot` is written for PCI parts. */
export const PCI_SLOT_FORM = 'device[,function] in hexadecimal'

/** Links where only device 0 can answer: below a port there is one partner. */
const POINT_TO_POINT = new Set(['pci.root-port', 'pci.downstream-port'])

export interface PciSlot {
  readonly device: number
  readonly function: number
}

/** Reads `1C,3` or `0`; null when it is not a slot. An absent slot is `0`. */
export function parseSlot(text: string | undefined): PciSlot | null {
  const match = /^([0-9A-Fa-f]{1,2})(?:,([0-7]))?$/u.exec(text ?? '0')
  if (match === null) return null
  const device = Number.parseInt(match[1]!, 16)
  return device < 32 ? { device, function: Number(match[2] ?? 0) } : null
}

interface Place {
  readonly id: string
  readonly slot: PciSlot | null
}

/** Places read before: each device of a bus is asked about by all others on it. */
const places = new WeakMap<DeviceDescription, Place>()

function placeOf(device: DeviceDescription): Place {
  let place = places.get(device)
  if (place === undefined) {
    place = { id: device.id, slot: parseSlot(device.slot) }
    places.set(device, place)
  }
  return place
}

/** Faults of the slot of a placed PCI part. */
export function checkSlot(device: DeviceDescription, context: CheckContext): Problem[] {
  const where = `${context.where}.slot`
  const slot = parseSlot(device.slot)
  const seen = device.slot ?? ''
  if (slot === null) {
    return [{ where, message: 'This is not a PCI slot.', seen, wanted: `${PCI_SLOT_FORM}, for example 1C,3` }]
  }
  const problems: Problem[] = []
  if (context.parent !== null && POINT_TO_POINT.has(context.parent.part) && slot.device !== 0) {
    problems.push(
      { where, message: 'A link has one partner: below a port only device 0 answers.', seen, wanted: '0' },
    )
  }
  const others = context.siblings.map(placeOf)
  const twin = others.find(
    (other) => other.slot?.device === slot.device && other.slot.function === slot.function
  )
  if (twin !== undefined) problems.push({ where, message: `${twin.id} is in this slot already.`, seen })
  const hasFunction0 = others.some((other) => other.slot?.device === slot.device && other.slot.function === 0)
  if (slot.function > 0 && !hasFunction0) {
    const message = 'A device with several functions needs function 0: software looks no further without it.'
    problems.push(
      { where, message, seen, wanted: `another part at ${slot.device.toString(16).toUpperCase()}` },
    )
  }
  return problems
}
