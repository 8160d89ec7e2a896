import type { MachineDescription } from '../../../api/index.ts'
import { hostBridges, remappingUnitBase, type HostBridge } from '../../platform/intelLayout.ts'
import { parsePciSlot } from '../../slots.ts'

const HEADER_BYTES = 48
const UNIT_BYTES = 16
const SCOPE_BYTES = 8
/** Device addresses have 46 bits: the field holds one less. */
const ADDRESS_WIDTH = 45
const INCLUDE_PCI_ALL = 1
const SCOPE_ENDPOINT = 1
const SCOPE_BRIDGE = 2

/** A function on a root bus, as the scope of a unit names it. */
interface Scope {
  readonly kind: number
  readonly bus: number
  readonly device: number
  readonly functionNumber: number
}

/**
 * The ACPI table DMAR: a DMA remapping unit for each host bridge (VT-d 3.2, chapter 8). That of bus 0 serves
 * all that the others do not name, and comes last.
 */
export function buildDmar(machine: MachineDescription): Uint8Array {
  const bridges = hostBridges(machine)
  const parents = new Set(machine.devices.map(({ parent }) => parent))
  const units = [...bridges.slice(1), ...bridges.slice(0, 1)]
    .map((bridge) => buildUnit(bridge, bridge.index === 0 ? null : scopesOf(machine, bridge, parents)))
  const bytes = new Uint8Array(HEADER_BYTES + units.reduce((sum, unit) => sum + unit.length, 0))
  const view = new DataView(bytes.buffer)
  setText(bytes, 0, 'DMAR')
  view.setUint32(4, bytes.length, true)
  bytes[8] = 1
  setText(bytes, 10, 'APPLE ')
  setText(bytes, 16, 'Apple00')
  view.setUint32(24, 1, true)
  setText(bytes, 28, 'Loki')
  view.setUint32(32, 0x5f, true)
  bytes[36] = ADDRESS_WIDTH
  let at = HEADER_BYTES
  for (const unit of units) {
    bytes.set(unit, at)
    at += unit.length
  }
  bytes[9] = -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff
  return bytes
}

/** One unit; without scopes it is that of all other devices. */
function buildUnit(bridge: HostBridge, scopes: readonly Scope[] | null): Uint8Array {
  const bytes = new Uint8Array(UNIT_BYTES + (scopes?.length ?? 0) * SCOPE_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint16(2, bytes.length, true)
  bytes[4] = scopes === null ? INCLUDE_PCI_ALL : 0
  view.setBigUint64(8, BigInt(remappingUnitBase(bridge)), true)
  for (const [index, scope] of (scopes ?? []).entries()) {
    const fields = [scope.kind, SCOPE_BYTES, 0, 0, 0, scope.bus, scope.device, scope.functionNumber]
    bytes.set(fields, UNIT_BYTES + index * SCOPE_BYTES)
  }
  return bytes
}

/** Functions on a bridge's root bus. */
function scopesOf(
  machine: MachineDescription, { deviceId, busStart }: HostBridge, parents: ReadonlySet<string | undefined>,
): Scope[] {
  const scopes: Scope[] = []
  for (const device of machine.devices) {
    const slot = device.parent === deviceId ? parsePciSlot(device.slot ?? '0') : null
    if (slot === null) continue
    const kind = parents.has(device.id) ? SCOPE_BRIDGE : SCOPE_ENDPOINT
    scopes.push({ kind, bus: busStart, device: slot.device, functionNumber: slot.functionNumber })
  }
  return scopes
}

function setText(bytes: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index)
}
