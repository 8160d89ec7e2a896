import type { LintRule } from '../../LintRule.ts'
import { isVariable, type KextSubject } from '../../subjects.ts'
import { ofEach } from './personalities.ts'

/** The class of a personality is in the kext’s code. */
export const classIsInBundle: LintRule<KextSubject> = {
  id: 'WB204', severity: 'warning',
  title: 'The class of a personality is in the kext’s code',
  why: 'A class that the code does not define cannot be made: matching says "Couldn’t alloc '
    + 'class".',
  fix: 'Correct the spelling of IOClass, or name the bundle of the code in CFBundleIdentifier.',
  check: (subject) => ofEach(subject, ({ ioClass, bundle }) => {
    const mentions = subject.bundle?.mentions ?? null
    const isOwn = bundle === subject.record.bundle
    if (mentions === null || ioClass === null || !isOwn || isVariable(ioClass) || mentions(ioClass)) return []
    return [{ key: 'IOClass', message: `the code of the kext does not hold the class ${ioClass}.` }]
  }),
}
