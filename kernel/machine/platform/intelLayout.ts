import type { MachineDescription } from '../../api/index.ts'

/** Where firmware puts things in the physical map of an Intel machine. */
export const INTEL_ECAM_BASE = 0xe0000000
export const INTEL_LOW_RAM_LIMIT = 0x80000000
export const INTEL_HIGH_RAM_BASE = 0x1_0000_0000
/** Window for 32-bit BARs, shared out among the host bridges. */
const MEMORY_WINDOW_BASE = 0x80000000
const MEMORY_WINDOW_BYTES = 0x60000000
const HIGH_WINDOW_BYTES = 0x10_0000_0000
const LEAST_HIGH_WINDOW_BASE = 0x40_0000_0000
const IO_WINDOW_BASE = 0x1000
const IO_WINDOW_END = 0x10000

/** Registers of the host bridges' DMA remapping units, a page each. */
const REMAPPING_BASE = 0xfed90000
const REMAPPING_BYTES = 0x1000

/** Kind of part that stands for a PCI host bridge. */
export const HOST_BRIDGE_PART = 'pci.host'

/** One PCI host bridge and what it owns. */
export interface HostBridge {
  readonly index: number
  /** Name of its ACPI object. */
  readonly name: string
  /** Id of the part that stands for it; absent when the description names none. */
  readonly deviceId?: string
  readonly busStart: number
  readonly busEnd: number
  readonly memoryBase: number
  readonly memoryBytes: number
  readonly highBase: number
  readonly highBytes: number
  readonly ioBase: number
  readonly ioBytes: number
}

interface HostStart {
  readonly bus: number
  readonly id?: string
  readonly name?: string
}

/** All host bridges of the machine in order of their first bus; there is always one at bus 0. */
export function hostBridges(machine: MachineDescription): HostBridge[] {
  const starts = hostStarts(machine)
  const count = starts.length
  const memoryBytes = alignDown(MEMORY_WINDOW_BYTES / count, 0x1000000)
  const ioBytes = alignDown((IO_WINDOW_END - IO_WINDOW_BASE) / count, 0x1000)
  const highStart = Math.max(LEAST_HIGH_WINDOW_BASE, powerAbove(INTEL_HIGH_RAM_BASE + machine.memoryBytes))
  return starts.map(({ bus, id, name }, index) => ({
    index,
    name: name ?? (count === 1 ? 'PCI0' : `PC0${index}`),
    ...(id === undefined ? {} : { deviceId: id }),
    busStart: bus,
    busEnd: (starts[index + 1]?.bus ?? 256) - 1,
    memoryBase: MEMORY_WINDOW_BASE + index * memoryBytes,
    memoryBytes,
    highBase: highStart + index * HIGH_WINDOW_BYTES,
    highBytes: HIGH_WINDOW_BYTES,
    ioBase: IO_WINDOW_BASE + index * ioBytes,
    ioBytes,
  }))
}

function hostStarts(machine: MachineDescription): HostStart[] {
  const described = machine.devices
    .filter((device) => device.part === HOST_BRIDGE_PART)
    .map((device): HostStart => {
      const name = device.options['acpiName']
      const bus = Number(device.options['bus'] ?? 0)
      return typeof name === 'string' && name !== '' ? { bus, id: device.id, name } : { bus, id: device.id }
    })
    .toSorted((a, b) => a.bus - b.bus)
  return described[0]?.bus === 0 ? described : [{ bus: 0 }, ...described]
}

/** Where the registers of a host bridge's DMA remapping unit are. */
export function remappingUnitBase({ index }: HostBridge): number {
  return REMAPPING_BASE + index * REMAPPING_BYTES
}

/** Interrupt input of a PCI pin (1..4) of a device on a root bus: PIRQ A..H are inputs 16 to 23. */
export function intelInterruptRoute(device: number, pin: number): number {
  return 16 + ((device + pin - 1) & 7)
}

function alignDown(value: number, unit: number): number {
  return Math.floor(value / unit) * unit
}

function powerAbove(value: number): number {
  let power = 1
  while (power < value) power *= 2
  return power
}
