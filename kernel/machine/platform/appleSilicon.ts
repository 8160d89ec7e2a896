import type { MachineDescription } from '../../api/index.ts'
import { Asc } from '../../families/AppleA7IOP/model/Asc.ts'
import { ASC_BYTES, MailboxInterrupt } from '../../families/AppleA7IOP/registers.ts'
import { Dart } from '../../families/IODARTFamily/model/Dart.ts'
import { DART_BYTES } from '../../families/IODARTFamily/registers.ts'
import {
  AIC_BYTES, Aic, DeviceModel, Fabric, PciRootComplex, type Iommu, type MmioDevice,
} from '../../hardware/index.ts'
import { present } from '../../sim/index.ts'
import { T8103_RAM_BASE, armIoToProcessor } from '../boot/deviceTree/appleSilicon.ts'
import type { DeviceTreeNode } from '../boot/deviceTree/DeviceTreeNode.ts'
import { coprocessorEndpoints } from './coprocessors.ts'
import { RangeAllocator, type Platform } from './Platform.ts'

const MIB = 1024 * 1024
/** Interrupts of the T8103's controller. */
const T8103_INTERRUPTS = 896
/** Firmware, kernel image and page tables at the bottom; pram and vram at the top: not handed out. */
const RESERVED_LOW_BYTES = 256 * MIB
const RESERVED_HIGH_BYTES = 528 * MIB
/** The page that PCIe messages are written to. */
const MSI_PAGE = 0xfffff000
const PAGE_BYTES = 16384
const APCIE_BUSES = 8
const PCIE_DART = 'dart-apcie0'
/** Addresses and interrupts that the chip does not use: for parts that are not in its device tree. */
const MMIO_POOL = { base: 0x2_f000_0000, end: 0x2_f800_0000 }
const SPARE_INPUTS = { first: 824, last: 847 }

class AppleSiliconChip extends DeviceModel {}

/** Builds the fixed part of a T8103 machine: every block of the tree that has a model. */
export function buildAppleSiliconPlatform(machine: MachineDescription, tree: DeviceTreeNode): Platform {
  const aic = new Aic('aic', T8103_INTERRUPTS)
  const fabric = new Fabric(aic.inputs)
  const root = new AppleSiliconChip(machine.soc ?? 'T8103')
  root.adopt(aic)
  mapBlock(fabric, present(tree.find('aic'), 'the chip has an interrupt controller'), AIC_BYTES,
    aic.registers)
  fabric.memory.addRam(T8103_RAM_BASE, machine.memoryBytes)
  for (const node of present(tree.find('arm-io'), 'the tree has arm-io').children) addBlock(root, fabric,
    node)
  const apcie = present(tree.find('apcie'), 'the chip has PCIe')
  const pciRoot = buildPcie(fabric, apcie)
  const dart = root.children.find((block) => block instanceof Dart && block.name === PCIE_DART)
  if (dart instanceof Dart) pciRoot.iommu = streamsOf(dart)
  root.adopt(pciRoot)
  const vectorOffset = present(apcie.words('msi-vector-offset')[0], 'apcie tells its messages')
  fabric.addMessageWindow(MSI_PAGE, 0x1000, (_, data) => aic.message(vectorOffset + (data & 31)))
  return {
    fabric, root, pciRoot,
    pciHosts: new Map(machine.devices.filter(({ part }) => part === 'pci.host').map(({ id }) => [id,
      pciRoot])),
    freeRam: [{
      address: T8103_RAM_BASE + RESERVED_LOW_BYTES,
      sizeBytes: machine.memoryBytes - RESERVED_LOW_BYTES - RESERVED_HIGH_BYTES,
    }],
    endOfRam: T8103_RAM_BASE + machine.memoryBytes,
    pageSizeBytes: PAGE_BYTES,
    allocate: new RangeAllocator(MMIO_POOL, spareInputs()),
    connect: (sink) => aic.connect(sink),
  }
}

function addBlock(root: DeviceModel, fabric: Fabric, node: DeviceTreeNode): void {
  const compatible = node.text('compatible')
  if (compatible === 'dart,t8020') {
    const dart =
      new Dart(node.name, fabric, { bypassSupport: true, line: fabric.input(node.words('interrupts')[0]!) })
    mapBlock(fabric, node, DART_BYTES, dart.registers)
    root.adopt(dart)
  } else if (compatible === 'iop,ascwrap-v4') {
    const role = node.text('role') ?? node.name
    const interrupts = node.words('interrupts')
    const line = (index: number): ReturnType<Fabric['input']> => fabric.input(interrupts[index]!)
    const asc = new Asc(node.name, {
      role, endpoints: coprocessorEndpoints(role),
      lines: {
        sendEmpty: line(MailboxInterrupt.sendEmpty), receiveNotEmpty: line(MailboxInterrupt.receiveNotEmpty),
      },
    })
    mapBlock(fabric, node, ASC_BYTES, asc.registers)
    root.adopt(asc)
  }
}

/** The DART in front of PCIe: function 0 (Wi-Fi) is stream 1, function 1 (Bluetooth) stream 2, as the tree says. */
function streamsOf(dart: Dart): Iommu {
  return {
    pageSizeBytes: dart.pageSizeBytes,
    translate: (requester, address, isWrite) => dart.translate(1 + (requester & 7), address, isWrite),
  }
}

function mapBlock(fabric: Fabric, node: DeviceTreeNode, sizeBytes: number, registers: MmioDevice): void {
  const first = present(node.registers()[0], `${node.name} has registers`)
  fabric.memory.map(armIoToProcessor(first.start), sizeBytes, registers)
}

/** The PCIe block: configuration space, its window, wires to the first port's interrupt. */
function buildPcie(fabric: Fabric, node: DeviceTreeNode): PciRootComplex {
  const config = present(node.registers()[0], 'apcie has configuration space')
  return new PciRootComplex(node.name, fabric, {
    busStart: 0, busEnd: APCIE_BUSES,
    ecamBase: config.start,
    windows: [
      { space: 'memory', cpuBase: 0x6_a000_0000, sizeBytes: 0x2000_0000 },
    ],
    routeInterrupt: (device) => node.words('interrupts')[device] ?? node.words('interrupts')[0]!,
  })
}

function spareInputs(): number[] {
  return Array.from({ length: SPARE_INPUTS.last - SPARE_INPUTS.first + 1 },
    (_, index) => SPARE_INPUTS.first + index)
}
