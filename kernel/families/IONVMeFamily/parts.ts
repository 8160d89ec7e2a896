import type { DeviceDescription, PartOption, Problem } from '../../api/index.ts'
import { DiskImage, hasGpt, type BlockBacking } from '../../hardware/index.ts'
import { assert } from '../../sim/index.ts'
import {
  checkOptions, numberOption, textOption, type BuildContext, type CheckContext, type PartDefinition,
} from '../defineFamily.ts'
import {
  attachToBus, checkPciPart, FIRMWARE_OPTIONS, hexOf, hexOption, PCI_PARENTS, PCI_SLOT_FORM,
} from '../IOPCIFamily/partsKit.ts'
import { layOutDisk, LAYOUTS, type DiskLayout } from './model/diskLayouts.ts'
import { NvmeMmio } from './model/NvmeMmio.ts'
import { NvmeNamespace } from './model/NvmeNamespace.ts'
import { NvmePci } from './model/NvmePci.ts'
import { DEFAULT_TIMING, type NvmeSettings } from './model/settings.ts'

const FAMILY = 'IONVMeFamily'

const CONTROLLER_OPTIONS: readonly PartOption[] = [
  { key: 'modelNumber', title: 'Model Number', type: 'string', default: 'WORKBENCH SSD 8', max: 40 },
  { key: 'serialNumber', title: 'Serial Number', type: 'string', default: 'WB0000000001', max: 20 },
  { key: 'firmwareRevision', title: 'Firmware Revision', type: 'string', default: '1.0', max: 8 },
  { key: 'ioQueues', title: 'I/O Queues', type: 'integer', default: 8, min: 1, max: 64 },
  { key: 'queueEntries', title: 'Queue Entries', type: 'integer', default: 1024, min: 2, max: 4096 },
  {
    key: 'mdts', title: 'Maximum Transfer', type: 'integer',
    default: 6, min: 1, max: 9, help: 'Power of two times 4 KiB.',
  },
  {
    key: 'readLatency', title: 'Read Latency', type: 'integer', default: DEFAULT_TIMING.readNs,
    min: 1_000, max: 100_000_000, help: 'Nanoseconds to the first byte.',
  },
  {
    key: 'writeLatency', title: 'Write Latency', type: 'integer', default: DEFAULT_TIMING.writeNs,
    min: 1_000, max: 100_000_000, help: 'Nanoseconds of a cached write.',
  },
]

function settingsOf(
  part: PartDefinition, device: DeviceDescription, vendorId: number, ans: boolean,
): NvmeSettings {
  const timing = {
    ...DEFAULT_TIMING,
    readNs: numberOption(part, device, 'readLatency'),
    writeNs: numberOption(part, device, 'writeLatency'),
  }
  return {
    vendorId, subsystemVendorId: vendorId, timing, ansBootStatus: ans, version: ans ? 0x00010100 : 0x00010400,
    modelNumber: textOption(part, device, 'modelNumber'),
    serialNumber: textOption(part, device, 'serialNumber'),
    firmwareRevision: textOption(part, device, 'firmwareRevision'),
    ioQueues: numberOption(part, device, 'ioQueues'),
    queueEntries: numberOption(part, device, 'queueEntries'),
    mdts: numberOption(part, device, 'mdts'),
  }
}

const controller: PartDefinition = {
  part: 'nvme.controller', title: 'NVMe Controller', family: FAMILY,
  parents: PCI_PARENTS, slotForm: PCI_SLOT_FORM,
  summary: 'An NVM Express 1.4 controller as a PCI Express function; its disks are namespaces below it.',
  platforms: ['acpi', 'device-tree'],
  options: [
    hexOption('vendorId', 'Vendor ID', '0x106b'), hexOption('deviceId', 'Device ID', '0x2001'),
    hexOption('revisionId', 'Revision', '0x00'),
    { key: 'linkWidth', title: 'Link Width', type: 'integer', default: 4, min: 1, max: 16, help: 'Lanes.' },
    ...CONTROLLER_OPTIONS, ...FIRMWARE_OPTIONS,
  ],
  check(device, context) {
    return checkPciPart(this, device, context)
  },
  build(device, context) {
    const vendorId = hexOf(this, device, 'vendorId')
    const deviceId = hexOf(this, device, 'deviceId')
    const identity = {
      vendorId, deviceId, revisionId: hexOf(this, device, 'revisionId'),
      subsystemVendorId: vendorId, subsystemId: deviceId,
    }
    const settings = settingsOf(this, device, vendorId, false)
    const built = new NvmePci(device.id, identity, settings, numberOption(this, device, 'linkWidth'))
    attachToBus(built, device, context)
    return built
  },
}

