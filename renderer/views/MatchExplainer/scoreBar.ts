import type { ExplainedCandidate, ExplainedTerm } from '../../../kernel/api/index.ts'
import { groupDigits } from '../../format/time.ts'

/** One stretch of a score bar. */
export interface BarPart {
  readonly kind: 'base' | 'more' | 'less'
  /** Of the whole width that the largest score has. */
  readonly share: number
  /** Written into the bar; empty where it would not fit. */
  readonly label: string
}

/** A score as a bar and as words. */
export interface ScoreBar {
  readonly parts: readonly BarPart[]
  /** What is added to or taken from the first part. */
  readonly rest: string
  readonly spoken: string
}

/** Below this share of the width a label has no room. */
const LABEL_SHARE = 0.24

/** The largest sum of what counts for a candidate: the width that all bars share. */
export function largestScore(candidates: readonly ExplainedCandidate[]): number {
  return Math.max(
    1,
    ...candidates.map(({ terms }) => terms.reduce((sum, { value }) => sum + Math.max(0, value), 0)),
  )
}

/** A number as it is written everywhere: `109 000`, with a true minus. */
export function scoreText(score: number): string {
  const digits = groupDigits(Math.abs(score))
  return score < 0 ? `−${digits}` : digits
}

/** What a term is about, in a word or two. */
export function termTitle({ name }: ExplainedTerm): string {
  if (name.startsWith('IOProbeScore')) return name.endsWith('cut') ? 'plist, cut' : 'plist'
  if (/idProductMask/u.test(name)) return 'mask'
  if (/"\*"/u.test(name)) return 'wildcard'
  if (/idVendor.*idProduct/u.test(name)) return /bcdDevice/u.test(name) ? 'ids, release' : 'ids'
  if (/b(?:Device|Interface)(?:Sub)?Class/u.test(name))
    return /idVendor/u.test(name) ? 'vendor class' : 'class'
  return name
}

/** The bar of one candidate; null for one without a score. */
export function scoreBar({ score, terms }: ExplainedCandidate, largest: number): ScoreBar | null {
  if (score === null) return null
  const gains = terms.filter(({ value }) => value > 0).toSorted((a, b) => b.value - a.value)
  const losses = terms.filter(({ value }) => value < 0)
  const [base, ...more] = gains
  const share = (value: number): number => Math.abs(value) / largest
  const part = (kind: BarPart['kind'], term: ExplainedTerm): BarPart => {
    const text = `${scoreText(term.value)} ${termTitle(term)}`
    return {
      kind,
      share: share(term.value),
      label: kind === 'base' && share(term.value) > LABEL_SHARE ? text : '',
    }
  }
  const lost = losses.reduce((sum, { value }) => sum + share(value), 0)
  const parts = [
    ...(base === undefined ? [] : [part('base', base)]),
    ...more.map((term) => part('more', term)),
    ...losses.map((term) => part('less', term)),
  ]
  const first = parts[0]
  // What is taken away lies over the end of the first part, so that the bar ends at the sum.
  const shown =
    first === undefined ? [] : [{ ...first, share: Math.max(0, first.share - lost) }, ...parts.slice(1)]
  return { parts: shown, rest: restText(base, more, losses, first), spoken: spokenSum(score, terms) }
}

function restText(
  base: ExplainedTerm | undefined,
  more: readonly ExplainedTerm[],
  losses: readonly ExplainedTerm[],
  first: BarPart | undefined,
): string {
  if (base === undefined) return losses.length === 0 ? 'no score asked for' : losses.map(signed).join(' ')
  const outside = first?.label === '' ? `${scoreText(base.value)} ${termTitle(base)}` : ''
  return [outside, ...[...more, ...losses].map(signed)].filter((text) => text !== '').join(' ')
}

function signed(term: ExplainedTerm): string {
  return `${term.value < 0 ? '−' : '+'} ${scoreText(Math.abs(term.value))} ${termTitle(term)}`
}

/** A sum as words: `100 000 ids + 9 000 plist`. */
export function spokenSum(score: number, terms: readonly ExplainedTerm[]): string {
  const words = terms
    .filter(({ value }) => value !== 0)
    .map((term, index) => {
      const text = `${scoreText(Math.abs(term.value))} ${termTitle(term)}`
      return index === 0 && term.value > 0 ? text : `${term.value < 0 ? '−' : '+'} ${text}`
    })
  return words.length === 0 ? scoreText(score) : `${words.join(' ')} = ${scoreText(score)}`
}
