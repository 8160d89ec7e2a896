import type { LintRule } from '../../LintRule.ts'
import type { MachineSubject } from '../../subjects.ts'
import { faultOf } from './faultOf.ts'

/** Parts are known and fit the platform. */
export const devicePart: LintRule<MachineSubject> = {
  id: 'WB103', severity: 'error', title: 'Parts are known and fit the platform',
  why: 'A part that does not exist, or not on this platform, cannot be built.',
  fix: 'Choose a part of the list in the message.',
  check: ({ hasShape, problems }) => !hasShape ? []
    : problems.filter((problem) => /\.part$/u.test(problem.where)).map(faultOf),
}
