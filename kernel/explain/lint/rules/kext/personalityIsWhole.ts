import type { LintRule } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'
import { ofEach } from './personalities.ts'

/** A personality names its class and its provider. */
export const personalityIsWhole: LintRule<KextSubject> = {
  id: 'WB207', severity: 'error',
  title: 'A personality names its class and its provider',
  why: 'Without IOProviderClass the catalogue does not take it; without IOClass there is nothing '
    + 'to make.',
  fix: 'Add the key.',
  check: (subject) => ofEach(subject, ({ table }) =>
    ['IOClass', 'IOProviderClass'].filter((key) => !table.has(key))
    .map((key) => ({ key: null, message: `has no ${key}.` }))),
}
