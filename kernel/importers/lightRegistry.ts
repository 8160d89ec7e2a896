import { ImportedDictionary, type ImportedRegistry } from './ImportedRegistry.ts'

/** Properties that fill a third of a usual dump and that nobody reads: tables of HID, audio and statistics. */
const NOISE: ReadonlySet<string> = new Set([
  'Elements', 'InputReportElements', 'ReportDescriptor', 'HIDEventServiceProperties', 'HIDParameters', 'Keyboard',
  'IOReportLegend', 'CCIOReportRkey', 'IOAudioStreamAvailableFormats',
])

/** The dump without them: the light form, for sending. */
export function lightRegistry(registry: ImportedRegistry): ImportedRegistry {
  return {
    ...registry,
    rows: registry.rows.map((row) => {
      const { properties } = row
      return properties === null ? row : { ...row, properties: withoutNoise(properties) }
    }),
  }
}

function withoutNoise(properties: ImportedDictionary): ImportedDictionary {
  const kept = properties.keys.flatMap((key, at) => (NOISE.has(key) ? [] : [at]))
  if (kept.length === properties.keys.length) return properties
  return new ImportedDictionary(
    kept.map((at) => properties.keys[at] ?? ''),
    kept.map((at) => properties.values[at] ?? false),
  )
}
