import type { RegistrySnapshot } from '../../../kernel/api/index.ts'
import { entryTitle } from '../../format/text.ts'
import { ancestry } from './outline.ts'

const PCI_FUNCTION = 'IOPCIDevice'
const ACPI_DEVICE = 'IOACPIPlatformDevice'

export function titleOf(snapshot: RegistrySnapshot, row: number): string {
  return entryTitle(snapshot.names[row] ?? '', snapshot.locations[row] ?? null)
}

/** `IOService:/AppleACPIPlatformExpert/PCI0@0` as the kernel writes it: root and platform left out. */
export function pathOfRow(snapshot: RegistrySnapshot, row: number): string {
  const rows = ancestry(snapshot, row)
  const above = snapshot.names[rows[0] ?? -1] !== 'Root' ? 0 : (rows[1] ?? 0) <= 1 ? 2 : 1
  return `${snapshot.plane}:/${rows
    .slice(above)
    .map((at) => titleOf(snapshot, at))
    .join('/')}`
}

/** What `ioreg` is told to print just this entry with its properties. */
export function ioregCommand(snapshot: RegistrySnapshot, row: number): string {
  const plane = snapshot.plane === 'IOService' ? '' : ` -p ${shellWord(snapshot.plane)}`
  return `ioreg -w0 -l -r -d 1${plane} -n ${shellWord(titleOf(snapshot, row))}`
}

/**
 * The UEFI device path by which OpenCore names a PCI function (`PciRoot(0x0)/Pci(0x1f,0x3)`): of the entry,
 * or of the function that it belongs to. Null outside of PCI, and where there is no ACPI host bridge above.
 */
export function devicePath(snapshot: RegistrySnapshot, row: number): string | null {
  const rows = ancestry(snapshot, row)
  const functions = rows.filter((at) => snapshot.classes[at] === PCI_FUNCTION)
  const first = functions[0]
  if (first === undefined) return null
  const bridge = rows
    .slice(0, rows.indexOf(first))
    .reverse()
    .find((at) => snapshot.classes[at] === ACPI_DEVICE)
  const root = bridge === undefined ? null : hexNumber(snapshot.locations[bridge] ?? '0')
  if (root === null) return null
  const nodes = [`PciRoot(0x${root.toString(16)})`]
  for (const at of functions) {
    const [device, number] = (snapshot.locations[at] ?? '').split(',').map(hexNumber)
    if (device === undefined || device === null || number === null) return null
    nodes.push(`Pci(0x${device.toString(16)},0x${(number ?? 0).toString(16)})`)
  }
  return nodes.join('/')
}

function hexNumber(text: string): number | null {
  return /^[0-9a-f]{1,8}$/iu.test(text) ? Number.parseInt(text, 16) : null
}

/** A word that the shell takes as it is. */
export function shellWord(text: string): string {
  return /^[\w.,:@/+-]+$/u.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
