import {
  ImportedData,
  ImportedDictionary,
  type ImportedRegistry,
  type ImportedRow,
  type ImportedValue,
} from './ImportedRegistry.ts'

/**
 * Planes that the dump's machine had, sorted, by its own `IORegistryPlanes`; else those whose trees it
 * holds.
 */
export function planesOf(registry: ImportedRegistry): readonly string[] {
  for (const row of registry.rows) {
    const planes = row.parent < 0 ? row.properties?.get('IORegistryPlanes') : undefined
    if (planes instanceof ImportedDictionary && planes.keys.length > 0) return planes.keys.toSorted()
  }
  const own = registry.sections.map((section) => section.plane ?? 'IOService')
  return [...new Set(own)].toSorted()
}

/** The machine's model identifier (`MacBookPro12,1`), or null where the dump does not tell. */
export function modelOf(registry: ImportedRegistry): string | null {
  for (const row of registry.rows) {
    if (row.className !== 'IOPlatformExpertDevice') continue
    const stated = textOf(row.properties?.get('model'))
    if (stated !== null) return stated
    if (MODEL_NAME.test(row.name)) return row.name
  }
  return null
}

const MODEL_NAME = /^[A-Za-z]+[0-9]+,[0-9]+$/

/** Build of the operating system (`16B2555`), or null. */
export function osBuildOf(registry: ImportedRegistry): string | null {
  return rootText(registry, 'OS Build Version')
}

/** `Darwin Kernel Version …`, or null. */
export function kernelVersionOf(registry: ImportedRegistry): string | null {
  return rootText(registry, 'IOKitBuildVersion')
}

function rootText(registry: ImportedRegistry, key: string): string | null {
  for (const row of registry.rows) {
    const text = row.parent < 0 ? textOf(row.properties?.get(key)) : null
    if (text !== null) return text
  }
  return null
}

/** A string, or data that holds one, without its NUL. */
export function textOf(value: ImportedValue | undefined): string | null {
  if (typeof value === 'string') return value
  if (!(value instanceof ImportedData)) return null
  if (value.form === 'text') return value.source.slice(1, -1).split('","')[0] ?? null
  const bytes = value.bytes()
  const end = bytes.indexOf(0)
  const text = String.fromCharCode(...bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, 256)))
  return /^[\x20-\x7e]+$/.test(text) ? text : null
}

/** Whether an entry was made by matching: it carries the personality's IOClass and IOProviderClass. */
export function isDriver(row: ImportedRow): boolean {
  const keys = row.properties?.keys
  return keys !== undefined && keys.includes('IOProviderClass') && keys.includes('IOClass')
}
