import type { KernelThread } from '../../../../sim/index.ts'
import type { CFDictionary } from '../../../CoreFoundation/index.ts'
import type { RegistryNode } from './RegistryClient.ts'
import {
  fact, type Fact, type Reporter, type ReporterContext, type Section, type SectionItem,
} from './Section.ts'
import { hexText, isTrue, numberOf, textOf } from './values.ts'

const NO_CARDS =
  'This computer doesn’t contain any PCI cards or devices. If you installed PCI cards or devices, '
  + 'make sure they are properly connected and installed.'

/** Kind of device by class code: the first row whose bits agree. */
const KINDS: readonly (readonly [classCode: number, mask: number, kind: string])[] = [
  [0x010802, 0xffffff, 'NVM Express Controller'], [0x010601, 0xffffff, 'AHCI Controller'],
  [0x010600, 0xffff00, 'SATA Controller'], [0x010700, 0xffff00, 'SAS Controller'],
  [0x010400, 0xffff00, 'RAID Controller'], [0x010000, 0xffff00, 'SCSI Bus Controller'],
  [0x020000, 0xffff00, 'Ethernet Controller'], [0x020000, 0xff0000, 'Other Network Controller'],
  [0x030000, 0xffff00, 'VGA-Compatible Controller'], [0x030200, 0xffff00, '3D Controller'],
  [0x030000, 0xff0000, 'Display Controller'], [0x040300, 0xffff00, 'Audio Device'],
  [0x060000, 0xffff00, 'Host Bridge'], [0x060400, 0xffff00, 'PCI-to-PCI Bridge'],
  [0x070000, 0xffff00, 'Serial Controller'], [0x0c0330, 0xffffff, 'USB eXtensible Host Controller'],
  [0x0c0320, 0xffffff, 'USB Enhanced Host Controller'], [0x0c0000, 0xffff00, 'IEEE 1394 Open HCI'],
]
const LINK_SPEEDS = ['', '2.5 GT/s', '5.0 GT/s', '8.0 GT/s', '16.0 GT/s', '32.0 GT/s']

/** `SPPCIDataType`: functions that sit in a named slot. */
export const pciReporter: Reporter = {
  dataType: 'SPPCIDataType', title: 'PCI', group: 'Hardware',
  *report(context): KernelThread<Section> {
    const items: SectionItem[] = []
    for (const node of yield* context.registry.matchingServices('IOPCIDevice')) {
      if (textOf(node.properties, 'AAPL,slot-name') !== null) items.push(yield* itemOf(context, node))
    }
    return { items, noInformation: NO_CARDS }
  },
}

/** Width and speed of the link in use, from the link status register; nothing without a link. */
export function linkFacts(properties: CFDictionary, keys: { width: string; speed: string }): Fact[] {
  const status = numberOf(properties, 'IOPCIExpressLinkStatus') ?? 0
  const speed = LINK_SPEEDS[status & 0xf] ?? ''
  const width = (status >>> 4) & 0x3f
  if (width === 0 || speed === '') return []
  return [fact(keys.width, 'Link Width', `x${width}`), fact(keys.speed, 'Link Speed', speed)]
}

function* itemOf(context: ReporterContext, node: RegistryNode): KernelThread<SectionItem> {
  const { properties } = node
  const hex = (property: string): string | null => {
    const value = numberOf(properties, property)
    return value === null ? null : hexText(value)
  }
  const yesNo = (value: boolean): string => (value ? 'Yes' : 'No')
  const rows: readonly (readonly [key: string, label: string, value: string | null])[] = [
    ['sppci_name', 'Name', node.name],
    ['sppci_device_type', 'Type', kindOf(numberOf(properties, 'class-code') ?? 0)],
    ['sppci_driver_installed', 'Driver Installed', yesNo(yield* hasDriver(context, node))],
    ['sppci_msi', 'MSI', yesNo(isTrue(properties, 'IOPCIMSIMode'))],
    ['sppci_bus', 'Bus', 'PCI'],
    ['sppci_slot_name', 'Slot', textOf(properties, 'AAPL,slot-name')],
    ['sppci_vendor-id', 'Vendor ID', hex('vendor-id')],
    ['sppci_device-id', 'Device ID', hex('device-id')],
    ['sppci_subsystem-vendor-id', 'Subsystem Vendor ID', hex('subsystem-vendor-id')],
    ['sppci_subsystem-id', 'Subsystem ID', hex('subsystem-id')],
    ['sppci_revision-id', 'Revision ID', hex('revision-id')],
  ]
  const facts = rows.flatMap(([key, label, value]) => (value === null ? [] : [fact(key, label, value)]))
  const links = linkFacts(properties, { width: 'sppci_link-width', speed: 'sppci_link-speed' })
  const name = textOf(properties, 'model') ?? textOf(properties, 'IOName') ?? node.name
  return { name, facts: [...facts, ...links], entryId: node.id }
}

/** Whether something that matching started is attached. */
function* hasDriver(context: ReporterContext, node: RegistryNode): KernelThread<boolean> {
  const clients = yield* context.registry.children(node)
  return clients.some(({ properties }) => properties.getValue('IOClass') !== undefined)
}

function kindOf(classCode: number): string {
  return KINDS.find(([code, mask]) => (classCode & mask) === (code & mask))?.[2] ?? 'Unknown'
}
