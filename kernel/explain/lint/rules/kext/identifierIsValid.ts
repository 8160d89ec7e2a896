import type { LintRule } from '../../LintRule.ts'
import type { KextSubject } from '../../subjects.ts'

const MAX_LENGTH = 63

/** A kext has an identifier of less than 64 characters, and a version. */
export const identifierIsValid: LintRule<KextSubject> = {
  id: 'WB209', severity: 'error',
  title: 'A kext has an identifier of less than 64 characters, and a version',
  why: 'Kexts are known by CFBundleIdentifier; the kernel’s field for it holds 63 characters.',
  fix: 'Write an identifier in reverse DNS form.',
  check: ({ record: { bundle, version } }) => [
    ...(bundle === null ? [{ at: [], message: 'CFBundleIdentifier is missing.' }] : []),
    ...(version === null ? [{ at: [], message: 'CFBundleVersion is missing.',
      fix: 'Add it, for example 1.0.0.' }] : []),
    ...(bundle !== null && bundle.length > MAX_LENGTH
      ? [{ at: ['CFBundleIdentifier'], message: `CFBundleIdentifier has ${bundle.length} characters.` }]
        : []),
  ],
}
