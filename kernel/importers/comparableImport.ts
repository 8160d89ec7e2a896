import { propertiesDigest, type ComparableSnapshot, type RegistrySource } from '../api/index.ts'
import { dictionaryEntries, importedSnapshot, sectionOf } from './importedSnapshot.ts'
import type { ImportedRegistry } from './ImportedRegistry.ts'

/** One plane of a dump with a digest of the properties of every row. */
export function comparableImport(
  registry: ImportedRegistry,
  plane: string,
  source: RegistrySource,
): ComparableSnapshot {
  const snapshot = importedSnapshot(registry, plane, source)
  const first = sectionOf(registry, plane)?.firstRow ?? 0
  const digests = Uint32Array.from(snapshot.ids, (_id, row) => {
    const properties = registry.rows[first + row]?.properties ?? null
    return properties === null ? 0 : propertiesDigest(dictionaryEntries(properties))
  })
  return { snapshot, digests }
}
