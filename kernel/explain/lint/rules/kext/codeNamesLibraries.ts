import type { LintRule } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'

/** A kext with code names its libraries. */
export const codeNamesLibraries: LintRule<KextSubject> = {
  id: 'WB210', severity: 'error',
  title: 'A kext with code names its libraries',
  why: 'Code is linked against what OSBundleLibraries names; without it no symbol is found.',
  fix: 'Add OSBundleLibraries, for example com.apple.kpi.iokit and com.apple.kpi.libkern.',
  check: ({ record: { executable, libraries, dext, packageType } }) =>
    executable === null || dext !== null || libraries.size > 0
      || (packageType !== null && packageType !== 'KEXT') ? []
      : [{ at: ['CFBundleExecutable'],
        message: `${executable} is code, and OSBundleLibraries is missing or empty.` }],
}
