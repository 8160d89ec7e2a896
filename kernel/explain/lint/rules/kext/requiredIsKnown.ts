import type { LintRule } from '../../LintRule.ts'
import { isVariable, type KextSubject } from '../../subjects.ts'

const WORDS = new Set(['Root', 'Local-Root', 'Network-Root', 'Console', 'Safe Boot', 'DriverKit'])

/** OSBundleRequired is one of the known words. */
export const requiredIsKnown: LintRule<KextSubject> = {
  id: 'WB220', severity: 'warning',
  title: 'OSBundleRequired is one of the known words',
  why: 'The word says in which kinds of start the kext is loaded; an unknown one is ignored.',
  fix: 'Use Root, Local-Root, Network-Root, Console, Safe Boot or DriverKit.',
  check: ({ record: { required } }) => required === null || WORDS.has(required) || isVariable(required) ? []
    : [{ at: ['OSBundleRequired'], message: `OSBundleRequired is "${required}".` }],
}
