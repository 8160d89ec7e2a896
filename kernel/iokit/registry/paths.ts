import { OSData } from '../../libkern/index.ts'
import type { IORegistryEntry } from './IORegistryEntry.ts'
import type { IORegistryPlane } from './IORegistryPlane.ts'
import { matchPathLocation } from './pathLocation.ts'
import { registryState } from './registryState.ts'

/** A name or location in a path is cut at this many characters. */
const kMaxComponentLength = 128
/** Longest plane name or alias that a path may begin with. */
const kMaxPathPrefixLength = 31

/** What a walk along a path found: the last entry that matched, and the text that did not. */
export interface PathMatch {
  readonly entry: IORegistryEntry
  readonly rest: string
}

/** The plane's first child of the registry root: what `/` stands for. */
function topOf(plane: IORegistryPlane): IORegistryEntry | null {
  return registryState().root?.getChildEntry(plane) ?? null
}

/** Path of an entry, or null when it does not lie below the plane's first child of the registry root. */
export function pathOf(entry: IORegistryEntry, plane: IORegistryPlane): string | null {
  const top = topOf(plane)
  const chain: IORegistryEntry[] = []
  let step: IORegistryEntry | null = entry
  while (step !== null && step !== top) {
    chain.push(step)
    step = step.getParentEntry(plane)
  }
  if (step === null) return null
  const prefix = plane.name + ':'
  if (chain.length === 0) return prefix + '/'
  const aliases = aliasNames(plane)
  let path = ''
  for (const member of chain.reverse()) {
    const alias = aliases.get(member)
    path = alias ?? path + '/' + pathComponent(member, plane)
  }
  return prefix + path
}

/** `name@location`, or the name alone. @xnu iokit/Kernel/IORegistryEntry.cpp getPathComponent — faithful */
export function pathComponent(entry: IORegistryEntry, plane: IORegistryPlane): string {
  const name = entry.getName(plane).slice(0, kMaxComponentLength)
  const location = entry.getLocation(plane)?.slice(0, kMaxComponentLength) ?? ''
  return location === '' ? name : `${name}@${location}`
}

/** Text of an alias property: bytes up to the NUL. */
function aliasText(data: OSData): string {
  let text = ''
  for (const byte of data.getBytesNoCopy() ?? []) {
    if (byte === 0) break
    text += String.fromCharCode(byte)
  }
  return text
}

function aliasesEntry(plane: IORegistryPlane): IORegistryEntry | null {
  return topOf(plane)?.getChildNamed('aliases', plane) ?? null
}

/** Shortest (then first) alias of each entry that has one. */
function aliasNames(plane: IORegistryPlane): Map<IORegistryEntry, string> {
  const names = new Map<IORegistryEntry, string>()
  const aliases = aliasesEntry(plane)
  if (aliases === null) return names
  for (const [key, value] of aliases.propertyEntries()) {
    if (!(value instanceof OSData)) continue
    const match = walkPath(aliasText(value), plane, null)
    if (match === null || match.rest !== '') continue
    const name = key.getCStringNoCopy()
    const former = names.get(match.entry)
    if (former === undefined || former.length > name.length) names.set(match.entry, name)
  }
  return names
}

/** Replaces a leading alias by its text; null when the path begins with none. */
function withoutAlias(path: string, plane: IORegistryPlane): string | null {
  const end = path.search(/[/:]/)
  const name = end === -1 ? path : path.slice(0, end)
  if (name === '' || name.length > kMaxPathPrefixLength) return null
  const value = aliasesEntry(plane)?.getProperty(name)
  return value instanceof OSData ? aliasText(value) + path.slice(name.length) : null
}

/**
 * Splits a leading `Plane:` off a path. Without a known plane: null.
 */
export function splitPlane(path: string): { readonly plane: IORegistryPlane; readonly rest: string } | null {
  const end = path.indexOf(':')
  if (end === -1 || end > kMaxPathPrefixLength) return null
  const plane = registryState().planes.get(path.slice(0, end))
  return plane === undefined ? null : { plane, rest: path.slice(end + 1) }
}

/**
 * Follows a path as far as its components match; null when there is nothing to begin at, or when text is left that
 * no separator begins. The entry is not retained.
 * @xnu iokit/Kernel/IORegistryEntry.cpp fromPath — faithful
 */
export function walkPath(
  path: string, plane: IORegistryPlane, from: IORegistryEntry | null,
): PathMatch | null {
  let text = path
  if (!text.startsWith('/')) text = withoutAlias(text, plane) ?? text
  let index = 0
  let entry = from
  if (entry === null) {
    if (!text.startsWith('/')) return null
    index = 1
    entry = topOf(plane)
    if (entry === null) return null
  }
  let restIndex = index
  for (;;) {
    const next = childFromComponent(entry, text, index, plane)
    if (next === null) return { entry, rest: text.slice(restIndex) }
    entry = next.entry
    restIndex = next.end
    const separator = text[next.end]
    if (separator === undefined) return { entry, rest: '' }
    if (separator === ':') return { entry, rest: text.slice(restIndex) }
    if (separator !== '/') return null
    index = next.end + 1
  }
}

/**
 * First child, in link order, that the component at `start` names.
 * @xnu iokit/Kernel/IORegistryEntry.cpp getChildFromComponent — faithful
 */
function childFromComponent(
  parent: IORegistryEntry, path: string, start: number, plane: IORegistryPlane,
): { readonly entry: IORegistryEntry; readonly end: number } | null {
  for (const child of parent.childLinks(plane)?.members ?? []) {
    let end = start
    if (path[start] !== '@') {
      const name = child.getName(plane)
      if (name === '' || !path.startsWith(name, start)) continue
      end = start + name.length
    }
    const terminator = path[end]
    if (terminator === undefined || terminator === '/' || terminator === ':') return { entry: child, end }
    if (terminator !== '@') continue
    const located = matchPathLocation(path, end + 1, child.getLocation(plane))
    if (located !== null) return { entry: child, end: located }
  }
  return null
}
