import type { MachineDescription } from '../../../api/index.ts'
import { DeviceTreeNode } from './DeviceTreeNode.ts'
import { numberNodes, readNodes } from './readNodes.ts'
import { T8103_NODES } from './t8103.ts'

/** Where RAM begins in the physical map of a T8103. */
export const T8103_RAM_BASE = 0x8_0000_0000
/** Ends of RAM that firmware keeps, counted from the top. */
const PRAM_BELOW_TOP = 0x19af0000
const PRAM_BYTES = 0x188000
const VRAM_BELOW_TOP = 0x205b8000
const VRAM_BYTES = 0x2800000
/**
 * Bus addresses below 4 GiB are seen here by the processors; the higher windows are the same on both sides.
 */
const ARM_IO_WINDOW = 0x2_0000_0000
const TIMEBASE_HZ = 24_000_000

const CHOSEN_NODES = `
chosen
  manifest-properties
  manifest-object-properties
  secure-boot-hashes
  memory-map
  carveout-memory-map
  lock-regs
    amcc
      amcc-ctrr-a
  iBoot
  memory-report
  asmb
options
`

/** Facts of a cluster's cores by its letter. */
const CORE_KINDS: Readonly<Record<string, { compatible: string; firstInterrupt: number; reg: number }>> = {
  E: { compatible: 'apple,icestorm', firstInterrupt: 70, reg: 0 },
  P: { compatible: 'apple,firestorm', firstInterrupt: 99, reg: 0x100 },
}

/** The processor address of an `arm-io` bus address. */
export function armIoToProcessor(busAddress: number): number {
  return busAddress < 0x1_0000_0000 ? busAddress + ARM_IO_WINDOW : busAddress
}

/** Builds the tree that iBoot would hand over for this machine. */
export function appleSiliconTree(machine: MachineDescription): DeviceTreeNode {
  const root = rootNode(machine)
  const head = readNodes(root, CHOSEN_NODES)
  describeChosen(root, machine)
  addProcessors(root, machine)
  addMemory(root, machine)
  const body = readNodes(root, T8103_NODES)
  describeArmIo(root.find('arm-io')!)
  describePcie(root.find('apcie')!)
  numberNodes(root, {
    references: [
      ...head.references, ...body.references,
      { node: root.find('apcie')!, key: 'msi-parent-controller', names: ['aic'] },
    ],
    fixedHandles: body.fixedHandles,
  })
  return root
}

function rootNode(machine: MachineDescription): DeviceTreeNode {
  const target = machine.target ?? 'J313'
  return new DeviceTreeNode('device-tree')
    .setStrings('compatible', [`${target}AP`, machine.model, 'AppleARM'])
    .setString('model', machine.model)
    .setString('target-type', target)
    .setString('manufacturer', 'Apple Inc.')
    .setString('device_type', 'bootrom')
    .setString('secure-root-prefix', 'md')
    .setString('platform-name', 't8103')
    .setString('serial-number', machine.serialNumber)
    .setWords('clock-frequency', TIMEBASE_HZ)
    .setWords('#address-cells', 2)
    .setWords('#size-cells', 2)
}

function describeChosen(root: DeviceTreeNode, machine: MachineDescription): void {
  const chosen = root.find('chosen')!
  chosen.setString('boot-args', machine.bootArgs)
  chosen.setString('firmware-version', 'iBoot-10151.1.1')
  chosen.setWords('chip-id', 0x8103)
  chosen.setWords('board-id', 0x26)
  chosen.setWords('debug-enabled', 0)
  chosen.setWords('nvram-bank-count', 2)
  chosen.setWords('nvram-bank-size', 0x10000)
}

function addProcessors(root: DeviceTreeNode, machine: MachineDescription): void {
  const cpus = root.add('cpus')
  cpus.setWords('#address-cells', 1)
  cpus.setWords('#size-cells', 0)
  let number = 0
  machine.cpu.clusters.forEach((cluster, clusterNumber) => {
    const kind = CORE_KINDS[cluster.name] ?? CORE_KINDS['P']!
    for (let core = 0; core < cluster.cores; core++) {
      addProcessor(cpus, number, { cluster: clusterNumber, core, name: cluster.name, kind })
      number++
    }
  })
  cpus.setWords('max_cpus', number)
}

interface Core {
  readonly cluster: number
  readonly core: number
  readonly name: string
  readonly kind: { compatible: string; firstInterrupt: number; reg: number }
}

function addProcessor(cpus: DeviceTreeNode, number: number, core: Core): void {
  cpus.add(`cpu${number}`)
    .setString('device_type', 'cpu')
    .setStrings('compatible', [core.kind.compatible, 'ARM,v8'])
    .setWords('reg', core.kind.reg + core.core)
    .setWords('cpu-id', number)
    .setWords('cluster-id', core.cluster)
    .setString('cluster-type', core.name)
    .setWords('interrupts', core.kind.firstInterrupt + 3 * core.core)
    .setString('state', number === 0 ? 'running' : 'waiting')
    .setWords('timebase-frequency', TIMEBASE_HZ)
    .setWords('clock-frequency', TIMEBASE_HZ)
    .setWords('bus-frequency', TIMEBASE_HZ)
    .setLongs('fixed-frequency', TIMEBASE_HZ)
    .setLongs('memory-frequency', TIMEBASE_HZ)
    .setLongs('peripheral-frequency', TIMEBASE_HZ)
    .setWords('l2-cache-size', core.name === 'E' ? 0x400000 : 0xc00000)
    .setWords('l2-cache-id', core.cluster)
    .setFlag('no-aic-ipi-required')
}

function addMemory(root: DeviceTreeNode, machine: MachineDescription): void {
  const top = T8103_RAM_BASE + machine.memoryBytes
  root.add('memory').setString('device_type', 'memory').setLongs('reg', T8103_RAM_BASE, machine.memoryBytes)
  root.add('pram').setString('device_type', 'pram').setLongs('reg', top - PRAM_BELOW_TOP, PRAM_BYTES)
  root.add('vram').setString('device_type', 'vram').setLongs('reg', top - VRAM_BELOW_TOP, VRAM_BYTES)
}

/** `ranges` of arm-io: bus address, processor address, size; all 64-bit. */
function describeArmIo(armIo: DeviceTreeNode): void {
  armIo.setLongs(
    'ranges',
    0, ARM_IO_WINDOW, 0x1_0000_0000,
    0x3_8000_0000, 0x3_8000_0000, 0x1_8000_0000,
    0x5_0000_0000, 0x5_0000_0000, 0x1_8000_0000,
    0x6_8000_0000, 0x6_8000_0000, 0x1_8000_0000,
  )
  armIo.setWords('chip-revision', 0x11)
  armIo.setWords('clock-frequencies', TIMEBASE_HZ)
  armIo.setFlag('iommu-present')
}

/** What the PCIe block tells of its buses, windows and messages. */
function describePcie(apcie: DeviceTreeNode): void {
  apcie.setWords('bus-range', 0, 8)
  apcie.setWords('msi-address', 0xfffff000, 0)
  apcie.setWords('ranges', 0x43000000, 0xa0000000, 6, 0xa0000000, 6, 0x20000000, 0)
}
