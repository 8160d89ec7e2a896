import type { LintRule } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'

const MAX_NAMES = 8

/** A finished kext holds no build variables. */
export const variablesAreFilled: LintRule<KextSubject> = {
  id: 'WB215', severity: 'info',
  title: 'A finished kext holds no build variables',
  why: 'What still says $(NAME) or MODULE_VERSION was not built: an identifier or version of '
    + 'that kind is not what will run.',
  fix: 'Lint the built bundle, or run the build.',
  check: ({ record: { buildVariables } }) => buildVariables.length === 0 ? []
    : [{ at: [], message: `Not filled in: ${buildVariables.slice(0, MAX_NAMES).join(', ')}.` }],
}
