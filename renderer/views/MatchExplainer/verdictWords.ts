import type { ExplainedCandidate, Explanation } from '../../../kernel/api/index.ts'
import { scoreText } from './scoreBar.ts'

/** The verdict as a headline and what goes with it. */
export interface VerdictWords {
  readonly hasDriver: boolean
  readonly lead: string
  readonly more: string
}

/** Who drives the provider and with what, who came close, who is beside in a category of its own. */
export function verdictWords(explanation: Explanation): VerdictWords {
  const { candidates, provider, verdict } = explanation
  const winners = candidates.filter(({ reason }) => reason === 'WON')
  const [main, ...beside] = winners.toSorted((a, b) => categoryRank(a) - categoryRank(b))
  if (main === undefined) {
    const at = verdict.indexOf(': ')
    return at === -1
      ? { hasDriver: false, lead: verdict, more: '' }
      : { hasDriver: false, lead: `${verdict.slice(0, at)}.`, more: capital(verdict.slice(at + 2)) }
  }
  const score = main.score === null ? '' : ` with ${scoreText(main.score)}`
  const where = isDefault(main) ? '' : ` in ${main.category}`
  return {
    hasDriver: true,
    lead: `${main.personality} drives ${provider.name}${where}${score}.`,
    more: [secondText(main, candidates), besideText(beside)].filter((text) => text !== '').join(' '),
  }
}

/** What some edits come to: who drives the provider now, and who no longer does. */
export function differenceWords(before: Explanation, after: Explanation): string {
  const [old, now] = [before, after].map(
    ({ candidates }) =>
      new Map(
        candidates.filter(({ reason }) => reason === 'WON').map((one) => [one.personality, one.score]),
      ),
  )
  const comes = [...(now?.keys() ?? [])].filter((name) => old?.has(name) !== true)
  const goes = [...(old?.keys() ?? [])].filter((name) => now?.has(name) !== true)
  if (comes.length + goes.length > 0) {
    return [
      comes.length > 0 ? `Comes: ${comes.join(', ')}.` : '',
      goes.length > 0 ? `Goes: ${goes.join(', ')}.` : '',
    ]
      .filter((text) => text !== '')
      .join(' ')
  }
  const isSame = [...(now ?? [])].every(([name, score]) => old?.get(name) === score)
  return isSame
    ? 'The same drivers with the same scores as without the changes.'
    : 'The same drivers with other scores.'
}

const isDefault = ({ category }: ExplainedCandidate): boolean => category === 'IODefaultMatchCategory'
const categoryRank = (one: ExplainedCandidate): number => (isDefault(one) ? 0 : 1)

function secondText(main: ExplainedCandidate, candidates: readonly ExplainedCandidate[]): string {
  const others = candidates.filter(
    ({ category, reason }) => category === main.category && reason === 'SCORE',
  )
  const [second] = others.toSorted((a, b) => (a.rank ?? 0) - (b.rank ?? 0))
  if (second?.score === undefined || second.score === null) return ''
  if (second.score === main.score) return `${second.personality} has the same score and arrived later.`
  return `${second.personality} matches too but comes to ${scoreText(second.score)}.`
}

function besideText(beside: readonly ExplainedCandidate[]): string {
  const names = beside.map(({ personality }) => personality)
  if (names.length === 0) return ''
  if (names.length === 1) return `${names[0]} attaches beside it in a category of its own.`
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)} attach beside it in categories of their own.`
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
