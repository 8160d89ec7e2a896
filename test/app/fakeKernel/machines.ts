import type { MachineDescription, MachineSummary, PartDescription, Problem } from '../../../kernel/api/index.ts'

const SIZE = { key: 'sizeBytes', title: 'Capacity', type: 'size', default: 256 * 2 ** 30, min: 2 ** 20 } as const
const BOTH = ['acpi', 'device-tree'] as const

export const parts: PartDescription[] = [
  { part: 'pci.root-port', title: 'Root Port', family: 'IOPCIFamily', summary: 'A PCI Express root port with one slot below it.', parents: [], slotForm: 'device[,function] in hexadecimal', platforms: BOTH, options: [{ key: 'hotPlug', title: 'Hot plug', type: 'boolean', default: false, help: 'The slot may change while the machine runs' }] },
  { part: 'pci.endpoint', title: 'Plain Function', family: 'IOPCIFamily', summary: 'A function with chosen identity and one memory BAR.', parents: ['pci.root-port'], slotForm: 'device[,function] in hexadecimal', platforms: BOTH, options: [{ key: 'vendorId', title: 'Vendor', type: 'integer', default: 4332, min: 0, max: 65535 }, { key: 'barBytes', title: 'BAR 0', type: 'size', default: 4096 }, { key: 'link', title: 'Link', type: 'choice', default: '×4', choices: ['×1', '×4', '×8', '×16'] }, { key: 'msi', title: 'MSI', type: 'boolean', default: true }] },
  { part: 'nvme.controller', title: 'NVMe Controller', family: 'IONVMeFamily', summary: 'An NVM Express 1.4 controller.', parents: ['pci.root-port'], slotForm: 'device[,function] in hexadecimal', platforms: BOTH, options: [{ key: 'model', title: 'Model', type: 'string', default: 'Workbench SSD' }, { key: 'queues', title: 'I/O queues', type: 'integer', default: 4, min: 1, max: 16 }] },
  { part: 'nvme.namespace', title: 'NVMe Namespace', family: 'IONVMeFamily', summary: 'Storage behind a controller.', parents: ['nvme.controller'], slotForm: 'namespace number', platforms: BOTH, options: [SIZE, { key: 'blockSize', title: 'Block size', type: 'choice', default: '512', choices: ['512', '4096'] }] },
  { part: 'disk.image', title: 'Disk Image', family: 'IOStorageFamily', summary: 'A disk with a GUID partition table.', parents: ['nvme.namespace'], slotForm: null, platforms: BOTH, options: [SIZE] },
  { part: 'platform.rtc', title: 'Real-Time Clock', family: 'AppleACPIPlatform', summary: 'PNP0B00.', parents: [], slotForm: null, platforms: ['acpi'], options: [] },
]

export const machine: MachineDescription = {
  format: 'workbench-machine/1', name: 'intel-desktop', title: 'Intel Desktop 2019', source: 'Facts from a public dump of an iMac19,1.', platform: 'acpi',
  model: 'iMac19,1', osVersion: '15.4', osBuild: '24E248', kernelVersion: 'Darwin Kernel Version 24.4.0', memoryBytes: 16 * 2 ** 30, bootArgs: '-v', nvram: {}, serialNumber: 'WB0000000001',
  cpu: { brand: 'Core i5-9600K at 3.70 GHz', clusters: [{ name: 'P', cores: 6, threadsPerCore: 1, clockHz: 3_700_000_000 }] },
  devices: [
    { id: 'port0', part: 'pci.root-port', slot: '1c', options: {} }, { id: 'nvme0', part: 'nvme.controller', parent: 'port0', slot: '0', options: {} },
    { id: 'ns0', part: 'nvme.namespace', parent: 'nvme0', slot: '1', options: {} }, { id: 'disk0', part: 'disk.image', parent: 'ns0', options: {} },
    { id: 'port1', part: 'pci.root-port', slot: '1c,2', options: {} }, { id: 'nic0', part: 'pci.endpoint', parent: 'port1', slot: '0', options: { barBytes: 12288 } },
    { id: 'rtc0', part: 'platform.rtc', options: {} }, { id: 'lost0', part: 'usb.stick', parent: 'xhc0', options: {} },
  ],
}

export const templates: MachineSummary[] = [
  ['macbook-pro', 'MacBook Pro, M-class', 'device-tree', 'MacBookPro18,3', 11], ['intel-desktop', 'Intel Desktop 2019', 'acpi', 'iMac19,1', 8],
  ['mac-mini', 'Mac mini, M-class', 'device-tree', 'Macmini9,1', 9], ['mac-pro', 'Mac Pro 2019', 'acpi', 'MacPro7,1', 14], ['smallest', 'Smallest Machine', 'acpi', 'iMac19,2', 1],
].map(([name, title, platform, model, devices]) => ({
  name: String(name), title: String(title), platform: platform === 'acpi' ? 'acpi' : 'device-tree', model: String(model), osVersions: ['15.4'], devices: Number(devices), source: '',
}))

/** One rule, enough to see a problem at its field. */
export function validate(description: MachineDescription): Problem[] {
  return description.devices.flatMap((device, index): Problem[] => {
    const bar = device.options['barBytes']
    const where = `devices[${index}]`
    if (typeof bar === 'number' && !Number.isInteger(Math.log2(bar))) return [{ where: `${where}.options.barBytes`, message: `BAR 0 is ${bar} bytes, which is not a power of two, so the bridge cannot size it.`, wanted: '8 KB or 16 KB' }]
    const orphan = device.parent !== undefined && !description.devices.some((other) => other.id === device.parent)
    return orphan ? [{ where: `${where}.parent`, message: `There is no device named ${device.parent}.` }] : []
  })
}
