import { kIOServiceInactiveState, kIOServiceRegisteredState } from '../../abi/index.ts'
import { sectionOf, type ImportedRegistry, type ImportedRow } from '../../importers/index.ts'

/** One entry of a dump's service plane; one that is printed below two providers is one entry. */
export interface DumpEntry {
  readonly index: number
  /** The line where it is printed first. */
  readonly row: ImportedRow
  /** The class that matching knows it by; the dump may print another name. */
  readonly className: string
  /** Providers in printed order. */
  readonly parents: DumpEntry[]
  /** Names with locations from the root. */
  readonly path: string
}

/**
 * Entries of the service plane, providers before clients. Those that had gone away while a tool watched are
 * left out.
 */
export function dumpEntries(registry: ImportedRegistry, darwin: number): DumpEntry[] {
  const section = sectionOf(registry, 'IOService')
  const entries: DumpEntry[] = []
  const byEntry = new Map<number, DumpEntry>()
  const byRow = new Map<number, DumpEntry>()
  if (section === undefined) return entries
  for (let i = section.firstRow; i < section.firstRow + section.rowCount; i++) {
    const row = registry.rows[i]
    if (row === undefined || row.terminated) continue
    const parent = byRow.get(row.parent)
    if (row.parent >= section.firstRow && parent === undefined) continue
    let entry = byEntry.get(row.entry)
    if (entry === undefined) {
      const path = pathBelow(parent, row)
      const className = classBehind(row.className, path, darwin)
      entry = { index: entries.length, row, className, parents: [], path }
      byEntry.set(row.entry, entry)
      entries.push(entry)
    }
    byRow.set(i, entry)
    const isNew = parent !== undefined && !entry.parents.includes(parent)
    if (isNew && !isAtOrAbove(entry, parent)) entry.parents.push(parent)
  }
  return entries
}

/**
 * Whether an entry is `below` or one of its providers: no real registry has such a circle, a mangled dump
 * may.
 */
function isAtOrAbove(entry: DumpEntry, below: DumpEntry): boolean {
  const seen = new Set([below])
  for (const one of seen) {
    if (one === entry) return true
    for (const parent of one.parents) seen.add(parent)
  }
  return false
}

function pathBelow(parent: DumpEntry | undefined, row: ImportedRow): string {
  const own = row.location === null ? row.name : `${row.name}@${row.location}`
  return parent === undefined ? own : `${parent.path}/${own}`
}

/**
 * Since 10.11 the kernel shows old tools the names of the former USB family for nubs of the present one,
 * while personalities ask for the real ones.
 */
const SHOWN_AS: ReadonlyMap<string, readonly [real: string, legacy: string]> = new Map([
  ['IOUSBDevice', ['IOUSBHostDevice', 'AppleUSBDevice']],
  ['IOUSBInterface', ['IOUSBHostInterface', 'AppleUSBInterface']],
])
const SHOWN_SINCE_DARWIN = 15
/** Below it are the nubs that stand in for the former family, for old drivers and programs. */
const LEGACY_ROOT = '/AppleUSBLegacyRoot/'

function classBehind(shown: string, path: string, darwin: number): string {
  const names = darwin < SHOWN_SINCE_DARWIN ? undefined : SHOWN_AS.get(shown)
  return names === undefined ? shown : names[path.includes(LEGACY_ROOT) ? 1 : 0]
}

/** Whether drivers are looked for: it has called registerService and has not been terminated. */
export function isPublished({ row }: DumpEntry): boolean {
  const state = row.state ?? 0
  return (state & kIOServiceRegisteredState) !== 0 && (state & kIOServiceInactiveState) === 0
}

/** Whether the entry was made by matching: it carries a personality's keys. */
export function isMatchedDriver({ row, parents }: DumpEntry): boolean {
  const { properties } = row
  if (properties === null || parents.length === 0) return false
  const named = ['IOClass', 'IOProviderClass'].some((key) => typeof properties.get(key) === 'string')
  if (!named) return false
  return properties.get('IOProviderClass') !== undefined || properties.get('CFBundleIdentifier') !== undefined
}

/**
 * Major version of Darwin (`Darwin Kernel Version 16.1.0`, build `16B2555`); 0 when the dump does not tell.
 */
export function darwinMajor(kernelVersion: string | null, build: string | null): number {
  const found = /Darwin Kernel Version (\d+)\./.exec(kernelVersion ?? '') ?? /^(\d+)[A-Z]/.exec(build ?? '')
  return found === null ? 0 : Number(found[1])
}
