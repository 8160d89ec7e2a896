import type { LintRule } from '../../LintRule.ts'
import type { MachineSubject } from '../../subjects.ts'
import { faultOf } from './faultOf.ts'

/** Device ids are unique. */
export const deviceId: LintRule<MachineSubject> = {
  id: 'WB102', severity: 'error', title: 'Device ids are unique',
  why: 'Two devices with one id: nothing can be hung below either of them.',
  fix: 'Give one of them another id.',
  check: ({ hasShape, problems }) => !hasShape ? []
    : problems.filter((problem) => /\.id$/u.test(problem.where)).map(faultOf),
}
