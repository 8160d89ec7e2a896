import type { MachineDescription } from '../../../api/index.ts'
import { SMBIOS_ENTRY_ADDRESS } from '../smbios.ts'
import { DeviceTreeNode } from './DeviceTreeNode.ts'

/** UEFI GUID of the SMBIOS entry point. */
const SMBIOS_GUID = 'EB9D2D31-2D88-11D3-9A16-0090273FC14D'

/** Builds the tree that boot.efi would hand over: identity, firmware tables, chosen values. */
export function intelTree(machine: MachineDescription): DeviceTreeNode {
  const root = new DeviceTreeNode('/')
    .setStrings('compatible', ['ACPI'])
    .setString('model', machine.model)
    .setString('product-name', machine.model)
    .setString('board-id', machine.boardId ?? 'Mac-WORKBENCH')
    .setString('manufacturer', 'Apple Inc.')
    .setString('target-type', 'Mac')
    .setString('version', '1.0')
    .setBytes('system-type', Uint8Array.of(1))
    .setString('serial-number', machine.serialNumber)
    .setWords('clock-frequency', machine.cpu.clusters[0]!.clockHz % 4294967296)
    .setWords('#address-cells', 2)
    .setWords('#size-cells', 2)
  root.add('chosen')
    .setString('boot-args', machine.bootArgs)
    .setString('machine-signature', 'WKBN')
    .add('memory-map')
  const efi = root.add('efi').setString('firmware-vendor', 'Apple').setString('firmware-abi', 'EFI64')
  efi.add('runtime-services')
  const tables = efi.add('configuration-table')
  tables.add(SMBIOS_GUID)
    .setString('alias', 'SMBIOS')
    .setString('guid', SMBIOS_GUID)
    .setLongs('table', SMBIOS_ENTRY_ADDRESS)
  efi.add('platform')
  root.add('options')
  let next = 1
  for (const node of root.walk()) node.phandle = next++
  return root
}
