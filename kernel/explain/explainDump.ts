import type { Explanation } from '../api/index.ts'
import { shownId, type ImportedRegistry } from '../importers/index.ts'
import { explainNub } from './explainNub.ts'
import type { ExplainSubject } from './ExplainSubject.ts'
import { findProvider, type NamedProvider } from './findProvider.ts'
import { dumpWorld, type DumpWorld } from './rematch/DumpWorld.ts'
import { isPublished, type DumpEntry } from './rematch/DumpTree.ts'
import type { PersonalityFacts } from './world/MatchWorld.ts'

/** Which provider, and what of it. */
export interface ExplainRequest {
  /** A path from the root, `IOService:/…`, the end of a path, or an entry id in hexadecimal or decimal. */
  readonly provider: string
  readonly kexts?: readonly PersonalityFacts[]
  /** Personality whose fate is to be turned. */
  readonly personality?: string | null
}

/** An explanation, or the providers that the request could have meant (none: nothing of that name). */
export type ExplainAnswer =
  | { readonly explanation: Explanation }
  | { readonly explanation: null; readonly choices: readonly string[] }

/** Explains one provider of a dump. @xnu ours: matching with the kernel's own catalogue */
export function explainDump(registry: ImportedRegistry, request: ExplainRequest): ExplainAnswer {
  const dump = dumpWorld(registry, request.kexts ?? [])
  const named = dump.entries.map((entry) => ({ id: entry.row.id, path: entry.path, entry }))
  return answer(findProvider(named, request.provider), ({ entry }) => dumpSubject(dump, entry), request)
}

/** The explanation where one provider was found; else the choices. */
export function answer<T extends NamedProvider>(
  found: readonly T[], subjectOf: (one: T) => ExplainSubject, request: ExplainRequest,
): ExplainAnswer {
  const [one] = found
  if (one === undefined || found.length > 1) {
    return { explanation: null, choices: found.map(({ path }) => path) }
  }
  return { explanation: explainNub(subjectOf(one), request.personality ?? null) }
}

/** The subject of an entry by its id in a snapshot of the dump; null where it is none of the service plane. */
export function dumpSubjectOf(dump: DumpWorld, id: number): ExplainSubject | null {
  const entry = dump.entries.find(({ row }) => shownId(row) === id)
  return entry === undefined ? null : dumpSubject(dump, entry)
}

/** All that an explanation of one entry depends on. */
export function dumpSubject(dump: DumpWorld, entry: DumpEntry): ExplainSubject {
  const lineage = lineageOf(entry)
  const places = new Map(lineage.map((one, place) => [one, place]))
  return {
    id: entry.row.id === 0 ? null : entry.row.id, path: entry.path, classes: dump.classes,
    planes: dump.planes,
    lineage: lineage.map(({ row, className, parents }) => ({
      name: row.name, location: row.location, className, id: row.id, state: row.state ?? 0,
      properties: row.properties, parents: parents.map((parent) => places.get(parent)!),
    })),
    personalities: dump.personalities, isPublished: isPublished(entry),
    turnedAway: new Set(), loaded: dump.bundles,
    shown: dump.drivers.filter(({ provider }) => provider === entry)
      .map(({ ioClass, category }) => ({ ioClass, category })),
  }
}

/** The entry and everything above it, a root first and the entry last. */
function lineageOf(entry: DumpEntry): DumpEntry[] {
  const above = new Set<DumpEntry>([entry])
  for (const one of above) for (const parent of one.parents) above.add(parent)
  return [...above].toReversed()
}
