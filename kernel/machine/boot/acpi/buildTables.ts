import type { MachineDescription } from '../../../api/index.ts'
import type { AcpiObject, AcpiTables, MadtProcessor } from '../../../families/AppleACPIPlatform/acpi.ts'
import { IO_APIC_BASE } from '../../../hardware/index.ts'
import {
  INTEL_ECAM_BASE, hostBridges, intelInterruptRoute, type HostBridge,
} from '../../platform/intelLayout.ts'
import { parsePciSlot } from '../../slots.ts'
import { buildDmar } from './buildDmar.ts'
import { LPC_OBJECTS, SYSTEM_OBJECTS } from './boardObjects.ts'

/** Processor objects that the board's tables list, fitted or not. */
const PROCESSOR_OBJECTS = 64
const LPC_BRIDGE = 'LPCB'

/** The ACPI tables that firmware builds for this machine. */
export function buildAcpiTables(machine: MachineDescription): AcpiTables {
  const processors = madtProcessors(machine)
  return {
    processors,
    ioApics: [{ id: 2, address: IO_APIC_BASE, gsiBase: 0 }],
    ecam: hostBridges(machine).map(({ busStart, busEnd }) => ({
      base: INTEL_ECAM_BASE, segment: 0, busStart, busEnd,
    })),
    dmar: buildDmar(machine),
    routing: intelInterruptRoute,
    namespace: buildNamespace(machine),
    smbios: {
      biosVersion: '2069.0.0.0.0',
      biosDate: '11/24/2023',
      manufacturer: 'Apple Inc.',
      product: machine.model,
      serialNumber: machine.serialNumber,
      processor: machine.cpu.brand,
      clockHz: machine.cpu.clusters[0]!.clockHz,
      memoryBytes: machine.memoryBytes,
    },
  }
}

/** First the first thread of each core, then the second ones: the order Apple's tables use. */
function madtProcessors(machine: MachineDescription): MadtProcessor[] {
  const first: number[] = []
  const second: number[] = []
  let core = 0
  for (const cluster of machine.cpu.clusters) {
    for (let index = 0; index < cluster.cores; index++, core++) {
      first.push(core * 2)
      if (cluster.threadsPerCore === 2) second.push(core * 2 + 1)
    }
  }
  const fitted = [...first, ...second]
  return Array.from({ length: Math.max(PROCESSOR_OBJECTS, fitted.length) }, (_, processorId) => ({
    processorId, apicId: fitted[processorId] ?? 0xff, enabled: processorId < fitted.length,
  }))
}

function buildNamespace(machine: MachineDescription): AcpiObject {
  const bridges = hostBridges(machine)
  const processors = madtProcessors(machine).map(({ processorId }): AcpiObject => ({
    name: `CP${processorId.toString(16).toUpperCase().padStart(2, '0')}`, processorId, children: [],
  }))
  const named = firmwareNamed(machine)
  const hosts = bridges.map((bridge) => hostObject(named, bridge))
  return {
    name: '\\',
    children: [
      { name: '_SB', children: [...processors, ...hosts, ...SYSTEM_OBJECTS] },
    ],
  }
}

function hostObject(named: NamedDevices, bridge: HostBridge): AcpiObject {
  return {
    name: bridge.name, hid: 'PNP0A08', cids: ['PNP0A03'], uid: bridge.index, bbn: bridge.busStart,
    ...(bridge.index === 0 ? { adr: 0, resources: { io: [{ base: 0xcf8, sizeBytes: 8 }] } } : {}),
    windows: {
      memory: [
        { base: bridge.memoryBase, sizeBytes: bridge.memoryBytes },
        { base: bridge.highBase, sizeBytes: bridge.highBytes },
      ],
      io: [{ base: bridge.ioBase, sizeBytes: bridge.ioBytes }],
    },
    children: pciObjects(named, bridge.deviceId),
  }
}

/** Devices that firmware has a name for, by the device above them. */
type NamedDevices = ReadonlyMap<string | undefined, readonly MachineDescription['devices'][number][]>

function firmwareNamed(machine: MachineDescription): NamedDevices {
  const named = new Map<string | undefined, MachineDescription['devices'][number][]>()
  for (const device of machine.devices) {
    const name = device.options['acpiName']
    if (typeof name !== 'string' || name === '') continue
    const siblings = named.get(device.parent)
    if (siblings === undefined) named.set(device.parent, [device])
    else siblings.push(device)
  }
  return named
}

/** PCI devices with a firmware name have an object of that name at their place. */
function pciObjects(named: NamedDevices, parent: string | undefined): AcpiObject[] {
  const objects: AcpiObject[] = []
  for (const device of named.get(parent) ?? []) {
    const name = String(device.options['acpiName'])
    const slot = parsePciSlot(device.slot ?? '0')
    if (slot === null) continue
    const slotName = device.options['slotName']
    objects.push({
      name, adr: slot.device * 0x10000 + slot.functionNumber,
      ...(typeof slotName === 'string' && slotName !== ''
        ? { properties: { 'AAPL,slot-name': terminated(slotName) } } : {}),
      children: [...pciObjects(named, device.id), ...(name === LPC_BRIDGE ? LPC_OBJECTS : [])],
    })
  }
  return objects
}

/** A text as firmware keeps it: with its NUL. */
function terminated(text: string): Uint8Array {
  return Uint8Array.from(`${text}\0`, (letter) => letter.charCodeAt(0) & 0xff)
}
