import type { CounterfactualEdit, ExplainedCounterfactual } from '../api/index.ts'
import { decide, type Decision, type Judgement } from './decide.ts'
import { applyEdit, editText } from './edits.ts'
import { providerOf, type ExplainSubject } from './ExplainSubject.ts'
import { proposalsFor } from './proposals.ts'

/** Edits kept for one personality, tried for it alone, and tried against all others. */
const MAX_KEPT = 3
const MAX_TRIED = 160
const MAX_COMPARED = 24

/**
 * The smallest edits that change what drives the provider: proposed by the reason, kept if matching again
 * says so. For a winner: what would come without it.
 */
export function counterfactuals(
  subject: ExplainSubject, decision: Decision, focus: readonly Judgement[],
): ExplainedCounterfactual[] {
  const all = focus.flatMap((judgement) => {
    const slim = withoutStrangers(subject, decision, judgement)
    if (judgement.code === 'WON') return [withoutWinner(slim, judgement)]
    return turning(slim, judgement, decision)
  })
  const seen = new Set<string>()
  return all.filter(({ edit }) => !seen.has(edit) && seen.add(edit).size > 0)
}

/** The simplest proposals that let a loser win; two edits at once only where one is not enough. */
function turning(
  subject: ExplainSubject, judgement: Judgement, decision: Decision,
): ExplainedCounterfactual[] {
  const { single, aside } = proposalsFor(subject, judgement, decision)
  const fitting = single.slice(0, MAX_TRIED).map((edit) => [edit])
    .filter((changes) => mayMatch(subject, judgement, changes)).slice(0, MAX_COMPARED)
  const one = fitting.map((changes) => turned(subject, judgement, changes)).filter((found) => found !== null)
  if (one.length > 0) return one.slice(0, MAX_KEPT)
  const withAside = fitting.filter(([edit]) => edit?.kind !== 'removePersonality')
    .map((changes) => turned(subject, judgement, [...changes, aside]))
  return withAside.filter((found) => found !== null).slice(0, MAX_KEPT)
}

/** Whether the personality matches at all after the edits, asked without the others: that is soon done. */
function mayMatch(
  subject: ExplainSubject, { judged }: Judgement, changes: readonly CounterfactualEdit[],
): boolean {
  if (changes.some(({ kind }) => kind === 'removePersonality')) return true
  const alone = { ...subject, personalities: subject.personalities.filter((one) => one === judged.facts) }
  return decide(changes.reduce(applyEdit, alone)).winners.size > 0
}

/** Leaves out the personalities of other classes: no edit here lets them match. */
function withoutStrangers(
  subject: ExplainSubject, { judgements }: Decision, focus: Judgement,
): ExplainSubject {
  const relevant = judgements.filter((one) => one.code !== 'CLASS' || one === focus)
  const near = new Set(relevant.map((one) => one.judged.facts))
  return { ...subject, personalities: subject.personalities.filter((one) => near.has(one)) }
}

/** The edits with their outcome when they let the personality win; null when they do not. */
function turned(
  subject: ExplainSubject, { judged }: Judgement, changes: readonly CounterfactualEdit[],
): ExplainedCounterfactual | null {
  const { name } = judged.facts
  const after = decide(changes.reduce(applyEdit, subject))
  const winner = [...after.winners.values()].find((one) => one.judged.facts.name === name)
  if (winner === undefined) return null
  const where = winner.category === 'IODefaultMatchCategory' ? '' : ` in ${winner.category}`
  const outcome = `${name} drives ${providerOf(subject).name}${where} with ${winner.judged.outcome.score}.`
  return { edit: sentence(changes), changes, outcome, personality: name }
}

function withoutWinner(subject: ExplainSubject, { judged, category }: Judgement): ExplainedCounterfactual {
  const { name } = judged.facts
  const changes: CounterfactualEdit[] = [{ kind: 'removePersonality', personality: name }]
  const next = decide(changes.reduce(applyEdit, subject)).winners.get(category)
  const provider = providerOf(subject).name
  const outcome = next === undefined ? `Nothing drives ${provider} in ${category}.`
    : `${next.judged.facts.name} drives ${provider} with ${next.judged.outcome.score}.`
  return { edit: sentence(changes), changes, outcome, personality: name }
}

function sentence(changes: readonly CounterfactualEdit[]): string {
  const text = changes.map(editText).join(', and ')
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
