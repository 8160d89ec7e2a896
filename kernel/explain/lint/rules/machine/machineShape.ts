import type { LintRule } from '../../LintRule.ts'
import type { MachineSubject } from '../../subjects.ts'
import { faultOf } from './faultOf.ts'

/** A machine file has the shape of its format. */
export const machineShape: LintRule<MachineSubject> = {
  id: 'WB101', severity: 'error', title: 'A machine file has the shape of its format',
  why: 'The file cannot be read as a machine: a field is missing, unknown or of the wrong kind.',
  fix: 'Write the field as the message says; `workbench machine NAME` prints a whole file to compare with.',
  check: ({ hasShape, problems }) => hasShape ? [] : problems.map(faultOf),
}
