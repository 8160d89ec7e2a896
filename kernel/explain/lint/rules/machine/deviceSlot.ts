import type { LintRule } from '../../LintRule.ts'
import type { MachineSubject } from '../../subjects.ts'
import { faultOf } from './faultOf.ts'

/** Slots are valid and taken once. */
export const deviceSlot: LintRule<MachineSubject> = {
  id: 'WB105', severity: 'error', title: 'Slots are valid and taken once',
  why: 'Two functions at one address answer both: neither works.',
  fix: 'Use a free slot in the form that the message shows.',
  check: ({ hasShape, problems }) => !hasShape ? []
    : problems.filter((problem) => /\.slot$/u.test(problem.where)).map(faultOf),
}
