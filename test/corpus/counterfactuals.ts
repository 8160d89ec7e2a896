import type { ImportedRegistry } from '../../kernel/importers/index.ts'
import { applyEdit } from '../../kernel/explain/edits.ts'
import { decide, tryAll, withEvidence } from '../../kernel/explain/decide.ts'
import { dumpSubject } from '../../kernel/explain/explainDump.ts'
import { explainNub } from '../../kernel/explain/explainNub.ts'
import { dumpWorld } from '../../kernel/explain/rematch/DumpWorld.ts'
import type { PersonalityFacts } from '../../kernel/explain/world/MatchWorld.ts'

/** Every edit that every explanation of a dump proposes, made, and whether matching anew then says what it promised. */
export interface CounterfactualTally {
  readonly explanations: number
  readonly edits: number
  /** `personality on path: edit` of those that did not turn the outcome. */
  readonly broken: readonly string[]
}

/**
 * Explains every entry of a dump and makes every edit that is proposed for it, with the whole matcher and all
 * personalities: what is concluded from the dump stays, as in the app.
 */
export function makeAllEdits(registry: ImportedRegistry, kexts: readonly PersonalityFacts[] = []): CounterfactualTally {
  const dump = dumpWorld(registry, kexts)
  const broken: string[] = []
  let explanations = 0
  let edits = 0
  for (const entry of dump.entries) {
    const subject = dumpSubject(dump, entry)
    const explanation = explainNub(subject)
    const concluded = withEvidence(subject, tryAll(subject))
    if (explanation.counterfactuals.length > 0) explanations++
    for (const { changes, personality, edit } of explanation.counterfactuals) {
      edits++
      const won = explanation.candidates.some((one) => one.personality === personality && one.verdict === 'won')
      const after = [...decide(changes.reduce(applyEdit, concluded)).winners.values()]
      const wins = after.some(({ judged }) => judged.facts.name === personality)
      if (wins === won) broken.push(`${personality} on ${entry.path}: ${edit}`)
    }
  }
  return { explanations, edits, broken }
}
