import type { LintRule } from '../../LintRule.ts'
import { isVariable, type KextSubject } from '../../subjects.ts'

/** CFBundleExecutable names a file that is there. */
export const executableIsThere: LintRule<KextSubject> = {
  id: 'WB212', severity: 'error',
  title: 'CFBundleExecutable names a file that is there',
  why: 'A kext whose property list names code that is not there does not load: "Plist only kext '
    + 'has CFBundleExecutable key".',
  fix: 'Put the executable into Contents/MacOS, or take CFBundleExecutable out of a codeless '
    + 'kext.',
  check: ({ record: { executable }, bundle }) =>
    bundle === null || executable === null || bundle.hasExecutable || isVariable(executable) ? []
      : [{ at: ['CFBundleExecutable'], message: `There is no ${executable} in the bundle.` }],
}
