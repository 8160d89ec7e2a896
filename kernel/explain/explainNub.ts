import type { CounterfactualEdit, ExplainedCandidate, ExplainedRule, Explanation } from '../api/index.ts'
import { classSourceText } from './classes/ClassTable.ts'
import { counterfactuals } from './counterfactuals.ts'
import { decide, termsOf, tryAll, withEvidence, type Decision, type Judgement } from './decide.ts'
import { applyEdit } from './edits.ts'
import { providerOf, type ExplainSubject } from './ExplainSubject.ts'
import { ruleOf } from './world/MatchWorld.ts'

/** How far a personality came, for the order of the list: the farther the smaller. */
const STEPS = [
  'WON', 'SCORE', 'START', 'PROBE', 'INACTIVE', 'CATEGORY', 'LOCATION', 'PARENT', 'TUNNEL', 'FAMILY', 'RES',
]

function stepOf({ code }: Judgement): number {
  if (code === 'CLASS') return STEPS.length + 1
  const at = STEPS.indexOf(code)
  return at === -1 ? STEPS.length : at
}

/**
 * Explains one provider: every personality with the step that decided about it, the terms of its score and
 * how far the rule can be relied on, and the smallest edits that would change the outcome, found by
 * matching again. `focus` names the personality whose fate is to be turned; without it the winners and the
 * nearest losers are looked at. `edits` are made after the conclusions from what is shown: what would be.
 */
export function explainNub(
  given: ExplainSubject, focus: string | null = null, edits: readonly CounterfactualEdit[] = [],
): Explanation {
  const shown = tryAll(given, true)
  const subject = edits.reduce(applyEdit, withEvidence(given, shown))
  const decision = decide(subject, edits.length === 0 ? shown : tryAll(subject, true))
  const nub = providerOf(subject)
  const ordered = decision.judgements.toSorted((a, b) => stepOf(a) - stepOf(b)
    || b.judged.outcome.score - a.judged.outcome.score)
  return {
    provider: {
      id: subject.id, path: subject.path, name: nub.name, className: nub.className,
      classChain: subject.classes.chain(nub.className),
      classSource: classSourceText(subject.classes.sourceOf(nub.className)),
    },
    verdict: verdictOf(subject, decision, ordered),
    rule: ruleFor(subject),
    candidates: ordered.map(candidateOf),
    counterfactuals: counterfactuals(subject, decision, focusOf(ordered, focus)),
  }
}

/** How many losers edits are looked for when nobody names one. */
const NEAR_LOSERS = 3

function focusOf(ordered: readonly Judgement[], focus: string | null): readonly Judgement[] {
  if (focus !== null) return ordered.filter(({ judged }) => judged.facts.name === focus)
  const losers = ordered.filter(({ code }) => code !== 'WON' && code !== 'CLASS')
  return [...ordered.filter(({ code }) => code === 'WON'), ...losers.slice(0, NEAR_LOSERS)]
}

function ruleFor(subject: ExplainSubject): ExplainedRule | null {
  const nub = providerOf(subject)
  const rule = ruleOf(subject.classes, nub.className)
  if (rule === null) return null
  const { family, providerClasses, keys, note, source, confidence } = rule
  const providerClass = subject.classes.chain(nub.className).find((name) => providerClasses.includes(name))
  return { family, providerClass: providerClass ?? nub.className, keys, note, source, confidence }
}

function candidateOf(judgement: Judgement): ExplainedCandidate {
  const { judged, code, text, category, rank, trust, rule } = judgement
  const { facts, personality, outcome } = judged
  const { decisive } = outcome
  return {
    personality: facts.name, bundle: facts.bundle, ioClass: personality.className, category,
    verdict: code === 'WON' ? 'won' : 'lost', reason: code, text,
    key: decisive?.key ?? null, wanted: decisive?.wanted ?? null, found: decisive?.found ?? null,
    asked: outcome.asked,
    score: rank === null ? null : outcome.score, terms: rank === null ? [] : termsOf(judged), rank,
    confidence: trust, rule, from: facts.from,
  }
}

function verdictOf(subject: ExplainSubject, { winners }: Decision, ordered: readonly Judgement[]): string {
  const { name } = providerOf(subject)
  if (!subject.isPublished) return `${name} is not registered: no driver is looked for.`
  if (winners.size === 0) return noneText(name, ordered)
  const parts = [...winners.values()].map((winner) => {
    const { facts, outcome } = winner.judged
    const where = winner.category === 'IODefaultMatchCategory' ? '' : ` in ${winner.category}`
    return `${facts.name} (${outcome.score})${where}`
  })
  return `${list(parts)} ${winners.size === 1 ? 'drives' : 'drive'} ${name}.`
}

function noneText(name: string, ordered: readonly Judgement[]): string {
  const nearest = ordered.find(({ code }) => code !== 'CLASS')
  if (nearest === undefined) return `No driver for ${name}: no personality asks for its class.`
  const nearestName = nearest.judged.facts.name
  return `No driver for ${name}: the nearest, ${nearestName}, did not come to it. ${nearest.text}`
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}
