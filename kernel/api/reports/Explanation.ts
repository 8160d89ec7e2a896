/**
 * Why a personality came to drive a provider or did not: `WON`, or the step at which it was dropped. `LOST`
 * codes of steps that need the driver's code (INIT, ATTACH, PROBE, START) are never concluded for a dump,
 * only offered.
 */
export type MatchVerdictCode =
  | 'WON' | 'GATE' | 'CLASS' | 'NAME' | 'PROP' | 'RES' | 'PARENT' | 'LOCATION' | 'PATH' | 'ID' | 'COUNT'
  | 'BSD' | 'HIDDEN' | 'EXCLAVE' | 'FAMILY' | 'TUNNEL' | 'CATEGORY' | 'DEXT-OFF' | 'DEXT-DAEMON'
  | 'DEXT-LIMIT' | 'INACTIVE' | 'STALL' | 'NOCLASS' | 'INIT' | 'ATTACH' | 'PROBE'
  | 'SCORE' | 'START' | 'DEFER'

/** How far a rule can be relied on. */
export type RuleTrust = 'open source' | 'inferred' | 'closed'

/** One term of a score. */
export interface ExplainedTerm {
  readonly name: string
  readonly value: number
  /** Project, version, file and function; or the property list. */
  readonly source: string
}

/** One key that was compared, in the order of asking. */
export interface ExplainedKey {
  readonly key: string
  readonly wanted: string | null
  readonly found: string | null
  readonly agrees: boolean
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
  /** Every key that was compared, up to the one that refused. */
  readonly asked: readonly ExplainedKey[]
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

/** A value of an edit; bytes are hexadecimal digits. */
export type EditValue = string | number | boolean | { readonly data: string }

/** An edit as data, so that it can be applied. Personalities go by their name in the explanation. */
export type CounterfactualEdit =
  | { readonly kind: 'providerProperty'; readonly key: string; readonly value: EditValue }
  | { readonly kind: 'removeProviderProperty'; readonly key: string }
  | { readonly kind: 'providerName'; readonly value: string }
  | {
    readonly kind: 'personalityKeys'
    readonly personality: string
    readonly keys: readonly { readonly key: string; readonly value: EditValue }[]
  }
  | { readonly kind: 'removeKey'; readonly personality: string; readonly key: string }
  | { readonly kind: 'removePersonality'; readonly personality: string }

/** Smallest edits that change the outcome. Applied, they do: the result was worked out by matching again. */
export interface ExplainedCounterfactual {
  /** The edits as a sentence. */
  readonly edit: string
  readonly changes: readonly CounterfactualEdit[]
  /** What then happens, as a sentence. */
  readonly outcome: string
  /** The personality that comes to drive the provider or ceases to. */
  readonly personality: string
}

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

/** How the family of the provider answers a matching dictionary. */
export interface ExplainedRule {
  readonly family: string
  readonly providerClass: string
  /** Keys of a personality that the family compares. */
  readonly keys: readonly string[]
  readonly note: string
  /** Project, version, file and function. */
  readonly source: string
  readonly confidence: RuleTrust
}

/** Everything that matching decided for one provider. */
export interface Explanation {
  readonly provider: ExplainedProvider
  /** One sentence. */
  readonly verdict: string
  /** Null where only the keys of IOService count. */
  readonly rule: ExplainedRule | null
  readonly candidates: readonly ExplainedCandidate[]
  readonly counterfactuals: readonly ExplainedCounterfactual[]
}
