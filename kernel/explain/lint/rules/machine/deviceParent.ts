import type { LintRule } from '../../LintRule.ts'
import type { MachineSubject } from '../../subjects.ts'
import { faultOf } from './faultOf.ts'

/** Devices hang below parents that take them. */
export const deviceParent: LintRule<MachineSubject> = {
  id: 'WB104', severity: 'error', title: 'Devices hang below parents that take them',
  why: 'A device without a place in the tree is never found.',
  fix: 'Name the id of a device that takes this part.',
  check: ({ hasShape, problems }) => !hasShape ? []
    : problems.filter((problem) => /\.parent$/u.test(problem.where)).map(faultOf),
}
