import type { FamilyMatcher } from './MatchableEntry.ts'

/**
 * How far a family's matching rule can be relied on: read in Apple's source, concluded from documents,
 * headers or an older source, or concluded from what real dumps show alone.
 */
export type RuleConfidence = 'open source' | 'inferred' | 'closed'

/**
 * What `IONameMatch` is compared with: the name in the registry, or the texts of the device tree's name
 * properties.
 */
export type NameRule = 'registry name' | 'device tree'

/**
 * How the nubs of one family answer a matching dictionary, apart from any driver: so that a nub that was
 * only read from a dump can be matched too.
 */
export interface FamilyRule {
  readonly family: string
  /** Classes of the nubs; the rule holds for their subclasses as well. */
  readonly providerClasses: readonly string[]
  /** The family's keys; null when it has none beside the generic ones. */
  readonly matcher: FamilyMatcher | null
  readonly names: NameRule
  /** Keys of a personality that the rule looks at. */
  readonly keys: readonly string[]
  readonly confidence: RuleConfidence
  /** Where it was read: project, version, file and function. */
  readonly source: string
  /** What somebody who reads an explanation should know beside. */
  readonly note: string
}
