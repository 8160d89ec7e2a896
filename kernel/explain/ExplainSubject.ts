import type { ImportedDictionary } from '../importers/index.ts'
import type { ClassTable } from './classes/ClassTable.ts'
import type { NubFacts, PersonalityFacts } from './world/MatchWorld.ts'

/** A driver that is known to run on the provider. */
export interface ShownDriver {
  readonly ioClass: string
  readonly category: string
}

/**
 * One provider and the personalities that are tried on it: all that an explanation depends on. Plain data.
 */
export interface ExplainSubject {
  readonly id: number | null
  readonly path: string
  /** The providers above, from a root down, and the provider itself last. */
  readonly lineage: readonly NubFacts[]
  readonly classes: ClassTable
  /** Planes of the machine: whether it has ACPI changes a rule. */
  readonly planes: readonly string[]
  /** In order of arrival; names are unique. */
  readonly personalities: readonly PersonalityFacts[]
  /** Whether drivers are looked for at all. */
  readonly isPublished: boolean
  /** What a dump or a machine shows on it. */
  readonly shown: readonly ShownDriver[]
  /** Bundles that are known to have been there. */
  readonly loaded: ReadonlySet<string | null>
  /** Names of personalities that must have been turned away by their own code, by what is shown. */
  readonly turnedAway: ReadonlySet<string>
}

/** The provider of a subject. */
export function providerOf({ lineage }: ExplainSubject): NubFacts {
  return lineage.at(-1)!
}

/** Gives every personality a name of its own: the second of a name is `name (2)`. */
export function withUniqueNames(personalities: readonly PersonalityFacts[]): PersonalityFacts[] {
  const counts = new Map<string, number>()
  return personalities.map((one) => {
    const count = (counts.get(one.name) ?? 0) + 1
    counts.set(one.name, count)
    return count === 1 ? one : { ...one, name: `${one.name} (${count})` }
  })
}

/** A text under a key; null for anything else. */
export function textUnder(table: ImportedDictionary, key: string): string | null {
  const value = table.get(key)
  return typeof value === 'string' ? value : null
}
