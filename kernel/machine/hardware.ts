import type { DeviceDescription, MachineDescription } from '../api/index.ts'
import { findPart } from '../families/index.ts'
import { resetDevices, type BlockBacking, type DeviceModel } from '../hardware/index.ts'
import { present } from '../sim/index.ts'
import type { DeviceTreeNode } from './boot/deviceTree/DeviceTreeNode.ts'
import { buildAppleSiliconPlatform } from './platform/appleSilicon.ts'
import { buildIntelPlatform } from './platform/intel.ts'
import type { Platform } from './platform/Platform.ts'

/** The machine's hardware, built and reset. */
export interface Hardware {
  readonly platform: Platform
  /** Models of the described devices, by id. */
  readonly devices: Map<string, DeviceModel>
}

/** Finds the bytes of a host-backed image by its name. */
export type BackingSource = (name: string) => BlockBacking | null

/**
 * Builds the hardware of a description that `checkMachine` has found no fault with. Inside the machine's
 * world.
 * `tree` is the device tree, where the platform has one.
 */
export function buildHardware(
  machine: MachineDescription, tree: DeviceTreeNode, backing: BackingSource,
): Hardware {
  const platform =
    machine.platform === 'acpi' ? buildIntelPlatform(machine) : buildAppleSiliconPlatform(machine, tree)
  const hardware: Hardware = { platform, devices: new Map() }
  addDevices(hardware, machine, machine.devices, backing)
  resetDevices(platform.root, 'power-on')
  return hardware
}

/** Makes the models of some devices of a checked description and puts them where it says. */
export function addDevices(
  hardware: Hardware, machine: MachineDescription, added: readonly DeviceDescription[], backing: BackingSource,
): void {
  const { devices, platform: { fabric, pciRoot, pciHosts, allocate, root } } = hardware
  for (const device of parentsFirst(added)) {
    const part = present(findPart(device.part), `part ${device.part} was checked`)
    const parent =
      device.parent === undefined ? null : present(devices.get(device.parent), 'parents are built first')
    const model = part.build(device, { machine, fabric, pciRoot, pciHosts, allocate, backing, parent })
    if (model.parent === null) root.adopt(model)
    devices.set(device.id, model)
  }
}

/** The devices in an order in which every parent stands before its children; otherwise as described. */
function parentsFirst(devices: readonly DeviceDescription[]): DeviceDescription[] {
  const byId = new Map(devices.map((device) => [device.id, device]))
  const done = new Set<string>()
  const ordered: DeviceDescription[] = []
  const place = (device: DeviceDescription): void => {
    if (done.has(device.id)) return
    done.add(device.id)
    const parent = byId.get(device.parent ?? '')
    if (parent !== undefined) place(parent)
    ordered.push(device)
  }
  for (const device of devices) place(device)
  return ordered
}
