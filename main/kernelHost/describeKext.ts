import type { KextBundleFiles } from '../../kernel/index.ts'
import { parsePlist } from '../../kernel/formats/index.ts'

/** Name and purpose of a kext bundle for a list: from its Info.plist where it says so. */
export function describeKext(bundle: KextBundleFiles): { name: string; title: string; summary: string } {
  const title = bundle.name.replace(/\.kext$/u, '')
  const file = bundle.files.find(({ path }) => path === 'Contents/Info.plist' || path === 'Info.plist')
  const plist = file === undefined ? null : parsePlist(file.bytes)
  const root = plist?.ok === true && plist.value instanceof Map ? plist.value : new Map<string, unknown>()
  const text = (key: string): string | null => {
    const value = root.get(key)
    return typeof value === 'string' ? value : null
  }
  return { name: bundle.name, title: text('CFBundleName') ?? title, summary: text('CFBundleGetInfoString') ?? '' }
}
