import type { LintRule } from '../../LintRule.ts'
import { OSKextParseVersionString } from '../../../../kext/index.ts'
import { isVariable, type KextSubject } from '../../subjects.ts'

/** Versions follow the grammar of kext versions. */
export const versionIsValid: LintRule<KextSubject> = {
  id: 'WB208', severity: 'error',
  title: 'Versions follow the grammar of kext versions',
  why: 'A version that is none counts as invalid, and the kext does not load: '
    + 'major[.minor[.revision]][d|a|b|f|fc number].',
  fix: 'Write for example 1.0.2 or 1.1b3, each number at most four digits.',
  check: ({ record, root }) => {
    const faults = ['CFBundleVersion', 'OSBundleCompatibleVersion'].flatMap((key) => {
      const value = root.get(key)
      if (typeof value !== 'string' || isVariable(value) || OSKextParseVersionString(value) >= 0n) return []
      return [{ at: [key], message: `${key} "${value}" is no kext version.` }]
    })
    const { version, compatibleVersion } = record
    if (faults.length > 0 || version === null || compatibleVersion === null) return faults
    if (isVariable(version) || isVariable(compatibleVersion)) return faults
    if (OSKextParseVersionString(compatibleVersion) <= OSKextParseVersionString(version)) return faults
    return [{
      at: ['OSBundleCompatibleVersion'],
      message: `OSBundleCompatibleVersion ${compatibleVersion} is later than CFBundleVersion ${version}.`,
    }]
  },
}