/** The register block of Apple's storage coprocessor; the nub and mailbox belong to the platform. */
const ans: PartDefinition = {
  part: 'ans.controller', title: 'Apple Storage Controller', family: FAMILY, parents: [], slotForm: null,
  summary: 'The NVMe register block of the storage coprocessor in an Apple chip.',
  platforms: ['device-tree'],
  options: [
    hexOption('address', 'Register Address', '0x27bcc0000'),
    { key: 'interrupt', title: 'Interrupt', type: 'integer', default: 590, min: 0, max: 1023 },
    ...CONTROLLER_OPTIONS.map((option) => {
      if (option.key === 'modelNumber') return { ...option, default: 'APPLE SSD AP0512Q' }
      if (option.key === 'mdts') return { ...option, default: 8 }
      if (option.key === 'ioQueues') return { ...option, default: 1 }
      return option.key === 'queueEntries' ? { ...option, default: 65 } : option
    }),
  ],
  check(device, context) {
    const problems = checkOptions(this, device, context.where)
    const address = device.options['address']
    if (typeof address === 'string' && !/^(0x)?[0-9a-f]{1,10}$/iu.test(address)) {
      const where = `${context.where}.options.address`
      problems.push(
        { where, message: 'This is not an address.', seen: address, wanted: 'a hexadecimal number' },
      )
    }
    return problems
  },
  build(device, context) {
    const place = {
      address: hexOf(this, device, 'address'), interrupt: numberOption(this, device, 'interrupt'),
    }
    return new NvmeMmio(device.id, context.fabric, settingsOf(this, device, 0x106b, true), place)
  },
}

const namespace: PartDefinition = {
  part: 'nvme.namespace', title: 'NVMe Namespace', family: FAMILY,
  parents: ['nvme.controller', 'ans.controller'],
  slotForm: 'namespace number', platforms: ['acpi', 'device-tree'],
  summary: 'A disk behind an NVMe controller: sparse in memory, or over a file of the host.',
  options: [
    { key: 'size', title: 'Size', type: 'size', default: 512_110_190_592, min: 64 * 2 ** 20, max: 2 ** 44 },
    { key: 'blockSize', title: 'Block Size', type: 'choice', default: '512', choices: ['512', '4096'] },
    {
      key: 'layout', title: 'Partitions', type: 'choice', default: 'intel',
      choices: LAYOUTS, help: 'Written to an empty disk.',
    },
    {
      key: 'image', title: 'Disk Image', type: 'string', default: '',
      max: 255, help: 'Name of a file that the host offers.',
    },
  ],
  check(device, context) {
    return [...checkOptions(this, device, context.where), ...checkNamespaceNumber(device, context)]
  },
  build(device, context) {
    const image = new DiskImage({
      sizeBytes: numberOption(this, device, 'size'), backing: backingOf(this, device, context),
      blockBytes: textOption(this, device, 'blockSize') === '4096' ? 4096 : 512,
    })
    const layout = textOption(this, device, 'layout') as DiskLayout
    if (layout !== 'none' && !hasGpt(image)) {
      layOutDisk(image, layout, context.machine.serialNumber + device.id)
    }
    const nsid = Number(device.slot ?? '1')
    const built = new NvmeNamespace(device.id, nsid, image, 0x00_10_db_00_00_00_00_00n + BigInt(nsid))
    const owner = context.parent
    assert(owner instanceof NvmePci || owner instanceof NvmeMmio, 'a namespace is below an NVMe controller')
    owner.addNamespace(built)
    return built
  },
}

function backingOf(
  part: PartDefinition, device: DeviceDescription, context: BuildContext,
): BlockBacking | null {
  const name = textOption(part, device, 'image')
  return name === '' ? null : context.backing(name)
}

function checkNamespaceNumber(device: DeviceDescription, context: CheckContext): Problem[] {
  const where = `${context.where}.slot`
  const text = device.slot ?? '1'
  if (!/^[1-9][0-9]{0,2}$/u.test(text)) {
    return [{ where, message: 'This is no namespace number.', seen: text, wanted: 'a number from 1 to 999' }]
  }
  const twin = context.siblings.find((other) => other.part === device.part && (other.slot ?? '1') === text)
  return twin === undefined ? [] : [{ where, message: `${twin.id} has this number already.`, seen: text }]
}

/** Parts of the NVMe family. */
export const nvmeParts: readonly PartDefinition[] = [controller, ans, namespace]
