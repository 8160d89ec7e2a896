import type { ImportedRow } from './ImportedRegistry.ts'

/**
 * Which plane a tree without a title shows, by what hangs below its root; null when nothing tells.
 * A fragment that does not start at the registry root is taken for the service plane, ioreg's default.
 */
export function planeOfTree(rows: readonly ImportedRow[], first: number, end: number): string | null {
  const root = rows[first]
  if (root === undefined) return null
  if (root.className !== 'IORegistryEntry' || root.name !== 'Root') return 'IOService'
  const children = childrenOf(rows, first, end)
  if (children.length === 0) return null
  const platform = children.find((row) => row.className === 'IOPlatformExpertDevice')
  if (platform !== undefined) return planeOfPlatform(platform)
  if (children.every((row) => row.className.includes('USB'))) return 'IOUSB'
  if (children.every((row) => row.className.startsWith('IOFireWire'))) return 'IOFireWire'
  if (children.every((row) => row.className.startsWith('IOACPI'))) return 'IOACPIPlane'
  if (children.some((row) => row.className.endsWith('RootDomain'))) return 'IOPower'
  return children.some((row) => row.state !== null) ? 'IOService' : null
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
