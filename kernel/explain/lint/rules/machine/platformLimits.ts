import type { LintRule } from '../../LintRule.ts'
import type { MachineSubject } from '../../subjects.ts'
import { faultOf } from './faultOf.ts'

const OF_DEVICES = /\.(?:id|part|parent|slot|options)(?:\.|$)/u

/** What a machine has is what its platform can have. */
export const platformLimits: LintRule<MachineSubject> = {
  id: 'WB107', severity: 'error', title: 'Memory, processors and chip are within the platform',
  why: 'A machine that no such Mac could be does not start.',
  fix: 'Take a value of the range in the message.',
  check: ({ hasShape, problems }) => !hasShape ? []
    : problems.filter((problem) => !OF_DEVICES.test(problem.where)).map(faultOf),
}
