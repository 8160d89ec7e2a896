import type { PanicFacts, PanicReport } from '../../api/index.ts'
import { panicFingerprint } from '../fingerprint/index.ts'
import { judgePanic, subjectOf } from './judgePanic.ts'

/** A panic as read, with its verdict and fingerprint. `lines` are the report's, as numbered in the facts. */
export function explainPanic(facts: PanicFacts, lines: readonly string[]): PanicReport {
  const verdict = judgePanic(facts, lines)
  return {
    ...facts,
    verdict,
    fingerprint: panicFingerprint(verdict.rule === 'bridge' ? facts : subjectOf(facts), verdict.class),
  }
}
