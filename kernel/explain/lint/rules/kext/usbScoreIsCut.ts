import type { LintRule } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'
import { isForUsb, ofEach } from './personalities.ts'

const CUT_FROM = 10_000

/** A USB score of 10000 and more counts as 9000. */
export const usbScoreIsCut: LintRule<KextSubject> = {
  id: 'WB202', severity: 'warning',
  title: 'A USB score of 10000 and more counts as 9000',
  why: 'The family adds its own points for the pattern; a personality’s own score cannot lift it '
    + 'over the next row.',
  fix: 'Name more of the device (bcdDevice, interface number), or use an IOMatchCategory of your '
    + 'own.',
  check: (subject) => ofEach(subject, (one) => {
    const score = Number(one.score ?? 0)
    if (!isForUsb(one) || !(score >= CUT_FROM)) return []
    return [{ key: 'IOProbeScore', message: `IOProbeScore ${one.score} counts as 9000.` }]
  }),
}
