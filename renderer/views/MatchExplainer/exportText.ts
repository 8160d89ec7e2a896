import type { CounterfactualEdit, ExplainedCandidate, ExplainReply } from '../../../kernel/api/index.ts'
import { plural } from '../../format/text.ts'
import { editTitle } from './editText.ts'
import type { IdentityFact } from './identity.ts'
import { TRUST } from './reasons.ts'
import { spokenSum } from './scoreBar.ts'

/** All that an export tells. */
export interface ExportParts {
  readonly reply: ExplainReply
  readonly facts: readonly IdentityFact[]
  readonly edits: readonly CounterfactualEdit[]
  /** Where the registry is from: a file or a machine. */
  readonly from: string
}

/** The explanation as text for a forum: fits a code block, no line is needed twice. */
export function forumText({ reply, facts, edits, from }: ExportParts): string {
  const { provider, verdict, candidates, counterfactuals, rule } = reply.explanation
  const near = candidates.filter(({ reason }) => reason !== 'CLASS')
  const id = provider.id === null ? '' : `, id 0x${provider.id.toString(16)}`
  const lines = [
    verdict,
    '',
    `${provider.className} ${provider.name}${id}`,
    provider.path,
    `from ${from}`,
    ...facts.map(
      ({ label, value, meaning }) => `  ${label}: ${value}${meaning === '' ? '' : ` (${meaning})`}`,
    ),
    ...(edits.length === 0 ? [] : ['', 'What if', ...edits.map((edit) => `  ${editTitle(edit)}`)]),
    '',
    `${plural(near.length, 'candidate')}, ${candidates.length - near.length} of another class left out`,
    ...near.flatMap(candidateLines),
    ...(rule === null
      ? []
      : [
          '',
          `Rule: ${rule.family}, ${TRUST[rule.confidence].title.toLowerCase()} (${rule.source})`,
          `  ${rule.note}`,
        ]),
    ...(counterfactuals.length === 0 ? [] : ['', 'What would change it']),
    ...counterfactuals.flatMap(({ edit, outcome }) => [`  ${edit}`, `    ${outcome}`]),
  ]
  return `${lines.join('\n')}\n`
}

function candidateLines({
  personality,
  bundle,
  reason,
  score,
  terms,
  text,
  category,
}: ExplainedCandidate): string[] {
  const own = category === 'IODefaultMatchCategory' ? '' : `, category ${category}`
  const sum = score === null ? [] : [`    ${spokenSum(score, terms)}`]
  return [`  [${reason}] ${personality} (${bundle ?? 'no bundle'}${own})`, ...sum, `    ${text}`]
}

/** The explanation as a JSON document, wide numbers as text. */
export function explanationJson({ reply, edits, from }: ExportParts): string {
  return `${JSON.stringify(
    { from, edits, ...reply.explanation },
    (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
    2,
  )}\n`
}
