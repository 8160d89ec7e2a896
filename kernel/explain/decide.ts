import type { ExplainedTerm, MatchVerdictCode, RuleTrust } from '../api/index.ts'
import { EMPTY_DICTIONARY } from '../importers/index.ts'
import { providerOf, type ExplainSubject } from './ExplainSubject.ts'
import { refusalOf } from './refusal.ts'
import { knownRefusal, type ProviderFacts } from './rulePacks/index.ts'
import { MatchWorld, ruleOf, type JudgedPersonality } from './world/MatchWorld.ts'

/** What became of one personality. */
export interface Judgement {
  readonly judged: JudgedPersonality
  readonly code: MatchVerdictCode
  readonly text: string
  readonly category: string
  /** Place in its category from 1; null without a match. */
  readonly rank: number | null
  readonly trust: RuleTrust
  /** Where the rule that decided stands; null where only keys of IOService did. */
  readonly rule: string | null
}

/** What matching comes to for one provider. */
export interface Decision {
  readonly judgements: readonly Judgement[]
  /** The one that drives the provider, by category. */
  readonly winners: ReadonlyMap<string, Judgement>
}

/** All personalities of a subject as they fared, and those that matched in order of probing, by category. */
export interface Trial {
  readonly judged: readonly JudgedPersonality[]
  readonly ranked: ReadonlyMap<string, readonly JudgedPersonality[]>
}

/** Matches all personalities of a subject in a world of its own; on wish every key is kept. */
export function tryAll(
  { lineage, classes, planes, personalities }: ExplainSubject, keepsAllKeys = false,
): Trial {
  const world = new MatchWorld(lineage, classes, planes)
  world.load(personalities)
  const judged = world.judge(lineage.length - 1, keepsAllKeys)
  const byFacts = new Map(judged.map((one) => [one.facts, one]))
  const inOrder = world.candidates(lineage.length - 1).map(({ facts }) => byFacts.get(facts)!)
  return { judged, ranked: Map.groupBy(inOrder, ({ personality }) => personality.category) }
}

/** Lets the personalities of each category compete. */
export function decide(subject: ExplainSubject, trial = tryAll(subject)): Decision {
  const compete = new Competition(subject, trial.ranked)
  const judgements = trial.judged.map((one) => compete.judge(one))
  const winners = new Map(judgements.filter(({ code }) => code === 'WON').map((one) => [one.category, one]))
  return { judgements, winners }
}

const OPEN: { readonly trust: RuleTrust; readonly rule: null } = { trust: 'open source', rule: null }

type Fate = Pick<Judgement, 'code' | 'text' | 'trust' | 'rule'>

class Competition {
  private readonly provider: ProviderFacts
  private readonly firsts = new Map<string, JudgedPersonality | null>()

  constructor(
    private readonly subject: ExplainSubject,
    private readonly ranked: ReadonlyMap<string, readonly JudgedPersonality[]>,
  ) {
    const nub = providerOf(subject)
    const classes = subject.classes.chain(nub.className)
    this.provider = { classes, properties: nub.properties ?? EMPTY_DICTIONARY }
  }

  judge(judged: JudgedPersonality): Judgement {
    const { category } = judged.personality
    const refusal = refusalOf(judged.outcome)
    if (refusal !== null) {
      const trust = this.trustOf(refusal.code)
      return { judged, code: refusal.code, text: refusal.text, category, rank: null, ...trust }
    }
    const rank = this.ranked.get(category)!.indexOf(judged) + 1
    return { judged, category, rank, ...this.fate(judged, category) }
  }

  /** What happens to one whose keys all agree. */
  private fate(judged: JudgedPersonality, category: string): Fate {
    if (!this.subject.isPublished) {
      return { code: 'INACTIVE', text: 'The provider is not registered: no driver is looked for.', ...OPEN }
    }
    const known = knownRefusal(judged.personality.className, this.provider)
    if (known !== null) return { code: known.step, text: known.text, trust: known.trust, rule: known.source }
    if (this.subject.turnedAway.has(judged.facts.name)) {
      const text = 'All keys agree, but it is not there: its own probe or start must have said no.'
      return { code: 'PROBE', text, trust: 'inferred', rule: null }
    }
    const first = this.firstOf(category)!
    const { score } = judged.outcome
    const trust = this.trustOf('FAMILY')
    if (first === judged) {
      return { code: 'WON', text: `It comes first in ${category} with ${score}.`, ...trust }
    }
    const rival = first.facts.name
    const text = first.outcome.score === score
      ? `${rival} has the same score and arrived earlier in the catalogue.`
      : `${rival} comes first with ${first.outcome.score} against ${score}.`
    return { code: 'SCORE', text, ...trust }
  }

  /** The first of a category that is not known to refuse. */
  private firstOf(category: string): JudgedPersonality | null {
    let first = this.firsts.get(category)
    if (first === undefined) {
      const list = this.ranked.get(category) ?? []
      first = list.find((one) => this.mayCome(one)) ?? null
      this.firsts.set(category, first)
    }
    return first
  }

  private mayCome({ facts, personality }: JudgedPersonality): boolean {
    if (this.subject.turnedAway.has(facts.name)) return false
    return knownRefusal(personality.className, this.provider) === null
  }

  /** The family has a say in names and in its own keys; all else is IOService's own. */
  private trustOf(code: MatchVerdictCode): { readonly trust: RuleTrust; readonly rule: string | null } {
    if (code !== 'FAMILY' && code !== 'NAME' && code !== 'RES' && code !== 'TUNNEL') return OPEN
    const rule = ruleOf(this.subject.classes, providerOf(this.subject).className)
    return rule === null ? OPEN : { trust: rule.confidence, rule: rule.source }
  }
}

/**
 * Draws the conclusion from what is shown: what comes before the driver that is there, and what is not
 * there although it matches, was turned away by its own code. Personalities that were only given, of bundles
 * that were not there, are no evidence of anything.
 */
export function withEvidence(subject: ExplainSubject, { ranked }: Trial): ExplainSubject {
  if (!subject.isPublished) return subject
  const turnedAway = new Set<string>()
  const wasThere = ({ facts }: JudgedPersonality): boolean =>
    facts.from !== 'kext' || subject.loaded.has(facts.bundle)
  for (const [category, matching] of ranked) {
    const shown = subject.shown.filter((one) => one.category === category).map(({ ioClass }) => ioClass)
    const at = matching.findIndex(({ personality }) => shown.includes(personality.className ?? ''))
    const before = at === -1 ? matching.filter(({ facts }) => facts.from !== 'kext') : matching.slice(0, at)
    for (const { facts } of before.filter(wasThere)) turnedAway.add(facts.name)
  }
  return { ...subject, turnedAway }
}

/** The terms of a score, the personality's own first; their sum is the score. */
export function termsOf({ personality, outcome }: JudgedPersonality): ExplainedTerm[] {
  const family = outcome.terms
  const countsOwn = family.some(({ name }) => name.startsWith('IOProbeScore'))
  const own = { name: 'IOProbeScore', value: personality.score, source: 'the personality' }
  const all = countsOwn ? [...family] : [own, ...family]
  const rest = outcome.score - all.reduce((sum, { value }) => sum + value, 0)
  return rest === 0 ? all : [...all, { name: 'other', value: rest, source: 'the family' }]
}
