import type { RegistrySnapshot } from '../../../kernel/api/index.ts'
import { entryTitle } from '../../format/text.ts'

/** The row that a path of this plane names (`IOService:/AppleACPIPlatformExpert/PC00@0`), or -1. Paths leave the roots out. */
export function rowOfPath(snapshot: RegistrySnapshot, path: string): number {
  const wanted = path.slice(path.indexOf(':') + 1).split('/').filter((part) => part !== '').reverse()
  const last = wanted[0]
  if (last === undefined) return -1
  const title = (row: number): string => entryTitle(snapshot.names[row] ?? '', snapshot.locations[row] ?? null)
  return snapshot.names.findIndex((_name, row) => {
    let at = row
    for (const part of wanted) {
      if (at < 0 || title(at) !== part) return false
      at = snapshot.parents[at] ?? -1
    }
    return at < 0 || (snapshot.depths[at] ?? 0) <= 1
  })
}
