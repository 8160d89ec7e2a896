import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DeviceDescription, MachineDescription } from '../../kernel/api/index.ts'

const ADAPTER = {
  vendorId: '0x8086', deviceId: '0x1521', classCode: '0x020000', bars: 'mem32:128K mem32:16K', express: true,
}

/** Below a root port a PCI switch with ten cards: NVMe disks and adapters of four functions in turn. */
function chassis(host: string, slot: string, name: string): DeviceDescription[] {
  const root = { linkWidth: 16, slotNumber: 100 }
  const devices: DeviceDescription[] = [
    { id: name, part: 'pci.root-port', parent: host, slot, options: root },
    { id: `${name}-up`, part: 'pci.upstream-port', parent: name, slot: '0', options: { linkWidth: 16 } },
  ]
  for (let card = 0; card < 10; card++) {
    const port = `${name}-down${card}`
    const options = {}
    devices.push({ id: port, part: 'pci.downstream-port', parent: `${name}-up`, slot: String(card), options })
    const isDisk = card % 2 === 0
    devices.push(...(isDisk ? disk(port, `${name}-nvme${card}`) : adapter(port, `${name}-card${card}`)))
  }
  return devices
}

function disk(port: string, name: string): DeviceDescription[] {
  const options = { serialNumber: name.toUpperCase() }
  return [
    { id: name, part: 'nvme.controller', parent: port, slot: '0', options },
    { id: `${name}-1`, part: 'nvme.namespace', parent: name, slot: '1', options: { size: 2 ** 30 } },
  ]
}

function adapter(port: string, name: string): DeviceDescription[] {
  return Array.from({ length: 4 }, (_, index) => (
    { id: `${name}-${index}`, part: 'pci.function', parent: port, slot: `0,${index}`, options: ADAPTER }))
}

/** The Intel template with four expansion chassis: 318 devices, 20 of them NVMe disks with partitions. */
export function bigMac(): MachineDescription {
  const path = join(import.meta.dirname, '../../resources/machines/intel-desktop.json')
  const template = JSON.parse(readFileSync(path, 'utf8')) as MachineDescription
  const places = [['pc02', '1'], ['pc02', '2'], ['pc03', '1'], ['pc03', '3']] as const
  const added = places.flatMap(([host, slot], index) => chassis(host, slot, `box${index}`))
  return { ...template, devices: [...template.devices, ...added] }
}
