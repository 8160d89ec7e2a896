import type { MachineDescription } from '../../api/index.ts'
import { CmosRtc } from '../../families/AppleACPIPlatform/model/CmosRtc.ts'
import { Hpet } from '../../families/AppleACPIPlatform/model/Hpet.ts'
import {
  HPET_BASE, HPET_BYTES, RTC_PORT, RTC_PORT_BYTES,
} from '../../families/AppleACPIPlatform/registers.ts'
import {
  Apic, DeviceModel, Fabric, IO_APIC_BASE, IO_APIC_BYTES, MSI_WINDOW_BASE, MSI_WINDOW_BYTES,
  PciRootComplex, Vtd, VTD_BYTES,
} from '../../hardware/index.ts'
import { present } from '../../sim/index.ts'
import {
  INTEL_ECAM_BASE, INTEL_HIGH_RAM_BASE, INTEL_LOW_RAM_LIMIT, hostBridges, intelInterruptRoute,
  remappingUnitBase,
  type HostBridge,
} from './intelLayout.ts'
import { RangeAllocator, type Platform } from './Platform.ts'

const MIB = 1024 * 1024
/** Low memory, firmware tables and the kernel's own image: not handed out. */
const RESERVED_LOW_BYTES = 64 * MIB
const ECAM_BUS_BYTES = MIB
const MMIO_POOL = { base: 0xfea00000, end: 0xfec00000 }
/** I/O APIC inputs that no ISA device and no PCI pin uses. */
const SPARE_INPUTS = [10, 14, 15]

class IntelBoard extends DeviceModel {}

/** Builds the fixed part of an Intel machine. */
export function buildIntelPlatform(machine: MachineDescription): Platform {
  const apic = new Apic('io-apic')
  const fabric = new Fabric(apic.inputs)
  const root = new IntelBoard(machine.model)
  root.adopt(apic)
  fabric.memory.map(IO_APIC_BASE, IO_APIC_BYTES, apic)
  fabric.addMessageWindow(MSI_WINDOW_BASE, MSI_WINDOW_BYTES, (address, data) => apic.message(address, data))
  const { free, end } = addRam(fabric, machine.memoryBytes)
  addClocks(root, fabric)
  const { pciRoot, pciHosts } = addHostBridges(root, fabric, machine)
  return {
    fabric, root, pciRoot, pciHosts, freeRam: free, endOfRam: end, pageSizeBytes: 4096,
    allocate: new RangeAllocator(MMIO_POOL, [...SPARE_INPUTS]),
    connect: (sink) => apic.connect(sink),
  }
}

function addHostBridges(
  root: DeviceModel, fabric: Fabric, machine: MachineDescription,
): { pciRoot: PciRootComplex; pciHosts: Map<string, PciRootComplex> } {
  const pciHosts = new Map<string, PciRootComplex>()
  let first: PciRootComplex | null = null
  for (const bridge of hostBridges(machine)) {
    const host = buildHostBridge(fabric, bridge)
    root.adopt(host)
    root.adopt(addRemappingUnit(fabric, host, bridge))
    first ??= host
    if (bridge.deviceId !== undefined) pciHosts.set(bridge.deviceId, host)
  }
  return { pciRoot: present(first, 'a machine has a PCI host'), pciHosts }
}

/** Puts a DMA remapping unit between a host bridge and memory. */
function addRemappingUnit(fabric: Fabric, host: PciRootComplex, bridge: HostBridge): Vtd {
  const unit = new Vtd(`${bridge.name} VT-d`, fabric)
  fabric.memory.map(remappingUnitBase(bridge), VTD_BYTES, unit.registers)
  host.iommu = unit
  return unit
}

/** Makes the root complex of one host bridge. */
function buildHostBridge(fabric: Fabric, bridge: HostBridge): PciRootComplex {
  return new PciRootComplex(bridge.name, fabric, {
    busStart: bridge.busStart,
    busEnd: bridge.busEnd,
    ecamBase: INTEL_ECAM_BASE + bridge.busStart * ECAM_BUS_BYTES,
    windows: [
      { space: 'memory', cpuBase: bridge.memoryBase, sizeBytes: bridge.memoryBytes },
      { space: 'memory', cpuBase: bridge.highBase, sizeBytes: bridge.highBytes },
      { space: 'io', cpuBase: bridge.ioBase, sizeBytes: bridge.ioBytes },
    ],
    routeInterrupt: intelInterruptRoute,
  })
}

function addRam(fabric: Fabric, memoryBytes: number): { free: Platform['freeRam']; end: number } {
  const lowBytes = Math.min(memoryBytes, INTEL_LOW_RAM_LIMIT)
  fabric.memory.addRam(0, lowBytes)
  const free = [{ address: RESERVED_LOW_BYTES, sizeBytes: lowBytes - RESERVED_LOW_BYTES }]
  const highBytes = memoryBytes - lowBytes
  if (highBytes === 0) return { free, end: lowBytes }
  fabric.memory.addRam(INTEL_HIGH_RAM_BASE, highBytes)
  free.push({ address: INTEL_HIGH_RAM_BASE, sizeBytes: highBytes })
  return { free, end: INTEL_HIGH_RAM_BASE + highBytes }
}

function addClocks(root: DeviceModel, fabric: Fabric): void {
  const hpet = new Hpet('hpet')
  fabric.memory.map(HPET_BASE, HPET_BYTES, hpet.registers)
  root.adopt(hpet)
  const rtc = new CmosRtc('rtc')
  fabric.ports.map(RTC_PORT, RTC_PORT_BYTES, rtc)
  root.adopt(rtc)
}
