/**
 * Why a personality came to drive a provider or did not: `WON`, or the step at which it was dropped. `LOST`
 * codes of steps that need the driver's code (INIT, ATTACH, PROBE, START) are never concluded for a dump,
 * only offered.
 */
export type MatchVerdictCode =
  | 'WON' | 'GATE' | 'CLASS' | 'NAME' | 'PROP' | 'RES' | 'PARENT' | 'LOCATION' | 'PATH' | 'ID' | 'COUNT'
  | 'BSD' | 'HIDDEN' | 'EXCLAVE' | 'FAMILY' | 'TUNNEL' | 'CATEGORY' | 'DEXT-OFF' | 'DEXT-DAEMON' | 'DEXT-LIMIT'
  | 'INACTIVE' | 'STALL' | 'NOCLASS' | 'INIT' | 'ATTACH' | 'PROBE' | 'SCORE' | 'START' | 'DEFER'

/** How far a rule can be relied on. */
export type RuleTrust = 'open source' | 'inferred' | 'closed'

/** One term of a score. */
export interface ExplainedTerm {
  readonly name: string
  readonly value: number
  /** Project, version, file and function; or the property list. */
  readonly source: string
}

/** One personality and what became of it. */
export interface ExplainedCandidate {
  readonly personality: string
  readonly bundle: string | null
  readonly ioClass: string | null
  readonly category: string
  readonly verdict: 'won' | 'lost'
  readonly reason: MatchVerdictCode
  /** The sentence that goes with the reason. */
  readonly text: string
  /** The key that decided; null where it was no key. */
  readonly key: string | null
  readonly wanted: string | null
  readonly found: string | null
  /** Null for a personality that did not match. */
  readonly score: number | null
  readonly terms: readonly ExplainedTerm[]
  /**
   * Place in the order in which drivers are probed within the category, from 1; null for one that did not
   * match.
   */
  readonly rank: number | null
  readonly confidence: RuleTrust
  /** The rule that decided, for a link to its text; null where only the generic keys count. */
  readonly rule: string | null
  /** Where the personality was taken from. */
  readonly from: 'dump' | 'kext' | 'machine'
}

/** Smallest edit that changes the outcome. Applied, it does: the result was worked out by matching again. */
export interface ExplainedCounterfactual {
  /** The sentence. */
  readonly edit: string
  readonly change: CounterfactualEdit
  /** What then happens. */
  readonly outcome: string
  /** The personality whose fate turns. */
  readonly personality: string
}

/** An edit as data, so that it can be applied. Values are as text in the notation of the explanation. */
export type CounterfactualEdit =
  | { readonly kind: 'providerProperty'; readonly key: string; readonly value: string }
  | { readonly kind: 'providerName'; readonly value: string }
  | {
    readonly kind: 'personalityKey'
    readonly personality: string
    readonly key: string
    readonly value: string
  }
  | { readonly kind: 'removeKey'; readonly personality: string; readonly key: string }
  | { readonly kind: 'removePersonality'; readonly personality: string }
  | { readonly kind: 'loadBundle'; readonly bundle: string }

/** The provider that is explained. */
export interface ExplainedProvider {
  readonly id: number | null
  readonly path: string
  readonly name: string
  readonly className: string
  /** Its class and superclasses, nearest first. */
  readonly classChain: readonly string[]
  /** How the chain is known. */
  readonly classSource: string
}

/** Everything that matching decided for one provider. */
export interface Explanation {
  readonly provider: ExplainedProvider
  /** One sentence. */
  readonly verdict: string
  readonly candidates: readonly ExplainedCandidate[]
  readonly counterfactuals: readonly ExplainedCounterfactual[]
}
