import { OSData, OSString, type OSObject } from '../../libkern/index.ts'
import type { IORegistryEntry, NameMatch } from '../registry/index.ts'

/** Properties of a device-tree entry whose texts are its names, in the order in which they are asked. */
const NAME_KEYS = ['name', 'compatible', 'device_type', 'model'] as const

/**
 * Whether `name` is one of the names of a device-tree nub; a `*` at its end stands for any rest, and the whole text
 * that it hit is left in `matched`.
 * Any context. @xnu iokit/Kernel/IODeviceTreeSupport.cpp IODTCompareNubName — faithful
 */
export function IODTCompareNubName(
  entry: IORegistryEntry, name: OSString, matched: NameMatch | null = null,
): boolean {
  const text = name.getCStringNoCopy()
  for (const key of NAME_KEYS) {
    const property = entry.getProperty(key)
    if (!compareNubStrings(property, text)) continue
    if (matched !== null) matched.nameMatched = text.endsWith('*') ? patternHit(property, text) : name
    return true
  }
  return false
}

/** The first text of a property that a pattern hits. */
function patternHit(property: OSObject | null, pattern: string): string {
  const stem = pattern.slice(0, -1)
  return deviceTreeTexts(property).find((text) => text.startsWith(stem)) ?? ''
}

/** The texts of a property that holds one string or several, each ended by NUL. */
export function deviceTreeTexts(property: OSObject | null): string[] {
  if (property instanceof OSString) return [property.getCStringNoCopy()]
  if (!(property instanceof OSData)) return []
  return String.fromCharCode(...property.bytes()).split('\0').filter((text) => text !== '')
}

/** The 32-bit little-endian words of a data property; empty when it is absent. */
export function deviceTreeWords(property: OSObject | null): number[] {
  if (!(property instanceof OSData)) return []
  const bytes = property.bytes()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return Array.from({ length: bytes.length >> 2 }, (_, index) => view.getUint32(index * 4, true))
}

function compareNubStrings(property: OSObject | null, name: string): boolean {
  if (property === null) return false
  const wild = name.endsWith('*')
  const stem = wild ? name.slice(0, -1) : name
  if (!(property instanceof OSData)) {
    return deviceTreeTexts(property).some((text) => (wild ? text.startsWith(stem) : text === name))
  }
  const bytes = property.bytes()
  for (let start = 0; start < bytes.length; start = endOfText(bytes, start) + 1) {
    if (bytes[start] !== 0 && beginsWith(bytes, start, stem)
      && (wild || endOfText(bytes, start) === start + stem.length)) return true
  }
  return false
}

function endOfText(bytes: Uint8Array, start: number): number {
  const end = bytes.indexOf(0, start)
  return end < 0 ? bytes.length : end
}

function beginsWith(bytes: Uint8Array, start: number, stem: string): boolean {
  for (let i = 0; i < stem.length; i++) if (bytes[start + i] !== stem.charCodeAt(i)) return false
  return true
}
