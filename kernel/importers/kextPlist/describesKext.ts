import type { KextRecord } from '../../api/index.ts'

/**
 * Whether a property list is that of a kext or driver extension, and not of an application or something
 * else.
 */
export function describesKext({ personalities, bundle, libraries, packageType }: KextRecord): boolean {
  if (personalities.length > 0) return true
  return bundle !== null && (libraries.size > 0 || ['KEXT', 'DEXT'].includes(packageType ?? ''))
}
