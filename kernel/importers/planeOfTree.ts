import type { ImportedRow } from './ImportedRegistry.ts'

/**
 * Which plane a tree without a title shows, by what hangs below the registry root; null when nothing tells,
 * as for a fragment that starts elsewhere. What asks for no plane takes such a tree for the service plane,
 * ioreg's default.
 */
export function planeOfTree(rows: readonly ImportedRow[], first: number, end: number): string | null {
  const root = rows[first]
  if (root === undefined || root.className !== 'IORegistryEntry' || root.name !== 'Root') return null
  const children = childrenOf(rows, first, end)
  if (children.length === 0) return null
  const platform = children.find((row) => row.className === 'IOPlatformExpertDevice')
  if (platform !== undefined) return planeOfPlatform(platform)
  if (children.every((row) => row.className.includes('USB'))) return 'IOUSB'
  if (children.every((row) => row.className.startsWith('IOFireWire'))) return 'IOFireWire'
  if (children.every((row) => row.className.startsWith('IOACPI'))) return 'IOACPIPlane'
  return children.some((row) => row.className.endsWith('RootDomain')) ? 'IOPower' : null
}

function planeOfPlatform(platform: ImportedRow): string {
  if (platform.name === '/' || platform.name === 'device-tree') return 'IODeviceTree'
  return platform.name === 'acpi' ? 'IOACPIPlane' : 'IOService'
}

function childrenOf(rows: readonly ImportedRow[], parent: number, end: number): ImportedRow[] {
  const children: ImportedRow[] = []
  for (let i = parent + 1; i < end; i++) {
    const row = rows[i]
    if (row !== undefined && row.parent === parent) children.push(row)
  }
  return children
}
