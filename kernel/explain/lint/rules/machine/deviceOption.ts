import type { LintRule } from '../../LintRule.ts'
import type { MachineSubject } from '../../subjects.ts'
import { faultOf } from './faultOf.ts'

/** Options are known and valid. */
export const deviceOption: LintRule<MachineSubject> = {
  id: 'WB106', severity: 'error', title: 'Options are known and valid',
  why: 'An option that the part does not have is a mistake in writing; a value out of range cannot be built.',
  fix: 'Use an option and value of the list in the message.',
  check: ({ hasShape, problems }) => !hasShape ? []
    : problems.filter((problem) => /\.options(?:\.|$)/u.test(problem.where)).map(faultOf),
}
